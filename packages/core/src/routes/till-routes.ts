import { CACHE, describe, documentBody, parseJson } from '@nightmarket/http'
import { TILL_PATHS } from '@nightmarket/sync'
import { Hono } from 'hono'
import { z } from 'zod'

import { readHoldings } from '../till/holdings.ts'
import { isSteward } from '../till/operator.ts'
import { restoreReceipt } from '../till/restore-receipt.ts'
import { BODY_CODES, CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { idSchema, orderIdSchema } from './id-schema.ts'
import { readSigned } from './node-guard.ts'

const TAG = 'Tills'

/** A receipt is a few kilobytes; a huge order's a few dozen. */
const RESTORE_BYTES_MAX = 256 * 1024

const SIGNATURE_CODES = [
  'signature_missing',
  'signature_malformed',
  'signature_invalid',
  'node_unknown',
  'node_revoked',
  'epoch_retired',
] as const

const holdings = z
  .strictObject({
    sequence: z.int().meta({ description: 'How far the journal had come.' }),
    feedHead: z.int().meta({ description: 'How far the feed had come.' }),
    holdings: z.array(
      z.strictObject({
        itemId: idSchema('item', 'mug'),
        units: z.int().meta({ description: 'Lent, and neither sold nor back.' }),
      }),
    ),
  })
  .meta({ ref: 'Holdings' })

const restoreRequest = z
  .strictObject({
    operatorId: idSchema('operator', 'c5d2…'),
    receipt: z.looseObject({}).meta({ description: 'As its buyer has it.' }),
  })
  .meta({ ref: 'TillRestore' })

const restored = z
  .strictObject({ orderId: orderIdSchema, status: z.enum(['restored', 'known']) })
  .meta({ ref: 'TillRestored' })

/** What tills ask for themselves, signed. [CR2] */
export function tillRoutes({ core }: CoreRoutesDeps) {
  return new Hono()
    .get(
      TILL_PATHS.holdings,
      describe(CORE_PROBLEMS, {
        summary: 'What a till holds by the books',
        tag: TAG,
        security: 'node',
        answers: { 200: { description: 'Item by item.', schema: holdings } },
        problems: [...SIGNATURE_CODES],
      }),
      async (c) => {
        const signed = await readSigned(core, c, 0)
        if (!signed.ok) return CORE_PROBLEMS.respond(signed.error)
        const answer = await readHoldings(core, signed.value)
        return c.json(answer as object, 200, { 'Cache-Control': CACHE.never })
      },
    )
    .post(
      TILL_PATHS.restore,
      describe(CORE_PROBLEMS, {
        summary: 'Book a sale of a lost till from its receipt',
        description: 'By a steward. As `POST /v1/receipts/restore` does.',
        tag: TAG,
        security: 'node',
        answers: { 200: { description: 'What became of it.', schema: restored } },
        problems: [
          ...SIGNATURE_CODES,
          'operator_unknown',
          'receipt_refused',
          'journal_expected',
          ...BODY_CODES,
        ],
      }),
      documentBody(restoreRequest),
      async (c) => {
        const signed = await readSigned(core, c, RESTORE_BYTES_MAX)
        if (!signed.ok) return CORE_PROBLEMS.respond(signed.error)
        const parsed = parseJson(signed.value.body, restoreRequest)
        if (!parsed.ok) return CORE_PROBLEMS.respond(parsed.error)
        const { operatorId, receipt } = parsed.value
        if (!(await isSteward(core, operatorId))) {
          return CORE_PROBLEMS.respond({ code: 'operator_unknown' })
        }
        const answer = await restoreReceipt(core, receipt)
        return answer.ok ? c.json(answer.value, 200) : CORE_PROBLEMS.respond(answer.error)
      },
    )
}
