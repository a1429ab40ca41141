import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'

import type { LeaseId, OrderId, PayKey, BuyerId } from '../id.ts'
import type { StallAnswer } from './command.ts'
import { EVENING, openBench, releaseOfEvening } from './fixture.ts'
import { assertStock } from './stock.ts'

describe('placing an order', () => {
  test('[O2] the order, its units and its payment request are one fact', () => {
    const bench = openBench()
    bench.grant('l1', 3)
    const before = bench.journal.length
    equal(bench.place('o1').status, 'accepted')
    const [accepted, ...more] = bench.journal.slice(before)
    deepEqual(more, [])
    equal(accepted?.event.type, 'order.accepted')
    const body = accepted?.event.type === 'order.accepted' ? accepted.event.body : undefined
    deepEqual(body?.allocations, [{ itemId: 'mug', leaseId: 'l1', quantity: 1 }])
    equal(body?.payment.payKey, 'pay-o1')
    equal(body?.state, 'deferred')
  })

  test('[O1] the same id gives the same answer and no second fact', () => {
    const bench = openBench()
    bench.grant('l1', 3)
    const first = bench.place('o1')
    const journaled = bench.journal.length
    deepEqual(bench.place('o1'), first)
    equal(bench.journal.length, journaled)
  })

  test('[O1] the same id with another body is refused', () => {
    const bench = openBench()
    bench.grant('l1', 3)
    bench.place('o1')
    equal(rejection(bench.place('o1', { requestHash: 'other' })), 'idempotency_key_reused')
  })

  test('[O1] a pay key is one payment', () => {
    const bench = openBench()
    bench.grant('l1', 3)
    bench.place('o1')
    equal(rejection(bench.place('o2', { payKey: 'pay-o1' })), 'pay_key_reused')
  })

  test('[L6] a bundle and its parts in one order are checked against their sum', () => {
    const bench = openBench()
    bench.grant('l1', 2)
    bench.grant('l2', 5, { itemId: EVENING.printItem })
    const lines = [
      { variantId: EVENING.bundle, quantity: 1 },
      { variantId: EVENING.mug, quantity: 1 },
    ]
    equal(bench.place('o1', { lines }).status, 'waiting')
    bench.grant('l3', 1)
    equal(bench.state.tickets.get('o1' as never)?.end, 'served')
    assertStock(bench.state)
  })

  test('[L1] an order draws on several leases, oldest first, and every account adds up', () => {
    const bench = openBench()
    bench.grant('l1', 1)
    bench.grant('l2', 5)
    bench.place('o1', { lines: [{ variantId: EVENING.mug, quantity: 3 }] })
    equal(bench.state.leases.get('l1' as LeaseId)?.sold, 1)
    equal(bench.state.leases.get('l2' as LeaseId)?.sold, 2)
    assertStock(bench.state)
  })

  test('[O7] each limit turns an accepted order into a hold that is being paid', () => {
    const limits = [
      { orderMinorMax: 1_249 },
      { buyerOrdersMax: 1 },
      { ordersMax: 1 },
      { sumMinorMax: 2_499 },
    ]
    for (const limit of limits) {
      const { deferred } = releaseOfEvening().terms
      const terms = { deferred: { ...deferred, ...limit } }
      const bench = openBench(releaseOfEvening({ terms }))
      bench.grant('l1', 9)
      const statuses = ['o1', 'o2'].map((orderId) => bench.place(orderId).status)
      equal(statuses.at(-1), 'paying', JSON.stringify(limit))
    }
  })

  test('[O7] nothing more is deferred once the oldest unchecked order is too old', () => {
    const { deferred } = releaseOfEvening().terms
    const terms = { deferred: { ...deferred, ageMsMax: 60_000 } }
    const bench = openBench(releaseOfEvening({ terms }))
    bench.grant('l1', 9)
    bench.place('o1')
    bench.pass(60_001)
    equal(bench.place('o2').status, 'paying')
    bench.settle('o1', 'captured')
    equal(bench.place('o3').status, 'accepted')
  })

  test('cash is in the drawer at once, and never deferred', () => {
    const { deferred } = releaseOfEvening().terms
    const terms = { deferred: { ...deferred, ordersMax: 0 } }
    const bench = openBench(releaseOfEvening({ terms }))
    bench.grant('l1', 9)
    const answer = bench.place('o1', { method: 'cash' })
    equal(answer.status === 'accepted' && answer.state, 'captured')
  })

  test('a buyer gets no more than the limit, over orders, holds and places in line', () => {
    const bench = openBench(releaseOfEvening({ listing: { perCustomer: 2 } }))
    bench.grant('l1', 1)
    bench.place('o1')
    equal(bench.place('o2').status, 'waiting')
    equal(rejection(bench.place('o3')), 'customer_limit')
    equal(bench.place('o4', { buyerId: 'bea' }).status, 'waiting')
  })
})

describe('tokens and prices', () => {
  test('[O9] a token is for one node and epoch, until its end, once', () => {
    const bench = openBench()
    bench.grant('l1', 9)
    equal(rejection(bench.place('o1', { token: { audience: 'edge-2/1' } })), 'token_foreign')
    equal(rejection(bench.place('o1', { token: { audience: 'edge-1/2' } })), 'token_foreign')
    const expired = { expiresAtMs: bench.clock.atMs }
    equal(rejection(bench.place('o1', { token: expired })), 'token_expired')
    bench.place('o2')
    const spent = { tokenId: 'token-o2' as never }
    equal(rejection(bench.place('o3', { token: spent })), 'token_spent')
  })

  test('[I22] the price is the one the token promised', () => {
    const bench = openBench()
    bench.grant('l1', 9)
    const prices = [{ variantId: EVENING.mug, unitPriceMinor: 990 }]
    const answer = bench.place('o1', { token: { prices } })
    equal(answer.status === 'accepted' && answer.order.totalMinor, 990)
  })

  test('[O6] a promise is kept after a rollback until its time, and not after', () => {
    const bench = openBench()
    bench.grant('l1', 9)
    const old = { releaseId: EVENING.releaseId, releaseNumber: 1 }
    bench.activate(2, 'r2', releaseOfEvening({ priceMinor: 5_000 }))
    const prices = [{ variantId: EVENING.mug, unitPriceMinor: 1_250 }]
    const kept = bench.place('o1', { token: { ...old, prices } })
    equal(kept.status === 'accepted' && kept.order.totalMinor, 1_250)
    bench.pass(900_000)
    equal(rejection(bench.place('o2', { token: { ...old, prices } })), 'release_not_honoured')
  })

  test('a drop sells from its opening to before its end', () => {
    const drop = { opensAtMs: EVENING.startMs + 1_000, closesAtMs: EVENING.startMs + 2_000 }
    const bench = openBench(releaseOfEvening({ drop }))
    bench.grant('l1', 9)
    equal(rejection(bench.place('o1')), 'drop_not_open')
    bench.pass(1_000)
    equal(bench.place('o1').status, 'accepted')
    bench.pass(1_000)
    equal(rejection(bench.place('o2')), 'drop_closed')
  })
})

describe('paying', () => {
  test('[O5] a hold whose payment is in flight keeps its unit past its end', () => {
    const bench = benchThatPaysFirst()
    bench.grant('l1', 1)
    equal(bench.place('o1').status, 'paying')
    bench.pass(999_000)
    bench.run({ type: 'tick' })
    equal(bench.state.holds.get('o1~pay' as never)?.end, null)
    bench.settle('o1', 'unknown')
    equal(bench.state.holds.get('o1~pay' as never)?.end, null)
    bench.settle('o1', 'authorized')
    equal(bench.state.orders.get('o1' as OrderId)?.state, 'authorized')
    assertStock(bench.state)
  })

  test('[O5] a terminal decline gives the unit to the next in line', () => {
    const bench = benchThatPaysFirst()
    bench.grant('l1', 1)
    bench.place('o1')
    bench.place('o2', { buyerId: 'bea' })
    bench.settle('o1', 'declined')
    equal(bench.place('o1').status, 'hold_ended')
    equal(bench.place('o2', { buyerId: 'bea' }).status, 'held')
  })

  test('[O5] a declined deferred order keeps its unit in rescue until the core releases it', () => {
    const bench = openBench()
    bench.grant('l1', 1)
    bench.place('o1')
    bench.settle('o1', 'declined')
    equal(bench.state.orders.get('o1' as OrderId)?.state, 'rescue')
    equal(bench.place('o2', { buyerId: 'bea' }).status, 'waiting')
    bench.move('o1', 'release')
    equal(bench.place('o2', { buyerId: 'bea' }).status, 'held')
    assertStock(bench.state)
  })

  test('an order in rescue is paid another way under a fresh key', () => {
    const bench = openBench()
    bench.grant('l1', 1)
    bench.place('o1')
    bench.settle('o1', 'declined')
    equal(rejection(pay(bench, 'pay-o1')), 'pay_key_reused')
    equal(pay(bench, 'pay-again').status, 'accepted')
    equal(pay(bench, 'pay-again').status, 'accepted', 'asked again')
    bench.settle('o1', 'declined')
    equal(bench.state.orders.get('o1' as OrderId)?.state, 'rescue', 'an older key is history')
    const orderId = 'o1' as OrderId
    const payKey = 'pay-again' as PayKey
    bench.feed({ type: 'payment.settled', body: { orderId, payKey, outcome: 'captured' } })
    equal(bench.state.orders.get(orderId)?.state, 'captured')
  })
})

describe('one payment at a time', () => {
  test('[O3] a second payment waits for the outcome of the first', () => {
    const bench = openBench()
    bench.grant('l1', 1)
    bench.place('o1')
    bench.settle('o1', 'declined')
    pay(bench, 'second')
    equal(rejection(pay(bench, 'third')), 'payment_in_flight')
    const body = { orderId: 'o1' as OrderId, payKey: 'second' as PayKey }
    bench.feed({ type: 'payment.settled', body: { ...body, outcome: 'unknown' } })
    equal(rejection(pay(bench, 'third')), 'payment_in_flight')
    bench.feed({ type: 'payment.settled', body: { ...body, outcome: 'declined' } })
    equal(pay(bench, 'third').status, 'accepted')
  })

  test('[O3] money taken after all under an earlier key pays the order', () => {
    const bench = openBench()
    bench.grant('l1', 1)
    bench.place('o1')
    bench.settle('o1', 'declined')
    pay(bench, 'second')
    bench.settle('o1', 'captured')
    equal(bench.state.orders.get('o1' as OrderId)?.state, 'captured')
    assertStock(bench.state)
  })
})

function benchThatPaysFirst() {
  const { deferred } = releaseOfEvening().terms
  return openBench(releaseOfEvening({ terms: { deferred: { ...deferred, ordersMax: 0 } } }))
}

function pay(bench: ReturnType<typeof openBench>, payKey: string): StallAnswer {
  return bench.run({
    type: 'pay_order',
    orderId: 'o1' as OrderId,
    buyerId: 'ann' as BuyerId,
    payment: { payKey: payKey as PayKey, method: 'card', reference: 'pm_card_visa' },
  })
}

function rejection(answer: StallAnswer): string {
  return answer.status === 'rejected' ? answer.rejection.code : answer.status
}
