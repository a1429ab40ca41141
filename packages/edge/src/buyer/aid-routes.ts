import { createValidate, describe } from '@nightmarket/http'
import type { BuyerId } from '@nightmarket/kernel'
import { BUYER_PATHS } from '@nightmarket/sync'
import { Hono, type TypedResponse } from 'hono'
import { z } from 'zod'

import { orderId } from '../contract/order-schema.ts'
import { BUYER_HEADER, type EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS } from '../edge-problem.ts'
import { orderAid, type OrderAidAnswer } from './aid-schema.ts'
import type { AskCore } from './ask-core.ts'

/** What a buyer whose order went wrong may count on: the core knows, this edge asks. */
export function aidRoutes({ stall }: Pick<EdgeDeps, 'stall'>, askCore: AskCore) {
  const validate = createValidate(EDGE_PROBLEMS)
  return new Hono().get(
    '/v1/orders/:orderId/aid',
    describe(EDGE_PROBLEMS, {
      summary: 'What a buyer may count on when an order went wrong',
      description:
        'Until when another payment keeps the unit, and the code of the voucher that made the ' +
        'order good. Needs the header `nightmarket-buyer`, and the core in reach.',
      tag: 'Orders',
      answers: { 200: { description: 'The end of the rescue, the voucher.', schema: orderAid } },
      problems: ['order_unknown', 'buyer_unproven', 'uplink_down', 'invalid_request'],
    }),
    validate('param', z.strictObject({ orderId })),
    async (c) => {
      const wanted = c.req.valid('param')
      const record = stall.state.orders.get(wanted.orderId)
      if (record === undefined) return EDGE_PROBLEMS.respond({ code: 'order_unknown' })
      const asker = c.req.header(BUYER_HEADER) as BuyerId | undefined
      if (asker !== record.order.buyerId) return EDGE_PROBLEMS.respond({ code: 'buyer_unproven' })
      const answer = await askCore(BUYER_PATHS.aid, wanted, c.req.raw.signal)
      return answer as Response & TypedResponse<OrderAidAnswer, 200, 'json'>
    },
  )
}
