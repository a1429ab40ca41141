import { Hono } from 'hono'
import { z } from 'zod'

import { createEndpoint, endpointParameters } from './endpoint.ts'
import type { Exchange } from './exchange.ts'
import { expandList, expandObject } from './expand.ts'
import type { Operation } from './fault.ts'
import { listParameters, parseParameters } from './form.ts'
import {
  cancelIntent,
  cancelParameters,
  captureIntent,
  captureParameters,
  createIntent,
  createParameters,
  readIntent,
} from './intent.ts'
import {
  createCustomer,
  createSetupIntent,
  customerParameters,
  deleteCustomer,
  setupParameters,
} from './kept-method.ts'
import type { IntentObject } from './object.ts'
import { paymentMethodObject } from './payment-method.ts'
import { invalidParameter, missing, SandboxProblem } from './problem.ts'
import { createRefund, readRefund, refundParameters } from './refund.ts'
import type { SandboxState } from './state.ts'
import type { Item, Table } from './table.ts'

const readParameters = z.strictObject({ expand: z.array(z.string()).default([]) })
const ownedListParameters = listParameters.extend({ payment_intent: z.string().optional() })
const searchParameters = z.strictObject({
  query: z.string(),
  limit: listParameters.shape.limit,
  page: z.undefined(),
  expand: readParameters.shape.expand,
})

/** The part of Stripe's API that our processor uses, and what a person looks at beside it. [SB1] */
export function createStripeRoutes(state: SandboxState, exchange: Exchange): Hono {
  const app = new Hono()

  /** A POST whose parameters have a schema, acting on the object that the path names. */
  function post<T extends { readonly expand: readonly string[] }>(
    path: string,
    operation: Operation,
    schema: z.ZodType<T>,
    act: (parameters: T, id: string) => object,
  ): void {
    app.post(path, (context) =>
      exchange(context, operation, (form) => {
        const parameters = parseParameters(schema, form)
        const id = context.req.param('id') ?? ''
        return () => expandObject(state, act(parameters, id), parameters.expand)
      }),
    )
  }

  function get(path: string, find: (id: string) => object): void {
    app.get(path, (context) =>
      exchange(context, 'read', (form) => {
        const { expand } = parseParameters(readParameters, form)
        return () => expandObject(state, find(context.req.param('id') ?? ''), expand)
      }),
    )
  }

  function list<T extends Item>(path: string, table: Table<T>): void {
    app.get(path, (context) =>
      exchange(context, 'list', (form) => {
        const parameters = parseParameters(ownedListParameters, form)
        return () => listObjects(state, table, path, parameters)
      }),
    )
  }

  post('/v1/payment_intents', 'create', createParameters, (parameters) =>
    createIntent(state, parameters),
  )
  app.get('/v1/payment_intents/search', (context) =>
    exchange(context, 'list', (form) => {
      const parameters = parseParameters(searchParameters, form)
      return () => searchIntents(state, parameters)
    }),
  )
  list('/v1/payment_intents', state.intents)
  get('/v1/payment_intents/:id', (id) => readIntent(state, id))
  post('/v1/payment_intents/:id/capture', 'capture', captureParameters, (parameters, id) =>
    captureIntent(state, id, parameters),
  )
  post('/v1/payment_intents/:id/cancel', 'cancel', cancelParameters, (parameters, id) =>
    cancelIntent(state, id, parameters),
  )
  post('/v1/customers', 'create', customerParameters, (parameters) =>
    createCustomer(state, parameters),
  )
  app.delete('/v1/customers/:id', (context) =>
    exchange(context, 'create', () => () => deleteCustomer(state, context.req.param('id'))),
  )
  post('/v1/setup_intents', 'create', setupParameters, (parameters) =>
    createSetupIntent(state, parameters),
  )
  post('/v1/refunds', 'refund', refundParameters, (parameters) => createRefund(state, parameters))
  list('/v1/refunds', state.refunds)
  get('/v1/refunds/:id', (id) => readRefund(state, id))
  list('/v1/charges', state.charges)
  get('/v1/charges/:id', (id) => found(state.charges, 'charge', id))
  list('/v1/balance_transactions', state.balance)
  get('/v1/balance_transactions/:id', (id) => found(state.balance, 'balance transaction', id))
  list('/v1/disputes', state.disputes)
  get('/v1/disputes/:id', (id) => found(state.disputes, 'dispute', id))
  list('/v1/events', state.events)
  get('/v1/events/:id', (id) => found(state.events, 'event', id))
  get('/v1/payment_methods/:id', (id) => state.methods.get(id) ?? paymentMethodObject(id))
  post('/v1/webhook_endpoints', 'create', endpointParameters, (parameters) =>
    createEndpoint(state, parameters),
  )
  list('/v1/webhook_endpoints', state.endpoints)
  app.delete('/v1/webhook_endpoints/:id', (context) =>
    exchange(context, 'create', () => () => {
      const { id } = found(state.endpoints, 'webhook endpoint', context.req.param('id'))
      state.endpoints.remove(id)
      return { id, object: 'webhook_endpoint', deleted: true }
    }),
  )
  app.all('/v1/*', (context) =>
    exchange(context, 'read', () => () => {
      throw unknownRoute(context.req.method, context.req.path)
    }),
  )
  return app
}

function found<T extends Item>(table: Table<T>, kind: string, id: string): T {
  const item = table.get(id)
  if (item === undefined) throw missing(kind, id, 'id')
  return item
}

function listObjects<T extends Item>(
  state: SandboxState,
  table: Table<T>,
  url: string,
  parameters: z.infer<typeof ownedListParameters>,
): object {
  const { limit, expand, created, starting_after: after, payment_intent: owner } = parameters
  if (after !== undefined && table.get(after) === undefined) {
    throw missing('object', after, 'starting_after')
  }
  const { items, hasMore } = table.list({
    nowMs: state.nowMs(),
    limit,
    owner,
    after,
    sinceSeconds: Math.max(created.gte ?? 0, (created.gt ?? -1) + 1),
    untilSeconds: Math.min(created.lte ?? Infinity, (created.lt ?? Infinity) - 1),
  })
  return { object: 'list', data: expandList(state, items, expand), has_more: hasMore, url }
}

/** Of Stripe's query language, the one form that finds an intent by what we wrote on it. */
function searchIntents(
  state: SandboxState,
  { query, limit, expand }: z.infer<typeof searchParameters>,
): object {
  const [, name, value] = /^metadata\['([^']+)'\]:'([^']*)'$/.exec(query) ?? []
  if (name === undefined) throw invalidParameter('query', "use metadata['name']:'value'")
  const { items, hasMore } = state.intents.list(
    {
      nowMs: state.nowMs(),
      limit,
      owner: undefined,
      after: undefined,
      sinceSeconds: 0,
      untilSeconds: Infinity,
    },
    (intent: IntentObject) => intent.metadata[name] === value,
  )
  const url = '/v1/payment_intents/search'
  const data = expandList(state, items, expand)
  return { object: 'search_result', data, has_more: hasMore, next_page: null, url }
}

function unknownRoute(method: string, path: string): SandboxProblem {
  const message = `Unrecognized request URL (${method}: ${path}): the sandbox does not know it.`
  return new SandboxProblem(404, { type: 'invalid_request_error', message })
}
