import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import {
  ORDER_TRANSITIONS,
  type OperatorId,
  type OrderRecord,
  type OrderState,
  type RequestId,
  type RequestKind,
  type RequestRecord,
} from '@nightmarket/kernel'
import { EVENING, openBench, releaseOfEvening } from '@nightmarket/kernel/testing'

import { boughtLines, findSales } from './order-view.ts'
import { remediesFor, rescueCause } from './rescue-view.ts'
import { syncProgress } from './sync-view.ts'
import { sumVerdicts, verdictOf, VERDICTS } from './verdict-view.ts'

const ALL = { acknowledged: 1_000, heardThrough: 1_000 }

/** A till that has sold two mugs for cash. */
function openSold() {
  const bench = openBench(releaseOfEvening())
  bench.grant('l1', 5)
  for (const id of ['a1b2c3d4-o1', 'b1b2c3d4-o2']) {
    equal(bench.place(id, { method: 'cash' }).status, 'accepted')
  }
  const [first, second] = bench.state.orders.values()
  ok(first !== undefined && second !== undefined)
  return { bench, first, second }
}

const as = (record: OrderRecord, state: OrderState, fields: Partial<OrderRecord> = {}) => ({
  ...record,
  ...fields,
  state,
})

function asked(record: OrderRecord, kind: RequestKind, verdict: 'done' | null): RequestRecord {
  const requestId = 'q1' as RequestId
  const who = { operatorId: 'ada' as OperatorId, why: 'broken' }
  const { orderId } = record.order
  return {
    request: { requestId, orderId, kind, amountMinor: null, isPaidOut: false, ...who },
    sequence: 9,
    atMs: 1,
    verdict: verdict === null ? null : { requestId, verdict, reason: null },
  }
}

test('[TV20] a sale is to send, then being checked, and kept once its answers were read', () => {
  const { first } = openSold()
  const { sequence } = first
  const before = { acknowledged: sequence - 1, heardThrough: sequence - 1 }
  equal(verdictOf(first, before, []), 'unsent')
  equal(verdictOf(first, { ...before, acknowledged: sequence }, []), 'checking')
  equal(verdictOf(first, ALL, []), 'kept')
  equal(verdictOf(as(first, 'deferred'), ALL, []), 'checking')
  equal(verdictOf(as(first, 'released'), ALL, []), 'given_up')
  equal(verdictOf(as(first, 'released'), ALL, [asked(first, 'voucher', 'done')]), 'vouchered')
  for (const state of Object.keys(ORDER_TRANSITIONS) as OrderState[]) {
    ok(VERDICTS.includes(verdictOf(as(first, state), ALL, [])), state)
  }
})

test('[TV21] sums come by verdict, what needs somebody first', () => {
  const sales = [
    { verdict: 'kept', totalMinor: 100 },
    { verdict: 'rescue', totalMinor: 30 },
    { verdict: 'kept', totalMinor: 200 },
  ] as const
  deepEqual(sumVerdicts(sales), [
    { verdict: 'rescue', sales: 1, totalMinor: 30 },
    { verdict: 'kept', sales: 2, totalMinor: 300 },
  ])
})

test('[TV22] progress counts what was still to send when the till was cut off', () => {
  const { bench, first, second } = openSold()
  const orders = () => bench.state.orders.values()
  deepEqual(syncProgress(orders(), first.sequence - 1, first.sequence), {
    sales: 2,
    salesSent: 1,
    totalMinor: 2_500,
    sentMinor: 1_250,
  })
  equal(syncProgress(orders(), second.sequence, 0), null)
})

test('[TV23] each sale offers what can be done about it, and nothing while it was asked', () => {
  const { bench, first } = openSold()
  const { state } = bench
  const card = { ...first.payment, method: 'card' } as const
  deepEqual(remediesFor(state, first), ['pay_back'])
  deepEqual(remediesFor(state, as(first, 'captured', { payment: card })), ['refund'])
  deepEqual(remediesFor(state, as(first, 'rescue')), ['pay_back', 'release'])
  const declined = as(first, 'rescue', { payment: card })
  deepEqual(remediesFor(state, declined), ['pay_again', 'voucher', 'release'])
  deepEqual([rescueCause(first), rescueCause(declined)], ['units_contested', 'payment_refused'])
  deepEqual(remediesFor(state, as(first, 'refund_due')), ['pay_back'])
  deepEqual(remediesFor(state, as(first, 'refunded')), [])
  deepEqual(remediesFor(state, { ...declined, isBeingPaid: true }), [])
  state.requests.set('q1' as RequestId, asked(first, 'release', null))
  deepEqual(remediesFor(state, first), [])
})

test('[TV24] a sale is read out by name, and found by its code or its whole id', () => {
  const { bench, first, second } = openSold()
  const { mug: variantId } = EVENING
  deepEqual(boughtLines(bench.state, first.order), [
    { variantId, title: 'Mug', quantity: 1, sumMinor: 1_250 },
  ])
  const sales = [first, second]
  deepEqual(findSales(sales, 'a1b2'), [first])
  deepEqual(findSales(sales, 'b1b2c3d4-o2'), [second])
  deepEqual(findSales(sales, 'ffff'), [])
  deepEqual(findSales(sales, ''), sales)
})
