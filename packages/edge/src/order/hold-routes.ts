import type { BuyerId, StallAnswer } from '@nightmarket/kernel'
import { CACHE, createValidate, describe } from '@nightmarket/http'
import { Hono, type Context, type TypedResponse } from 'hono'
import { z } from 'zod'

import { pendingAnswer, type PendingAnswer } from '../contract/answer-schema.ts'
import { knownId } from '../contract/id-schema.ts'
import { holdRequest, waitQuery } from '../contract/order-schema.ts'
import { BUYER_HEADER, type EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS } from '../edge-problem.ts'
import type { TokenDesk } from '../offer/offer-token.ts'
import { findHold, findTicket, stageOf, viewPending, type Standing } from './order-view.ts'
import { hashRequest, readLines } from './read-wish.ts'
import type { StallWatch } from './stall-watch.ts'

const TAG = 'Holds and line'

const holdParam = z.strictObject({
  holdId: knownId('hold', 'b9e7c3de-3f63-49b4-9b53-6d1f4ad31a90'),
})
const ticketParam = z.strictObject({
  ticketId: knownId('ticket', 'b9e7c3de-3f63-49b4-9b53-6d1f4ad31a90'),
})

type Deps = EdgeDeps & { readonly tokens: TokenDesk }
type Pending = Response & TypedResponse<PendingAnswer, 200 | 201 | 202, 'json'>

/** Setting units aside, and waiting for them. */
export function holdRoutes(deps: Deps, watch: StallWatch) {
  return new Hono()
    .route('/', takeRoutes(deps))
    .route('/', heldRoutes(deps, watch))
    .route('/', ticketRoutes(deps, watch))
}

function takeRoutes({ stall, digest, tokens }: Deps) {
  const validate = createValidate(EDGE_PROBLEMS)
  return new Hono().post(
    '/v1/holds',
    describe(EDGE_PROBLEMS, {
      summary: 'Set units aside',
      description:
        'Until the end of the countdown, to the second; without free units it is a place in line ' +
        'with the same id, which becomes the hold when its turn comes.',
      tag: TAG,
      answers: {
        200: { description: 'What this hold came to earlier.', schema: pendingAnswer },
        201: { description: 'Held.', schema: pendingAnswer },
        202: { description: 'Waiting in line.', schema: pendingAnswer },
      },
      problems: [
        'sold_out',
        'drop_unknown',
        'drop_not_open',
        'drop_closed',
        'variant_unknown',
        'quantity_over_limit',
        'customer_limit',
        'token_expired',
        'token_foreign',
        'token_invalid',
        'token_spent',
        'release_not_honoured',
        'idempotency_key_reused',
        'not_selling',
        'invalid_request',
        'malformed_json',
        'body_too_large',
        'unsupported_media_type',
      ],
    }),
    validate('json', holdRequest),
    async (c) => {
      const request = c.req.valid('json')
      const token = tokens.open(request.token)
      if (!token.ok) return EDGE_PROBLEMS.respond(token.error)
      const lines = readLines(request, token.value)
      if (!lines.ok) return EDGE_PROBLEMS.respond(lines.error)
      const { tokenId } = token.value
      const parts = { holdId: null, tokenId, lines: lines.value, payment: null }
      const requestHash = hashRequest(parts, digest)
      const wish = { token: token.value, lines: lines.value, requestHash }
      const answer = await stall.run({ type: 'take_hold', holdId: request.holdId, wish })
      return respond(c, answer)
    },
  )
}

function heldRoutes({ stall }: Deps, watch: StallWatch) {
  const validate = createValidate(EDGE_PROBLEMS)
  const answers = { 200: { description: 'How it stands.', schema: pendingAnswer } }
  return new Hono()
    .get(
      '/v1/holds/:holdId',
      describe(EDGE_PROBLEMS, {
        summary: 'How a hold stands',
        description: 'Needs the header `nightmarket-buyer`. `wait` and `known` as for orders.',
        tag: TAG,
        answers,
        problems: ['hold_unknown', 'not_selling', 'invalid_request'],
      }),
      validate('param', holdParam),
      validate('query', waitQuery),
      async (c) => {
        const { holdId } = c.req.valid('param')
        const find = () => ofBuyer(c, findHold(stall.state, holdId))
        if (find() === null) return EDGE_PROBLEMS.respond({ code: 'hold_unknown' })
        return respondNews(c, find, c.req.valid('query'), watch)
      },
    )
    .delete(
      '/v1/holds/:holdId',
      describe(EDGE_PROBLEMS, {
        summary: 'Let a hold go',
        description: 'Its units go to the next in line. Needs the header `nightmarket-buyer`.',
        tag: TAG,
        answers,
        problems: ['hold_unknown', 'not_selling', 'buyer_unproven', 'invalid_request'],
      }),
      validate('param', holdParam),
      async (c) => {
        const buyerId = buyerOf(c)
        if (buyerId === null) return EDGE_PROBLEMS.respond({ code: 'buyer_unproven' })
        const { holdId } = c.req.valid('param')
        return respond(c, await stall.run({ type: 'release_hold', holdId, buyerId }))
      },
    )
}

function ticketRoutes({ stall }: Deps, watch: StallWatch) {
  const validate = createValidate(EDGE_PROBLEMS)
  const answers = { 200: { description: 'How it stands.', schema: pendingAnswer } }
  return new Hono()
    .get(
      '/v1/tickets/:ticketId',
      describe(EDGE_PROBLEMS, {
        summary: 'A place in line',
        description:
          'Its true position. When it was served, the hold it became has the same id. Needs the ' +
          'header `nightmarket-buyer`. `wait` and `known` as for orders.',
        tag: TAG,
        answers,
        problems: ['ticket_unknown', 'not_selling', 'invalid_request'],
      }),
      validate('param', ticketParam),
      validate('query', waitQuery),
      async (c) => {
        const { ticketId } = c.req.valid('param')
        const find = () => ofBuyer(c, findTicket(stall.state, ticketId))
        if (find() === null) return EDGE_PROBLEMS.respond({ code: 'ticket_unknown' })
        return respondNews(c, find, c.req.valid('query'), watch)
      },
    )
    .delete(
      '/v1/tickets/:ticketId',
      describe(EDGE_PROBLEMS, {
        summary: 'Leave the line',
        description: 'Needs the header `nightmarket-buyer`.',
        tag: TAG,
        answers,
        problems: ['ticket_unknown', 'not_selling', 'buyer_unproven', 'invalid_request'],
      }),
      validate('param', ticketParam),
      async (c) => {
        const buyerId = buyerOf(c)
        if (buyerId === null) return EDGE_PROBLEMS.respond({ code: 'buyer_unproven' })
        const { ticketId } = c.req.valid('param')
        return respond(c, await stall.run({ type: 'leave_line', ticketId, buyerId }))
      },
    )
}

async function respondNews(
  c: Context,
  find: () => Standing | null,
  { wait, known }: { readonly wait: number; readonly known?: string | undefined },
  watch: StallWatch,
) {
  const stage = () => {
    const standing = find()
    return standing === null ? null : stageOf(standing)
  }
  const seen = known ?? stage()
  await watch.news(() => stage() !== seen, wait, c.req.raw.signal)
  const standing = await watch.settled(find)
  if (standing !== null) return respond(c, standing.answer, 200)
  return EDGE_PROBLEMS.respond({ code: 'not_selling', reason: 'storage' }, { 'Retry-After': '1' })
}

function respond(c: Context, answer: StallAnswer, status?: 200) {
  if (answer.status === 'rejected') return EDGE_PROBLEMS.respond(answer.rejection)
  const fresh = answer.status === 'held' ? 201 : answer.status === 'waiting' ? 202 : 200
  const headers = { 'Cache-Control': CACHE.never }
  return c.json(viewPending(answer), status ?? fresh, headers) as Response as Pending
}

function buyerOf(c: Context): BuyerId | null {
  return (c.req.header(BUYER_HEADER) ?? null) as BuyerId | null
}

/** Somebody else's place is as unknown as one that does not exist. */
function ofBuyer(c: Context, standing: Standing | null): Standing | null {
  return standing !== null && standing.buyerId === buyerOf(c) ? standing : null
}
