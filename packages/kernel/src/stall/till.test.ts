import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'

import type {
  BuyerId,
  CountId,
  OfferId,
  OperatorId,
  OrderId,
  PayKey,
  RequestId,
  TokenId,
} from '../id.ts'
import type { Digest } from '../journal/entry.ts'
import type { StallAnswer, WantedLine } from './command.ts'
import { EVENING, openBench, releaseOfEvening, TERMS, type StallBench } from './fixture.ts'
import type { PaymentMethod } from './event.ts'
import { deferralLeft } from './deferral.ts'
import { saleRefusal } from './sale.ts'
import { applyEvent } from './apply-event.ts'
import { createStallState } from './state.ts'
import { paidOutMinor, type RequestMade } from './till-request.ts'
import { priceSale } from './till-token.ts'

const digest: Digest = (bytes) => createHash('sha256').update(bytes).digest()
const operatorId = 'op-ada' as OperatorId

interface SaleFields {
  readonly lines?: readonly WantedLine[]
  readonly method?: PaymentMethod
  readonly tenderedMinor?: number
}

/** A sale as a till makes it: priced, and now or never. */
function sell(bench: StallBench, orderId: string, fields: SaleFields = {}): StallAnswer {
  return bench.run(saleOf(bench, orderId, fields))
}

function saleOf(bench: StallBench, orderId: string, fields: SaleFields) {
  const { dropId, mug } = EVENING
  const lines = fields.lines ?? [{ variantId: mug, quantity: 1 }]
  const buyerId = `walk-in-${orderId}` as BuyerId
  const sale = { tokenId: `t-${orderId}` as TokenId, buyerId, dropId, lines }
  const token = priceSale(bench.state, sale, bench.clock, digest)
  ok(token.ok)
  const { method = 'cash', tenderedMinor } = fields
  return {
    type: 'place_order',
    orderId: orderId as OrderId,
    wish: { token: token.value, lines, requestHash: `sale ${orderId}`, operatorId },
    payment: {
      payKey: `pay-${orderId}` as PayKey,
      method,
      reference: method === 'cash' ? null : 'pm_reader_1',
      ...(tenderedMinor === undefined ? {} : { tenderedMinor }),
    },
    isNowOrNever: true,
  } as const
}

function codeOf(answer: StallAnswer): string {
  return answer.status === 'rejected' ? answer.rejection.code : answer.status
}

function request(bench: StallBench, fields: Partial<RequestMade>): StallAnswer {
  return bench.run({
    type: 'make_request',
    request: {
      requestId: 'q1' as RequestId,
      orderId: 'o1' as OrderId,
      kind: 'refund',
      amountMinor: null,
      isPaidOut: false,
      operatorId,
      why: 'broken handle',
      ...fields,
    },
  })
}

test('[TP1] a till prices by its release alone: window, best offer for all, never by hand', () => {
  const { startMs, dropId, mug, print } = EVENING
  const offer = {
    offerId: 'ten' as OfferId,
    dropId,
    variantIds: [mug],
    discountBasisPoints: 1_000,
    fromMs: startMs,
    untilMs: startMs + 60_000,
    needsConsent: false,
    audienceBasisPoints: 10_000,
    unitsMax: 4,
  }
  const window = { fromMs: startMs, untilMs: startMs + 120_000, priceMinor: 1_000 }
  const release = releaseOfEvening({ listing: { priceWindows: [window] } })
  const bench = openBench({ ...release, offers: [offer] })
  bench.grant('l1', 10)
  bench.grant('l2', 10, { itemId: EVENING.printItem })
  const priceOf = (answer: StallAnswer) =>
    answer.status === 'accepted' ? answer.order.lines.map((line) => line.unitPriceMinor) : answer
  deepEqual(priceOf(sell(bench, 'o1')), [900])
  const both = [mug, print].map((variantId) => ({ variantId, quantity: 1 }))
  deepEqual(priceOf(sell(bench, 'o2', { lines: both })), [1_000, 1_000])
  bench.pass(60_000)
  deepEqual(priceOf(sell(bench, 'o3')), [1_000])
  bench.pass(60_000)
  deepEqual(priceOf(sell(bench, 'o4')), [1_250])
  equal(codeOf(sell(bench, 'o5', { lines: [{ variantId: mug, quantity: 6 }] })), 'accepted')
})

test('[TP2] a buyer at the counter is sold to now or told no, never put in a line', () => {
  const bench = openBench(releaseOfEvening({ terms: { deferred: DEFERRED } }))
  bench.grant('l1', 3)
  equal(codeOf(sell(bench, 'o1', { method: 'card' })), 'accepted')
  equal(codeOf(sell(bench, 'o2', { method: 'card' })), 'payment_not_deferrable')
  equal(codeOf(sell(bench, 'o3')), 'accepted')
  const many = [{ variantId: EVENING.mug, quantity: 2 }]
  equal(codeOf(sell(bench, 'o4', { lines: many })), 'units_short')
  deepEqual([bench.state.tickets.size, bench.state.holds.size], [0, 0])
})

const DEFERRED = {
  orderMinorMax: 10_000,
  buyerOrdersMax: 1,
  ordersMax: 1,
  sumMinorMax: 10_000,
  ageMsMax: 60_000,
}

test('[TP3] a sale says who sold it, and cash says what was given', () => {
  const bench = openBench()
  bench.grant('l1', 3)
  equal(codeOf(sell(bench, 'o1', { tenderedMinor: 1_200 })), 'tendered_short')
  equal(codeOf(sell(bench, 'o1', { tenderedMinor: 2_000 })), 'accepted')
  const body = bench.journal.findLast(({ event }) => event.type === 'order.accepted')?.event.body
  ok(body !== undefined && 'payment' in body && 'operatorId' in body)
  deepEqual([body.operatorId, body.payment.tenderedMinor], [operatorId, 2_000])
})

test('[TP4] what is left of the deferred limits is told, and is what decides', () => {
  const deferred = { ...TERMS.deferred, ordersMax: 2, sumMinorMax: 3_000, orderMinorMax: 2_000 }
  const bench = openBench(releaseOfEvening({ terms: { deferred } }))
  bench.grant('l1', 9)
  const untouched = { orders: 2, sumMinor: 3_000, orderMinorMax: 2_000, endsAtMs: null }
  deepEqual(deferralLeft(bench.state), untouched)
  const { atMs } = bench.clock
  equal(codeOf(sell(bench, 'o1', { method: 'card' })), 'accepted')
  const endsAtMs = atMs + deferred.ageMsMax
  const left = { orders: 1, sumMinor: 1_750, orderMinorMax: 1_750, endsAtMs }
  deepEqual(deferralLeft(bench.state), left)
  equal(codeOf(sell(bench, 'o2')), 'accepted', 'cash uses nothing up')
  deepEqual(deferralLeft(bench.state), left)
  const two = [{ variantId: EVENING.mug, quantity: 2 }]
  equal(codeOf(sell(bench, 'o3', { method: 'card', lines: two })), 'payment_not_deferrable')
  bench.settle('o1', 'captured')
  deepEqual(deferralLeft(bench.state), untouched)
})

test('[TP5] a rehearsed sale gets the refusal of the sale, and changes nothing', () => {
  const bench = openBench(releaseOfEvening())
  bench.grant('l1', 1)
  const { length } = bench.journal
  equal(saleRefusal(bench.state, saleOf(bench, 'o1', { method: 'card' }), bench.clock), null)
  const two = [{ variantId: EVENING.mug, quantity: 2 }]
  const short = saleRefusal(bench.state, saleOf(bench, 'o2', { lines: two }), bench.clock)
  equal(short?.code, 'units_short')
  equal(bench.journal.length, length)
  equal(codeOf(sell(bench, 'o1', { method: 'card' })), 'accepted')
})

test('[CO1] the drawer is what was opened, sold, moved, handed back; counts differ aloud', () => {
  const bench = openBench()
  bench.grant('l1', 9)
  const count = (countId: string, kind: 'opening' | 'count' | 'in' | 'out', amountMinor: number) =>
    bench.run({
      type: 'count_cash',
      count: { countId: countId as CountId, kind, amountMinor, operatorId, why: 'evening' },
    })
  count('c1', 'opening', 10_000)
  count('c1', 'opening', 99)
  sell(bench, 'o1', { tenderedMinor: 5_000 })
  sell(bench, 'o2')
  sell(bench, 'o3', { method: 'card' })
  equal(bench.state.drawer.expectedMinor, 12_500)
  count('c2', 'out', 2_000)
  count('c3', 'in', 500)
  request(bench, { isPaidOut: true })
  equal(bench.state.drawer.expectedMinor, 9_750)
  count('c4', 'count', 9_700)
  const last = bench.state.drawer.lastCount
  deepEqual([last?.amountMinor, last?.expectedMinor], [9_700, 9_750])
  equal(bench.state.drawer.expectedMinor, 9_700)
  deepEqual(refold(bench).drawer, bench.state.drawer)
})

test('[CO2] a count of units is on record beside what should be there, and moves none', () => {
  const bench = openBench()
  bench.grant('l1', 5)
  sell(bench, 'o1')
  const count = { countId: 'c1' as CountId, itemId: EVENING.mugItem, quantity: 3, operatorId }
  bench.run({ type: 'count_stock', count: { ...count, why: 'closing' } })
  bench.run({ type: 'count_stock', count: { ...count, why: 'again' } })
  const counted = bench.journal.filter(({ event }) => event.type === 'stock.counted')
  equal(counted.length, 1)
  const body = counted[0]?.event.body
  ok(body !== undefined && 'expectedQuantity' in body)
  equal(body.expectedQuantity, 4)
  equal(codeOf(sell(bench, 'o2')), 'accepted')
})

test('[RQ1] a request is journaled once with who and why, and hears its verdict', () => {
  const bench = openBench()
  equal(codeOf(request(bench, {})), 'done')
  equal(codeOf(request(bench, {})), 'done')
  equal(codeOf(request(bench, { why: 'other' })), 'idempotency_key_reused')
  equal(bench.journal.filter(({ event }) => event.type === 'request.made').length, 1)
  const requestId = 'q1' as RequestId
  equal(bench.state.requests.get(requestId)?.verdict, null)
  const verdict = { requestId, verdict: 'refused', reason: 'order_unknown' } as const
  bench.feed({ type: 'request.decided', body: verdict })
  equal(bench.state.requests.get(requestId)?.verdict?.reason, 'order_unknown')
})

test('[RQ2] cash is handed back for cash that was taken here, and never twice', () => {
  const bench = openBench()
  bench.grant('l1', 9)
  equal(codeOf(request(bench, { isPaidOut: true })), 'order_unknown')
  sell(bench, 'o1')
  sell(bench, 'card', { method: 'card' })
  const card = 'card' as OrderId
  equal(codeOf(request(bench, { isPaidOut: true, orderId: card })), 'order_not_paid_in_cash')
  equal(codeOf(request(bench, { isPaidOut: true, amountMinor: 1_000 })), 'done')
  const second = { requestId: 'q2' as RequestId, isPaidOut: true }
  equal(codeOf(request(bench, second)), 'paid_out_already')
  equal(codeOf(request(bench, { ...second, amountMinor: 251 })), 'paid_out_already')
  equal(codeOf(request(bench, { ...second, amountMinor: 250 })), 'done')
  const record = bench.state.orders.get('o1' as OrderId)
  ok(record !== undefined)
  equal(paidOutMinor(bench.state, record), 1_250)
})

test('[RQ2] cash of a sale in rescue, or owed back by now, is handed back too', () => {
  const bench = openBench()
  bench.grant('l1', 9)
  sell(bench, 'o1')
  sell(bench, 'o2')
  const [o1, o2] = ['o1', 'o2'] as OrderId[]
  ok(o1 !== undefined && o2 !== undefined)
  bench.move(o1, 'fail')
  bench.move(o2, 'owe')
  equal(codeOf(request(bench, { isPaidOut: true })), 'done')
  const second = { requestId: 'q2' as RequestId, orderId: o2, isPaidOut: true }
  equal(codeOf(request(bench, second)), 'done')
  bench.move(o2, 'refund')
  const third = { ...second, requestId: 'q3' as RequestId }
  equal(codeOf(request(bench, third)), 'order_not_paid_in_cash')
  equal(bench.state.drawer.expectedMinor, 0)
})

/** The state that the journal alone gives. [I12] */
function refold(bench: StallBench) {
  const state = createStallState(EVENING.nodeId, 1)
  for (const { event, moment } of bench.journal) applyEvent(state, event, moment)
  return state
}
