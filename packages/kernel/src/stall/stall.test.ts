import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import type { BuyerId, HoldId, LeaseId, TicketId } from '../id.ts'
import { ORDER_KEEPS_UNITS } from '../order/order-state.ts'
import { applyEvent } from './apply-event.ts'
import type { StallEvent } from './event.ts'
import { EVENING, openBench, releaseOfEvening, type StallBench } from './fixture.ts'
import { Line } from './line.ts'
import { createStallState } from './state.ts'
import { assertStock } from './stock.ts'
import { Timetable } from './timetable.ts'

/** One thing that can happen to a stall, small enough that shrinking finds the culprit. */
const step = fc.oneof(
  fc.record({ do: fc.constant('place'), id: fc.nat(30), units: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('hold'), id: fc.nat(30), units: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ do: fc.constant('buy'), id: fc.nat(30), units: fc.nat(30) }),
  fc.record({ do: fc.constant('grant'), id: fc.nat(0), units: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant('recall'), id: fc.nat(5), units: fc.nat(5) }),
  fc.record({ do: fc.constant('settle'), id: fc.nat(30), units: fc.nat(4) }),
  fc.record({ do: fc.constant('move'), id: fc.nat(30), units: fc.nat(3) }),
  fc.record({ do: fc.constant('pass'), id: fc.nat(0), units: fc.nat(100) }),
  fc.record({ do: fc.constant('leave'), id: fc.nat(30), units: fc.nat(0) }),
  fc.record({ do: fc.constant('report'), id: fc.nat(0), units: fc.nat(1) }),
)

const OUTCOMES = ['authorized', 'captured', 'declined', 'unknown', 'voided'] as const
const MOVES = ['release', 'void', 'owe', 'refund'] as const

describe('any evening', () => {
  test('[I1] [I2] [I3] no unit is sold twice and every account adds up, whatever happens', () => {
    const met = new Set<string>()
    const evening = fc.array(step, { maxLength: 120, size: 'max' })
    fc.assert(
      fc.property(evening, fc.nat(3), (steps, ordersMax) => {
        const bench = benchWith(ordersMax)
        for (const one of steps) {
          perform(bench, one)
          assertStock(bench.state)
        }
        const granted = sum([...bench.state.leases.values()].map((lease) => lease.granted))
        equal(liveUnits(bench) <= granted, true)
        equal(sum([...bench.state.leases.values()].map((lease) => lease.sold)), liveUnits(bench))
        for (const { event } of bench.journal) met.add(markOf(event))
      }),
      { numRuns: 300 },
    )
    // A run that never met a case proves nothing about it.
    deepEqual(MARKS.filter((mark) => !met.has(mark)), [])
  })

  test('[I12] the state is the fold of the journal', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), fc.nat(3), (steps, ordersMax) => {
        const bench = benchWith(ordersMax)
        for (const one of steps) perform(bench, one)
        const replayed = createStallState(EVENING.nodeId, 1)
        for (const { event, moment } of bench.journal) applyEvent(replayed, event, moment)
        deepEqual(plain(replayed), plain(bench.state))
      }),
      { numRuns: 100 },
    )
  })

  test('[I21] a release number never falls', () => {
    const bench = openBench()
    bench.activate(2, 'r2', releaseOfEvening({ priceMinor: 1 }))
    bench.activate(3, EVENING.releaseId, releaseOfEvening())
    deepEqual([bench.state.active?.number, bench.state.active?.releaseId], [3, 'r1'])
  })
})

test('a place in line is the number of those who still wait in front, and oneself', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { maxLength: 60 }), (draws) => {
      const line = new Line()
      const model: TicketId[] = []
      for (const [index, draw] of draws.entries()) {
        const ticketId = `t${index}` as TicketId
        line.join(ticketId)
        model.push(ticketId)
        if (draw % 3 === 0) line.leave(model.splice(draw % model.length, 1)[0] as TicketId)
        deepEqual([...line], model)
        deepEqual(model.map((waiting) => line.placeOf(waiting)), model.map((_, place) => place + 1))
      }
    }),
  )
})

test('a timetable gives what is due, soonest first, and forgets what is over', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(50), (moments, nowMs) => {
      const table = new Timetable<number>()
      for (const atMs of moments) table.add(atMs, atMs)
      const inOrder = moments.toSorted((left, right) => left - right)
      deepEqual(table.due(nowMs), inOrder.filter((atMs) => atMs <= nowMs))
      table.trim((atMs) => atMs <= nowMs)
      equal(table.nextMs, inOrder.find((atMs) => atMs > nowMs) ?? null)
    }),
  )
})

function benchWith(ordersMax: number): StallBench {
  const { deferred } = releaseOfEvening().terms
  const bench = openBench(releaseOfEvening({ terms: { deferred: { ...deferred, ordersMax } } }))
  bench.grant('l0', 4)
  return bench
}

interface Step {
  readonly do: string
  readonly id: number
  readonly units: number
}

function perform(bench: StallBench, { do: action, id, units }: Step): void {
  const lines = [{ variantId: EVENING.mug, quantity: units }]
  const { dropId, mugItem } = EVENING
  switch (action) {
    case 'place':
      return void bench.place(`x${id}`, { lines })
    case 'hold':
      return void bench.hold(`x${id}`, { lines })
    case 'buy':
      return void bench.buyHold(`b${units}`, `x${id}`)
    case 'grant':
      return bench.grant(`l${bench.state.leases.size}`, units)
    case 'recall': {
      const body = { leaseId: `l${id}` as LeaseId, quantity: units }
      // A lease that was never granted would be disclaimed, and `grant` picks its ids in order.
      if (!bench.state.leases.has(body.leaseId)) return
      return bench.feed({ type: 'lease.recalled', body })
    }
    case 'settle':
      return bench.settle(id % 2 === 0 ? `x${id}` : `b${id}`, OUTCOMES[units] ?? 'unknown')
    case 'move':
      return bench.move(id % 2 === 0 ? `x${id}` : `b${id}`, MOVES[units] ?? 'void')
    case 'pass':
      bench.pass(units * 3_000)
      return void bench.run({ type: 'tick' })
    case 'leave': {
      const buyerId = 'ann' as BuyerId
      bench.run({ type: 'leave_line', ticketId: `x${id}` as TicketId, buyerId })
      return void bench.run({ type: 'release_hold', holdId: `x${id}` as HoldId, buyerId })
    }
    default:
      return bench.feed({
        type: 'pool.reported',
        body: { dropId, itemId: mugItem, isExhausted: units === 1 },
      })
  }
}

const MARKS = [
  'order.accepted deferred',
  'order.accepted authorized',
  'hold.taken',
  'hold.ended bought',
  'hold.ended expired',
  'hold.ended declined',
  'hold.ended voided',
  'hold.ended released',
  'ticket.joined',
  'ticket.left served',
  'ticket.left sold_out',
  'ticket.left left',
  'lease.returned',
  'order.moved',
]

function markOf({ type, body }: StallEvent): string {
  if ('reason' in body) return `${type} ${body.reason}`
  return type === 'order.accepted' ? `${type} ${body.state}` : type
}

function liveUnits(bench: StallBench): number {
  const live = [...bench.state.orders.values()].filter(({ state }) => ORDER_KEEPS_UNITS[state])
  return sum(live.flatMap(({ order }) => order.allocations.map(({ quantity }) => quantity)))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** What the state holds, without the hints that are not journaled. */
function plain(state: StallBench['state']): unknown {
  const { pools, lines } = state
  return {
    ...state,
    holdEnds: null,
    pools: [...pools.values()].map((pool) => ({ ...pool, soldSinceReport: 0, isExhausted: 0 })),
    exhausted: [...pools.values()].map((pool) => pool.isExhausted),
    lines: [...lines].map(([dropId, line]) => [dropId, [...line]]),
  }
}

