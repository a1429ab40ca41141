import { createValidate, describe } from '@nightmarket/http'
import { Hono } from 'hono'
import { z } from 'zod'

import { restoreReceipt } from '../till/restore-receipt.ts'
import { BODY_CODES, CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { orderIdSchema } from './id-schema.ts'

const restored = z
  .strictObject({ orderId: orderIdSchema, status: z.enum(['restored', 'known']) })
  .meta({ ref: 'ReceiptRestored' })

/** Sales whose journal is lost, from their buyers' copies. */
export function receiptRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  return new Hono().post(
    '/v1/receipts/restore',
    describe(CORE_PROBLEMS, {
      summary: 'Book a sale from its receipt',
      description:
        'Of a node whose journal does not come any more. The receipt is checked as anybody does ' +
        'it, then takes effect as its entry would have, once.',
      tag: 'Orders',
      security: 'bearer',
      answers: { 200: { description: 'What became of it.', schema: restored } },
      problems: [
        'unauthorized',
        'receipt_refused',
        'journal_expected',
        'node_unknown',
        ...BODY_CODES,
      ],
    }),
    admin,
    validate('json', z.looseObject({}).meta({ description: 'The receipt.' })),
    async (c) => {
      const answer = await restoreReceipt(core, c.req.valid('json'))
      return answer.ok ? c.json(answer.value, 200) : CORE_PROBLEMS.respond(answer.error)
    },
  )
}
