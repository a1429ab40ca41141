import { assert, type OrderId, type Receipt } from '@nightmarket/kernel'
import {
  CACHE,
  cached,
  createValidate,
  describe,
  documentBody,
  entityTag,
  mountTextRoute,
  type Border,
  type ProblemResponse,
  type TextRoute,
} from '@nightmarket/http'
import { Hono, type Context, type TypedResponse } from 'hono'
import { z } from 'zod'

import { checkTap } from '../buyer/check-tap.ts'
import {
  acceptedAnswer,
  orderView,
  pendingAnswer,
  receipt,
  type AcceptedAnswer,
  type PendingAnswer,
} from '../contract/answer-schema.ts'
import { knownId } from '../contract/id-schema.ts'
import { orderRequest, rescueRequest, waitQuery } from '../contract/order-schema.ts'
import { BUYER_HEADER, type EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS, type EdgeCode } from '../edge-problem.ts'
import { createReceiptWriter } from './receipt-text.ts'
import { findOrder, stageOf, viewOrder } from './order-view.ts'
import { readPayment } from './read-wish.ts'
import type { StallWatch } from './stall-watch.ts'

const TAG = 'Orders'

type Bought = Response &
  (TypedResponse<AcceptedAnswer, 201, 'json'> | TypedResponse<PendingAnswer, 200 | 202, 'json'>)

const orderParam = z.strictObject({
  orderId: knownId('order', '3f0c9a52-6a0e-4a53-9a57-0f6f2f6f8f11'),
})

/** What every refusal of a body may be. */
const BODY_CODES = [
  'invalid_request',
  'malformed_json',
  'body_too_large',
  'unsupported_media_type',
] as const

const BUY_CODES = [
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
  'idempotency_key_mismatch',
  'hold_unknown',
  'hold_over',
  'pay_key_reused',
  'payment_method_refused',
  'voucher_code_invalid',
  'buyer_unproven',
  'tap_unproven',
  'unauthorized',
  'not_selling',
  ...BODY_CODES,
] as const

/** Buying, and what became of it. */
export function orderRoutes(
  deps: EdgeDeps,
  parts: { readonly buy: TextRoute; readonly border: Border; readonly watch: StallWatch },
) {
  return new Hono()
    .route('/', buyRoutes(parts))
    .route('/', viewRoutes(deps, parts.watch))
    .route('/', proofRoutes(deps))
}

function buyRoutes(parts: { readonly buy: TextRoute; readonly border: Border }) {
  const handle = mountTextRoute(parts.buy, parts.border)
  return new Hono().post(
    '/v1/orders',
    describe(EDGE_PROBLEMS, {
      summary: 'Buy',
      description:
        'With an offer token, or with a hold and the header `nightmarket-buyer` of its buyer. ' +
        'The order id is the idempotency key: sending the same request again gives the same ' +
        'answer, whatever happened in between. The answer comes once the sale is on disk, and ' +
        'never waits for the payment processor.',
      tag: TAG,
      answers: {
        200: { description: 'What this order came to earlier: no sale.', schema: pendingAnswer },
        201: { description: 'Sold, with the receipt.', schema: acceptedAnswer },
        202: { description: 'Being paid, or waiting in line.', schema: pendingAnswer },
      },
      problems: BUY_CODES,
    }),
    documentBody(orderRequest),
    (c) => handle(c) as Promise<Bought | ProblemResponse<EdgeCode>>,
  )
}

function viewRoutes(deps: EdgeDeps, watch: StallWatch) {
  const validate = createValidate(EDGE_PROBLEMS)
  const { stall } = deps
  return new Hono().get(
    '/v1/orders/:orderId',
    describe(EDGE_PROBLEMS, {
      summary: 'How an order stands',
      description:
        'With `wait` the answer comes when the order is no longer as `known` says, or after that ' +
        'many milliseconds. The header `nightmarket-buyer` shows its buyer the details.',
      tag: TAG,
      answers: { 200: { description: 'How it stands now.', schema: orderView } },
      problems: ['order_unknown', 'not_selling', 'invalid_request'],
    }),
    validate('param', orderParam),
    validate('query', waitQuery),
    async (c) => {
      const { orderId } = c.req.valid('param')
      const { wait, known } = c.req.valid('query')
      const find = () => findOrder(stall.state, orderId)
      const first = find()
      if (first === null) return EDGE_PROBLEMS.respond({ code: 'order_unknown' })
      const seen = known ?? stageOf(first)
      const isNews = () => {
        const standing = find()
        return standing === null || stageOf(standing) !== seen
      }
      await watch.news(isNews, wait, c.req.raw.signal)
      const standing = await watch.settled(find)
      if (standing === null) return refuseUnwritten()
      const view = viewOrder(orderId, standing, c.req.header(BUYER_HEADER) ?? null)
      return c.json(view, 200, { 'Cache-Control': CACHE.never })
    },
  )
}

function proofRoutes(deps: EdgeDeps) {
  const validate = createValidate(EDGE_PROBLEMS)
  const { stall, digest } = deps
  const writeReceipt = createReceiptWriter()
  return new Hono()
    .get(
      '/v1/orders/:orderId/receipt',
      describe(EDGE_PROBLEMS, {
        summary: 'The receipt',
        description: 'For the buyer: needs the header `nightmarket-buyer`. It never changes.',
        tag: TAG,
        answers: { 200: { description: 'Checkable by anyone, offline.', schema: receipt } },
        problems: ['order_unknown', 'buyer_unproven', 'invalid_request'],
      }),
      validate('param', orderParam),
      async (c) => {
        const { orderId } = c.req.valid('param')
        const found = await stall.receipt(orderId)
        if (found === null) return EDGE_PROBLEMS.respond({ code: 'order_unknown' })
        if (!isBuyer(c, deps, orderId)) return EDGE_PROBLEMS.respond({ code: 'buyer_unproven' })
        const text = writeReceipt(found)
        const content = { text, contentType: 'application/json', etag: entityTag(text, digest) }
        const response = cached(c, content, CACHE.immutablePrivate)
        return response as Response & TypedResponse<Receipt, 200, 'json'>
      },
    )
    .post(
      '/v1/orders/:orderId/payment',
      describe(EDGE_PROBLEMS, {
        summary: 'Pay an order another way',
        description:
          'For an order in `rescue`: its payment was declined, its units are still its own. ' +
          'Needs a fresh pay key and the header `nightmarket-buyer`.',
        tag: TAG,
        answers: { 202: { description: 'The payment is being made.', schema: acceptedAnswer } },
        problems: [
          'order_unknown',
          'order_not_in_rescue',
          'payment_in_flight',
          'pay_key_reused',
          'payment_method_refused',
          'voucher_code_invalid',
          'buyer_unproven',
          'tap_unproven',
          'unauthorized',
          'not_selling',
          ...BODY_CODES,
        ],
      }),
      validate('param', orderParam),
      validate('json', rescueRequest),
      async (c) => {
        const { orderId } = c.req.valid('param')
        const buyerId = stall.state.orders.get(orderId)?.order.buyerId
        if (buyerId === undefined) return EDGE_PROBLEMS.respond({ code: 'order_unknown' })
        if (!isBuyer(c, deps, orderId)) return EDGE_PROBLEMS.respond({ code: 'buyer_unproven' })
        const authorization = c.req.header('authorization') ?? null
        const payment = readPayment(c.req.valid('json').payment, authorization, deps)
        if (!payment.ok) return EDGE_PROBLEMS.respond(payment.error)
        const { proof } = c.req.valid('json').payment
        const amountMinor = stall.state.orders.get(orderId)?.order.totalMinor ?? 0
        const tap = { payment: payment.value, proof }
        const proven = await checkTap(tap, { orderId, amountMinor }, deps)
        if (!proven.ok) return EDGE_PROBLEMS.respond(proven.error)
        const answer = await stall.run({
          type: 'pay_order',
          orderId,
          buyerId,
          payment: payment.value,
        })
        if (answer.status === 'rejected') return EDGE_PROBLEMS.respond(answer.rejection)
        assert(answer.status === 'accepted', 'a rescue payment is accepted or refused')
        const { status, state, sequence } = answer
        return c.json({ status, orderId, state, sequence, receipt: null }, 202)
      },
    )
}

/** The buyer is whoever knows the random id that the order was placed with. */
function isBuyer(c: Context, { stall }: Pick<EdgeDeps, 'stall'>, orderId: OrderId): boolean {
  const buyerId = stall.state.orders.get(orderId)?.order.buyerId
  return buyerId !== undefined && c.req.header(BUYER_HEADER) === buyerId
}

function refuseUnwritten() {
  return EDGE_PROBLEMS.respond({ code: 'not_selling', reason: 'storage' }, { 'Retry-After': '1' })
}
