import { Hono, type Context } from 'hono'
import { z } from 'zod'

import { closeDispute, openDispute } from './dispute.ts'
import { createEndpoint } from './endpoint.ts'
import { apiError, problem } from './exchange.ts'
import { faultSchema, isActive } from './fault.ts'
import { invalidParameter, missing, SandboxProblem } from './problem.ts'
import type { SandboxState } from './state.ts'
import { summarize } from './summary.ts'

const disputeSchema = z.strictObject({
  payment_intent: z.string().optional(),
  charge: z.string().optional(),
  amount: z.int().min(1).optional(),
  reason: z.string().max(100).optional(),
})

const endpointsSchema = z.strictObject({
  endpoints: z
    .array(z.strictObject({ url: z.url(), secret: z.string().min(1).max(200) }))
    .max(20),
})

const closeSchema = z.strictObject({ status: z.enum(['won', 'lost']) })

/** The levers of the sandbox, in JSON. They are never subject to its faults. [SB9] */
export function createControlRoutes(state: SandboxState, onCommit: () => void): Hono {
  const app = new Hono()

  /** Act, store, answer. */
  async function answer(status: number, act: () => object | Promise<object>): Promise<Response> {
    try {
      const body = await act()
      await state.committed()
      onCommit()
      return Response.json(body, { status })
    } catch (error) {
      if (!(error instanceof SandboxProblem)) throw error
      return problem(error)
    }
  }

  app.post('/sandbox/faults', (context) =>
    answer(201, async () => state.addFault(await parseJson(context, faultSchema))),
  )
  app.get('/sandbox/faults', () =>
    answer(200, () => ({
      faults: [...state.faults.values()].map((fault) => ({
        ...fault,
        active: isActive(fault, state.nowMs()),
      })),
    })),
  )
  app.delete('/sandbox/faults', () => answer(200, () => ({ removed: removeAllFaults(state) })))
  app.delete('/sandbox/faults/:id', (context) =>
    answer(200, () => removeFault(state, context.req.param('id'))),
  )
  app.post('/sandbox/disputes', (context) =>
    answer(201, async () => openDispute(state, await parseJson(context, disputeSchema))),
  )
  app.post('/sandbox/disputes/:id', (context) =>
    answer(200, async () => {
      const { status } = await parseJson(context, closeSchema)
      return closeDispute(state, context.req.param('id'), status)
    }),
  )
  app.put('/sandbox/endpoints', (context) =>
    answer(200, async () => {
      const { endpoints } = await parseJson(context, endpointsSchema)
      return { endpoints: replaceEndpoints(state, endpoints) }
    }),
  )
  app.get('/sandbox/state', () => answer(200, () => summarize(state)))
  app.post('/sandbox/reset', () =>
    answer(200, () => {
      state.reset()
      return { reset: true }
    }),
  )
  app.onError((error) => problem(apiError(500, error.message)))
  return app
}

/** Whose address changes with every start says so here, with a secret it knows already. */
function replaceEndpoints(
  state: SandboxState,
  wanted: z.infer<typeof endpointsSchema>['endpoints'],
): number {
  const urls = new Set(wanted.map(({ url }) => url))
  for (const { id, url } of state.endpoints.values()) {
    if (!urls.has(url)) state.endpoints.remove(id)
  }
  for (const { url, secret } of wanted) {
    createEndpoint(state, { url, secret, enabled_events: ['*'] })
  }
  return wanted.length
}

function removeAllFaults(state: SandboxState): number {
  const ids = [...state.faults.values()].map(({ id }) => id)
  for (const id of ids) state.faults.remove(id)
  return ids.length
}

function removeFault(state: SandboxState, id: string): object {
  if (state.faults.get(id) === undefined) throw missing('fault', id, 'id')
  state.faults.remove(id)
  return { removed: 1 }
}

async function parseJson<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await context.req.json().catch(() => undefined)
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const param = issue?.path.map(String).join('.') ?? ''
  throw invalidParameter(param, issue?.message ?? 'not understood')
}
