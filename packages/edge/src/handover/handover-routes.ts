import { CACHE, createValidate, describe } from '@nightmarket/http'
import { Hono } from 'hono'
import { z } from 'zod'

import { knownId } from '../contract/id-schema.ts'
import type { EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS } from '../edge-problem.ts'

const handoverRequest = z
  .strictObject({
    transferId: knownId('transfer', '5b1a9c0e-6c1f-4f0a-9a64-3f1f0b6d7a10').meta({
      description: 'Made by whoever asks, once: the same id is the same slip.',
    }),
    dropId: knownId('drop', 'midnight'),
    itemId: knownId('item', 'night-owl-mug:blue'),
    quantity: z.int().min(1).max(100_000),
    toNodeId: knownId('node', 'b0f4d7a2-6b5e-4a0e-8f57-2a1f0d9c3e44'),
    toEpoch: z.int().min(1),
  })
  .meta({ ref: 'HandoverRequest' })

const slipSchema = z
  .looseObject({ format: z.literal('nightmarket-slip/1') })
  .meta({ ref: 'Slip', description: 'The proof of the entry, as a receipt is of an order.' })

/**
 * Units from this edge to a till, with or without the core. [HD1]
 *
 * - [HD1] Needs the operator's token. The answer is the slip, once the units have left this edge's
 *   journal; the same transfer id is the same slip.
 */
export function handoverRoutes({
  stall,
  isOperator,
}: Pick<EdgeDeps, 'stall' | 'isOperator'>) {
  const validate = createValidate(EDGE_PROBLEMS)
  return new Hono().post(
    '/v1/handovers',
    describe(EDGE_PROBLEMS, {
      summary: 'Hand units to another node',
      description: 'They are that node’s from now on; it takes them by the slip.',
      tag: 'Tills to the core',
      answers: { 201: { description: 'The slip.', schema: slipSchema } },
      problems: [
        'unauthorized',
        'units_short',
        'units_handed_before',
        'idempotency_key_reused',
        'not_selling',
        'invalid_request',
        'malformed_json',
      ],
    }),
    validate('json', handoverRequest),
    async (c) => {
      const isAllowed = isOperator(c.req.header('authorization') ?? null)
      if (!isAllowed) return EDGE_PROBLEMS.respond({ code: 'unauthorized' })
      const wanted = c.req.valid('json')
      const answer = await stall.run({ type: 'hand_over', ...wanted, operatorId: null })
      if (answer.status === 'rejected') return EDGE_PROBLEMS.respond(answer.rejection)
      const slip = await stall.slip(wanted.transferId)
      return c.json(slip as object, 201, { 'Cache-Control': CACHE.never })
    },
  )
}
