import { CACHE, describe, documentBody, parseJson } from '@nightmarket/http'
import { BUYER_PATHS } from '@nightmarket/sync'
import { Hono } from 'hono'
import { z } from 'zod'

import { readOrderAid } from '../buyer/order-aid.ts'
import { BODY_CODES, CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { amountMinor, atMs, orderIdSchema } from './id-schema.ts'
import { readSigned } from './node-guard.ts'

const TAG = 'Buyers'

/** The longest question of an edge about a buyer, in bytes. */
const BUYER_BYTES_MAX = 32 * 1024

const SIGNATURE_CODES = [
  'signature_missing',
  'signature_malformed',
  'signature_invalid',
  'node_unknown',
  'node_revoked',
  'epoch_retired',
] as const

const aidRequest = z.strictObject({ orderId: orderIdSchema }).meta({ ref: 'AidRequest' })

const aidAnswer = z
  .strictObject({
    cause: z.enum(['payment', 'units']).meta({
      description: 'What went wrong: its payment, or that its units were not there.',
    }),
    rescueUntilMs: atMs('Until when another payment keeps the unit.').nullable(),
    voucher: z
      .strictObject({
        code: z.string().meta({ examples: ['7KQ4M-2ZD9X-VB3TC-8'] }),
        amountMinor: amountMinor('What it was issued for.'),
        remainingMinor: amountMinor('What is left on it.'),
        currency: z.string().meta({ examples: ['EUR'] }),
        expiresAtMs: atMs('When it ends.'),
      })
      .nullable(),
  })
  .meta({ ref: 'OrderAid' })

/** What edges ask on behalf of the buyers near them. Each question is its edge's, signed. */
export function buyerRoutes({ core }: Pick<CoreRoutesDeps, 'core'>) {
  return new Hono().post(
    BUYER_PATHS.aid,
    describe(CORE_PROBLEMS, {
      summary: 'What a buyer whose order went wrong may count on',
      description: 'For the node that sold it, which knows its buyer.',
      tag: TAG,
      security: 'node',
      answers: { 200: { description: 'The end of the rescue, the voucher.', schema: aidAnswer } },
      problems: [...SIGNATURE_CODES, 'order_unknown', ...BODY_CODES],
    }),
    documentBody(aidRequest),
    async (c) => {
      const signed = await readSigned(core, c, BUYER_BYTES_MAX)
      if (!signed.ok) return CORE_PROBLEMS.respond(signed.error)
      const parsed = parseJson(signed.value.body, aidRequest)
      if (!parsed.ok) return CORE_PROBLEMS.respond(parsed.error)
      const { nodeId } = signed.value
      const aid = await readOrderAid(core, { nodeId, orderId: parsed.value.orderId })
      if (aid === null) return CORE_PROBLEMS.respond({ code: 'order_unknown' })
      return c.json(aid, 200, { 'Cache-Control': CACHE.never })
    },
  )
}
