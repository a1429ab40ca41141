import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { CountId, NodeId, OperatorId, TransferId } from '@nightmarket/kernel'
import { EVENING, openBench, releaseOfEvening } from '@nightmarket/kernel/testing'

import { closingOf } from './closing-view.ts'
import { handableOf, manifestOf, parseCount, reconcile } from './manifest-view.ts'

const operatorId = 'ada' as OperatorId

/** A till with five mugs, of which one was sold and two were handed on. */
function openEvening() {
  const bench = openBench(releaseOfEvening())
  bench.grant('l1', 5)
  equal(bench.place('o1', { method: 'cash' }).status, 'accepted')
  const { dropId, mugItem: itemId } = EVENING
  const to = { toNodeId: 'till-2' as NodeId, toEpoch: 1, operatorId }
  const transferId = 't1' as TransferId
  const what = { transferId, dropId, itemId, quantity: 2 }
  equal(bench.run({ type: 'hand_over', ...what, ...to }).status, 'done')
  return bench
}

test('[TV25] a manifest says of each item what came, what was sold, went on, and is here', () => {
  deepEqual(manifestOf(openEvening().state), [
    {
      itemId: EVENING.mugItem,
      title: 'Mug',
      here: 2,
      received: 5,
      sold: 1,
      handedOn: 2,
      returned: 0,
    },
  ])
})

test('[TV26] what can be handed on is what one lease has, while it may be sold', () => {
  const bench = openEvening()
  bench.grant('l2', 1)
  const { dropId, mugItem: itemId } = EVENING
  deepEqual(handableOf(bench.state, bench.clock), [{ dropId, itemId, title: 'Mug', left: 2 }])
  bench.pass(10 * 3_600_000)
  deepEqual(handableOf(bench.state, bench.clock), [])
})

test('[TV27] books and till are compared of one moment, item by item, or not at all', () => {
  const { state } = openEvening()
  const holdings = [
    { itemId: EVENING.mugItem, units: 3 },
    { itemId: 'ghost', units: 1 },
  ]
  const { sequence, feedPosition: feedHead } = state
  equal(reconcile(state, { sequence: sequence - 1, feedHead, holdings }), null)
  equal(reconcile(state, { sequence, feedHead: feedHead + 1, holdings }), null)
  deepEqual(reconcile(state, { sequence, feedHead, holdings }), [
    { itemId: EVENING.mugItem, title: 'Mug', here: 2, booked: 3 },
    { itemId: 'ghost', title: 'ghost', here: 0, booked: 1 },
  ])
})

test('[TV28] a count is whole units, and nothing else', () => {
  deepEqual(
    ['12', ' 0 ', '', '1.5', '-1', 'ten'].map((text) => parseCount(text)),
    [12, 0, null, null, null, null],
  )
})

test('[TV29] an evening is summed by how it was paid, with what is missing in the drawer', () => {
  const bench = openEvening()
  equal(bench.place('o2').status, 'accepted')
  const count = { countId: 'c1' as CountId, kind: 'count', operatorId, why: 'end' } as const
  bench.run({ type: 'count_cash', count: { ...count, amountMinor: 1_000 } })
  const closing = closingOf(bench.state)
  deepEqual(closing.byMethod, [
    { method: 'cash', sales: 1, totalMinor: 1_250 },
    { method: 'card', sales: 1, totalMinor: 1_250 },
  ])
  deepEqual([closing.differenceMinor, closing.drawerMinor, closing.unitsLeft], [-250, 1_000, 1])
  bench.settle('o2', 'declined')
  const after = closingOf(bench.state)
  deepEqual([after.unpaid, after.rescues, after.totalMinor], [1, 1, 1_250])
  ok(after.sales === 2)
})
