import { CACHE, createValidate, describe } from '@nightmarket/http'
import { Hono } from 'hono'
import { z } from 'zod'

import {
  fulfilOrder,
  giveVoucher,
  honourOrder,
  refundOrder,
  releaseOrder,
  voidOrder,
} from '../order/order-action.ts'
import { countOrders, listOrders, readOrder } from '../order/order-view.ts'
import { voucherForOrder } from '../voucher/fallback-voucher.ts'
import { BODY_CODES, CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { amountMinor, atMs, orderIdSchema, reasonSchema, requestIdSchema } from './id-schema.ts'
import { refundSchema, viewMismatch, viewPayment, viewRefund } from './money-view.ts'
import {
  filterOf,
  orderDetail,
  orderPage,
  orderQuery,
  orderStateSchema,
  pageOf,
} from './order-schema.ts'

const TAG = 'Orders'

const orderParam = z.strictObject({ orderId: orderIdSchema })
const stateAnswer = z.strictObject({ state: orderStateSchema }).meta({ ref: 'OrderStateAnswer' })
const orderCounts = z.strictObject({
  counts: z.array(
    z
      .strictObject({
        state: orderStateSchema,
        currency: z.string(),
        orders: z.int(),
        totalMinor: amountMinor('What they come to.'),
      })
      .meta({ ref: 'OrderCount' }),
  ),
})
const voucherAnswer = z
  .strictObject({
    code: z.string().meta({ description: 'For its owner’s eyes.', examples: ['7KQ4M2ZD9XVB3F5T'] }),
    amountMinor: amountMinor('What it was issued for.'),
    remainingMinor: amountMinor('What is left on it.'),
    currency: z.string(),
    expiresAtMs: atMs('Its end.'),
  })
  .meta({ ref: 'Voucher' })

/** The orders in the books, and what people do about them. */
export function orderRoutes(deps: CoreRoutesDeps) {
  return new Hono()
    .route('/', listRoutes(deps))
    .route('/', endRoutes(deps))
    .route('/', moneyBackRoutes(deps))
    .route('/', rescueRoutes(deps))
}

function listRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  return new Hono()
    .get(
      '/v1/orders',
      describe(CORE_PROBLEMS, {
        summary: 'List orders',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'A page, the newest first.', schema: orderPage } },
        problems: ['unauthorized', 'invalid_request'],
      }),
      admin,
      validate('query', orderQuery),
      async (c) => {
        const query = c.req.valid('query')
        const orders = [...(await listOrders(core, filterOf(query), pageOf(query)))]
        const last = orders.length === query.limit ? orders.at(-1) : undefined
        const next = last === undefined ? null : `${last.seenAtMs}.${last.orderId}`
        return c.json({ orders, next }, 200)
      },
    )
    .get(
      '/v1/orders/counts',
      describe(CORE_PROBLEMS, {
        summary: 'Count orders',
        description: 'By state and currency, with the same filters as the list.',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'Counts and sums.', schema: orderCounts } },
        problems: ['unauthorized', 'invalid_request'],
      }),
      admin,
      validate('query', orderQuery),
      async (c) => {
        const counts = await countOrders(core, filterOf(c.req.valid('query')))
        return c.json({ counts: [...counts] }, 200)
      },
    )
    .get(
      '/v1/orders/:orderId',
      describe(CORE_PROBLEMS, {
        summary: 'One order, with its money',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'As the books have it.', schema: orderDetail } },
        problems: ['unauthorized', 'order_unknown', 'invalid_request'],
      }),
      admin,
      validate('param', orderParam),
      async (c) => {
        const order = await readOrder(core, c.req.valid('param').orderId)
        if (order === null) return CORE_PROBLEMS.respond({ code: 'order_unknown' })
        const payments = order.payments.map(viewPayment)
        const refunds = order.refunds.map(viewRefund)
        const mismatches = order.mismatches.map(viewMismatch)
        return c.json({ ...order, payments, refunds, mismatches }, 200)
      },
    )
}

function endRoutes({ core, admin, wakePayments }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  const answers = { 200: { description: 'How it stands now.', schema: stateAnswer } }
  return new Hono()
    .post(
      '/v1/orders/:orderId/fulfil',
      describe(CORE_PROBLEMS, {
        summary: 'The goods were handed over',
        tag: TAG,
        security: 'bearer',
        answers,
        problems: ['unauthorized', 'order_unknown', 'move_refused'],
      }),
      admin,
      validate('param', orderParam),
      async (c) => {
        const done = await fulfilOrder(core, c.req.valid('param').orderId)
        return done.ok ? c.json({ state: done.value }, 200) : CORE_PROBLEMS.respond(done.error)
      },
    )
    .post(
      '/v1/orders/:orderId/void',
      describe(CORE_PROBLEMS, {
        summary: 'End an order that has no money',
        description: 'Its payment is voided first: until that is confirmed the state stays.',
        tag: TAG,
        security: 'bearer',
        answers,
        problems: ['unauthorized', 'order_unknown', 'move_refused', ...BODY_CODES],
      }),
      admin,
      validate('param', orderParam),
      validate('json', z.strictObject({ reason: reasonSchema })),
      async (c) => {
        const { reason } = c.req.valid('json')
        const done = await voidOrder(core, c.req.valid('param').orderId, reason)
        wakePayments()
        return done.ok ? c.json({ state: done.value }, 200) : CORE_PROBLEMS.respond(done.error)
      },
    )
    .post(
      '/v1/orders/:orderId/release',
      describe(CORE_PROBLEMS, {
        summary: 'End a rescue before its time',
        description: 'Its units go to the next buyer.',
        tag: TAG,
        security: 'bearer',
        answers: {
          200: {
            description: 'How it ended, or that a payment is still open.',
            schema: z.strictObject({ end: z.enum(['released', 'refund_due', 'payment_open']) }),
          },
        },
        problems: ['unauthorized', 'order_unknown', 'not_in_rescue', 'move_refused'],
      }),
      admin,
      validate('param', orderParam),
      async (c) => {
        const done = await releaseOrder(core, c.req.valid('param').orderId)
        wakePayments()
        return done.ok ? c.json({ end: done.value }, 200) : CORE_PROBLEMS.respond(done.error)
      },
    )
}

function moneyBackRoutes({ core, admin, wakePayments }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  const refundRequest = z
    .strictObject({
      amountMinor: z.int().min(1).optional().meta({ description: 'Absent: all that is left.' }),
      reason: reasonSchema,
      requestId: requestIdSchema,
    })
    .meta({ ref: 'RefundRequest' })
  const refunds = z.strictObject({ refunds: z.array(refundSchema) })
  return new Hono().post(
    '/v1/orders/:orderId/refund',
    describe(CORE_PROBLEMS, {
      summary: 'Give money back',
      tag: TAG,
      security: 'bearer',
      answers: { 202: { description: 'Decided; the processor is asked now.', schema: refunds } },
      problems: [
        'unauthorized',
        'order_unknown',
        'move_refused',
        'payment_unknown',
        'payment_disputed',
        'nothing_to_refund',
        'refund_over_captured',
        'idempotency_key_reused',
        ...BODY_CODES,
      ],
    }),
    admin,
    validate('param', orderParam),
    validate('json', refundRequest),
    async (c) => {
      const { amountMinor: amount, reason, requestId } = c.req.valid('json')
      const wish = { reason, requestId, ...(amount === undefined ? {} : { amountMinor: amount }) }
      const done = await refundOrder(core, c.req.valid('param').orderId, wish)
      wakePayments()
      if (!done.ok) return CORE_PROBLEMS.respond(done.error)
      return c.json({ refunds: done.value.map(viewRefund) }, 202)
    },
  )
}

function rescueRoutes({ core, admin, wakePayments }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  const rescueRequest = z
    .discriminatedUnion('with', [
      z.strictObject({ with: z.literal('units') }),
      z.strictObject({ with: z.literal('voucher'), amountMinor: z.int().min(1) }),
    ])
    .meta({
      ref: 'RescueRequest',
      description: '`units`: they were found after all. `voucher`: make good with one, once.',
    })
  return new Hono()
    .post(
      '/v1/orders/:orderId/rescue',
      describe(CORE_PROBLEMS, {
        summary: 'Rescue an order',
        tag: TAG,
        security: 'bearer',
        answers: { 204: { description: 'Done, or done before.' } },
        problems: ['unauthorized', 'order_unknown', 'move_refused', ...BODY_CODES],
      }),
      admin,
      validate('param', orderParam),
      validate('json', rescueRequest),
      async (c) => {
        const { orderId } = c.req.valid('param')
        const wish = c.req.valid('json')
        const done =
          wish.with === 'units'
            ? await honourOrder(core, orderId)
            : await giveVoucher(core, orderId, wish.amountMinor)
        wakePayments()
        return done.ok ? c.body(null, 204) : CORE_PROBLEMS.respond(done.error)
      },
    )
    .get(
      '/v1/orders/:orderId/voucher',
      describe(CORE_PROBLEMS, {
        summary: 'The voucher of an order, with its code',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'To hand to the buyer.', schema: voucherAnswer } },
        problems: ['unauthorized', 'voucher_unknown', 'invalid_request'],
      }),
      admin,
      validate('param', orderParam),
      async (c) => {
        const voucher = await voucherForOrder(core, c.req.valid('param').orderId)
        if (voucher === null) return CORE_PROBLEMS.respond({ code: 'voucher_unknown' })
        return c.json(voucher, 200, { 'Cache-Control': CACHE.never })
      },
    )
}
