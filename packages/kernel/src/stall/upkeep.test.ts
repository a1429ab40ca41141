import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'

import type { BuyerId, HoldId, LeaseId, TicketId } from '../id.ts'
import { notSelling } from './admission.ts'
import { EVENING, openBench, releaseOfEvening, type StallBench } from './fixture.ts'
import { forgetProcess } from './state.ts'
import { assertStock, LEASE_MARGIN_MS } from './stock.ts'
import { nextDueMs } from './upkeep.ts'

const { dropId, mugItem, mug } = EVENING
const CLOCK = { code: 'not_selling', reason: 'clock' } as const

describe('holds and the line', () => {
  test('[H1] a hold ends to the second, and its unit goes to the first in line', () => {
    const bench = openBench()
    bench.grant('l1', 1)
    bench.hold('h1')
    equal(bench.hold('h2', { buyerId: 'bea' }).status, 'waiting')
    equal(bench.hold('h3', { buyerId: 'cid' }).status, 'waiting')
    equal(nextDueMs(bench.state), EVENING.startMs + 120_000)
    bench.pass(119_999)
    bench.run({ type: 'tick' })
    equal(bench.hold('h1').status, 'held')
    bench.pass(1)
    bench.run({ type: 'tick' })
    equal(bench.hold('h1').status, 'hold_ended')
    deepEqual(bench.hold('h2', { buyerId: 'bea' }), {
      status: 'held',
      holdId: 'h2',
      expiresAtMs: EVENING.startMs + 240_000,
    })
    deepEqual(bench.hold('h3', { buyerId: 'cid' }), {
      status: 'waiting',
      ticketId: 'h3',
      position: 1,
    })
  })

  test('[H1] a hold that is over cannot be bought, even before the tick', () => {
    const bench = openBench()
    bench.grant('l1', 1)
    bench.hold('h1')
    bench.pass(120_000)
    const answer = bench.buyHold('o1', 'h1')
    equal(answer.status === 'rejected' && answer.rejection.code, 'hold_over')
  })

  test('[H3] a hold keeps its price when the release is rolled back', () => {
    const bench = openBench()
    bench.grant('l1', 1)
    bench.hold('h1')
    bench.activate(2, 'r2', releaseOfEvening({ priceMinor: 9_900 }))
    const answer = bench.buyHold('o1', 'h1')
    equal(answer.status === 'accepted' && answer.order.totalMinor, 1_250)
    assertStock(bench.state)
  })

  test('[H2] sold out is said only when nothing is free, held, in rescue or above', () => {
    const bench = openBench()
    bench.grant('l1', 1)
    bench.hold('h1')
    report(bench, true)
    equal(bench.place('o2', { buyerId: 'bea' }).status, 'waiting', 'a unit is held')
    bench.buyHold('o1', 'h1')
    equal(bench.place('o2', { buyerId: 'bea' }).status, 'ticket_ended', 'the line was told')
    const refused = bench.place('o3', { buyerId: 'cid' })
    equal(refused.status === 'rejected' && refused.rejection.code, 'sold_out')
    bench.settle('o1', 'declined')
    equal(bench.place('o4', { buyerId: 'dan' }).status, 'waiting', 'a unit is in rescue')
    report(bench, false)
    bench.settle('o1', 'captured')
    equal(bench.place('o5', { buyerId: 'eve' }).status, 'waiting', 'more may come from above')
  })

  test('[H2] whoever wants more than can ever come is told, and does not block the others', () => {
    const bench = openBench()
    bench.grant('l1', 1)
    bench.hold('h1')
    const lines = [{ variantId: mug, quantity: 2 }]
    bench.place('o2', { buyerId: 'bea', lines })
    bench.place('o3', { buyerId: 'cid' })
    report(bench, true)
    equal(bench.state.tickets.get('o2' as TicketId)?.end, 'sold_out')
    bench.run({ type: 'release_hold', holdId: 'h1' as HoldId, buyerId: 'ann' as BuyerId })
    equal(bench.state.tickets.get('o3' as TicketId)?.end, 'served')
  })

  test('[H1] nobody overtakes a ticket that could be served here, until it leaves', () => {
    const bench = openBench()
    bench.grant('l1', 2)
    bench.hold('h1', { buyerId: 'cid' })
    bench.place('o1', { lines: [{ variantId: mug, quantity: 2 }] })
    equal(bench.place('o2', { buyerId: 'bea' }).status, 'waiting')
    bench.run({ type: 'leave_line', ticketId: 'o1' as TicketId, buyerId: 'ann' as BuyerId })
    equal(bench.state.tickets.get('o2' as TicketId)?.end, 'served')
  })

  test('[H1] whoever wants more than this node has does not hold up the people behind', () => {
    const bench = openBench()
    bench.grant('l1', 80)
    const greedy = { lines: [{ variantId: mug, quantity: 81 }], token: { unitsMax: 100 } }
    equal(bench.place('o1', greedy).status, 'waiting')
    const bundle = { lines: [{ variantId: EVENING.bundle, quantity: 1 }] }
    equal(bench.place('o2', bundle).status, 'waiting')
    equal(bench.place('o3', { buyerId: 'bea' }).status, 'accepted')
    bench.grant('l2', 2)
    equal(bench.place('o1', greedy).status, 'held')
  })

  test('[I6] a hold on an old lease ends with that lease, not with a later one', () => {
    const bench = openBench()
    bench.grant('l1', 1, { sellUntilMs: EVENING.startMs + 60_000 })
    bench.grant('l2', 1)
    const answer = bench.hold('h1')
    const end = EVENING.startMs + 60_000 - LEASE_MARGIN_MS
    equal(answer.status === 'held' && answer.expiresAtMs, end)
  })

  test('a line ends with its drop', () => {
    const bench = openBench()
    bench.place('o1')
    equal(nextDueMs(bench.state), EVENING.endMs)
    bench.pass(3_600_000)
    bench.run({ type: 'tick' })
    equal(bench.state.tickets.get('o1' as TicketId)?.end, 'closed')
    equal(nextDueMs(bench.state), null)
  })
})

describe('leases', () => {
  test('[L3] a lease stops selling before its end by the wall clock', () => {
    const sellUntilMs = EVENING.startMs + 60_000
    const bench = openBench()
    bench.grant('l1', 9, { sellUntilMs })
    bench.pass(60_000 - LEASE_MARGIN_MS - 1)
    equal(bench.place('o1').status, 'accepted')
    bench.pass(1)
    equal(bench.place('o2').status, 'waiting')
  })

  test('[L3] a wall clock that stands still does not stretch a lease', () => {
    const bench = openBench()
    bench.grant('l1', 9, { sellUntilMs: EVENING.startMs + 60_000 })
    const monotonicMs = 60_000 - LEASE_MARGIN_MS
    bench.clock = { atMs: EVENING.startMs + monotonicMs - 3_000, monotonicMs }
    equal(bench.place('o1').status, 'waiting')
    bench.clock = { atMs: EVENING.startMs, monotonicMs }
    const answer = bench.place('o2')
    deepEqual(answer.status === 'rejected' && answer.rejection, CLOCK)
  })

  test('[L3] a clock that was set back is doubted also by the next process', () => {
    const bench = openBench()
    bench.grant('l1', 9, { sellUntilMs: EVENING.startMs + 3_600_000 })
    bench.pass(600_000)
    bench.clock = { ...bench.clock, atMs: bench.clock.atMs - 300_000 }
    bench.run({ type: 'tick' })
    forgetProcess(bench.state)
    bench.pass(400_000)
    equal(notSelling(bench.state, bench.clock), 'clock')
    bench.run({ type: 'apply_feed', items: [], parentTimeMs: bench.clock.atMs })
    equal(notSelling(bench.state, bench.clock), null)
  })

  test('[L3] a process that starts with an earlier clock than its journal doubts it', () => {
    const bench = openBench()
    bench.grant('l1', 9)
    forgetProcess(bench.state)
    bench.clock = { atMs: bench.clock.atMs - 60_000, monotonicMs: 0 }
    bench.run({ type: 'tick' })
    bench.pass(120_000)
    equal(notSelling(bench.state, bench.clock), 'clock')
  })

  test('[L3] a wall clock that went back stops selling until the parent agrees', () => {
    const bench = openBench()
    bench.grant('l1', 9)
    bench.pass(60_000)
    bench.place('o1')
    bench.clock = { ...bench.clock, atMs: bench.clock.atMs - 20_000 }
    equal(notSelling(bench.state, bench.clock), 'clock')
    bench.run({ type: 'apply_feed', items: [], parentTimeMs: bench.clock.atMs + 90_000 })
    equal(notSelling(bench.state, bench.clock), 'clock', 'the parent does not agree')
    bench.run({ type: 'apply_feed', items: [], parentTimeMs: bench.clock.atMs + 100 })
    equal(notSelling(bench.state, bench.clock), null)
  })

  test('[I6] a hold ends with its lease', () => {
    const bench = openBench()
    bench.grant('l1', 9, { sellUntilMs: EVENING.startMs + 60_000 })
    const answer = bench.hold('h1')
    const end = EVENING.startMs + 60_000 - LEASE_MARGIN_MS
    equal(answer.status === 'held' && answer.expiresAtMs, end)
  })

  test('[L7] a recall gives back unsold units only', () => {
    const bench = openBench()
    bench.grant('l1', 5)
    bench.place('o1')
    bench.hold('h1')
    const leaseId = 'l1' as LeaseId
    bench.feed({ type: 'lease.recalled', body: { leaseId, quantity: 9 } })
    const lease = bench.state.leases.get(leaseId)
    deepEqual([lease?.sold, lease?.held, lease?.returned], [1, 1, 3])
    assertStock(bench.state)
  })

  test('[L4] a lease that never came is disclaimed, and a late grant of it is refused', () => {
    const bench = openBench()
    bench.feed({ type: 'lease.queried', body: { leaseId: 'lost' as LeaseId } })
    equal(bench.journal.at(-1)?.event.type, 'lease.disclaimed')
    bench.grant('lost', 5)
    equal(bench.state.leases.size, 0)
    equal(bench.place('o1').status, 'waiting')
  })

  test('[L4] a query brings back what is unsold and nothing that was sold', () => {
    const bench = openBench()
    bench.grant('l1', 5)
    bench.place('o1')
    bench.feed({ type: 'lease.queried', body: { leaseId: 'l1' as LeaseId } })
    equal(bench.state.leases.get('l1' as LeaseId)?.returned, 4)
  })

  test('[L2] the feed is applied once: a decision read again changes nothing', () => {
    const bench = openBench()
    bench.grant('l1', 5)
    const facts = bench.journal.length
    const item = {
      type: 'lease.granted',
      position: bench.state.feedPosition,
      atMs: EVENING.startMs,
      body: { leaseId: 'l1' as LeaseId, dropId, itemId: mugItem, quantity: 5, sellUntilMs: 9e12 },
    } as const
    bench.run({ type: 'apply_feed', items: [item], parentTimeMs: EVENING.startMs })
    equal(bench.journal.length, facts)
  })

  test('a stall that closes gives everything back, also what comes free later', () => {
    const bench = openBench(releaseOfEvening({ terms: { deferred: NOTHING_DEFERRED } }))
    bench.grant('l1', 5)
    bench.place('o1')
    bench.hold('h1')
    bench.run({ type: 'freeze', reason: 'closed' })
    equal(bench.state.leases.get('l1' as LeaseId)?.returned, 4)
    bench.settle('o1', 'declined')
    equal(bench.state.leases.get('l1' as LeaseId)?.returned, 5)
    const refused = bench.place('o2')
    equal(refused.status === 'rejected' && refused.rejection.code, 'not_selling')
  })
})

const NOTHING_DEFERRED = { ...releaseOfEvening().terms.deferred, ordersMax: 0 }

function report(bench: StallBench, isExhausted: boolean): void {
  bench.feed({ type: 'pool.reported', body: { dropId, itemId: mugItem, isExhausted } })
}
