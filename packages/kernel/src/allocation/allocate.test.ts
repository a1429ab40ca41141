import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import type { NodeId } from '../id.ts'
import { allocate, type ChildDemand, type PoolSupply } from './allocate.ts'
import { fadeRate, observeSales, type SalesRate } from './sales-rate.ts'

const NOW_MS = 1_000_000
const SUPPLY: PoolSupply = {
  free: 100,
  opensAtMs: NOW_MS - 60_000,
  closesAtMs: NOW_MS + 600_000,
  inRescue: 0,
}

function child(name: string, given: Partial<ChildDemand> = {}): ChildDemand {
  const counts = { outstanding: 0, held: 0, waiting: 0, rate: 0, recalled: 0 }
  return { nodeId: name as NodeId, ...counts, isNew: false, isReachable: true, ...given }
}

const moves = (...pairs: readonly (readonly [string, number])[]) =>
  pairs.map(([nodeId, quantity]) => ({ nodeId: nodeId as NodeId, quantity }))

const count = fc.integer({ min: 0, max: 2_000 })
const children = fc
  .uniqueArray(
    fc.record({
      nodeId: fc.stringMatching(/^[a-z]{1,3}$/) as fc.Arbitrary<NodeId>,
      outstanding: count,
      held: count,
      waiting: count,
      rate: fc.double({ min: 0, max: 500, noNaN: true }),
      recalled: count,
      isNew: fc.boolean(),
      isReachable: fc.boolean(),
    }),
    { selector: (made) => made.nodeId, maxLength: 8 },
  )
  .map((list) => list.map((made) => ({ ...made, held: Math.min(made.held, made.outstanding) })))
const supply = fc.record({
  free: count,
  opensAtMs: fc.integer({ min: 0, max: 2 * NOW_MS }),
  closesAtMs: fc.integer({ min: 0, max: 2 * NOW_MS }),
  inRescue: fc.integer({ min: 0, max: 3 }),
})

test('[AL1] never grants what is not free, never recalls what is not unsold, in any order', () => {
  fc.assert(
    fc.property(supply, children, (given, list) => {
      const plan = allocate(given, list, NOW_MS)
      const granted = plan.grants.reduce((sum, { quantity }) => sum + quantity, 0)
      ok(granted <= given.free)
      for (const { nodeId, quantity } of [...plan.grants, ...plan.recalls]) {
        ok(Number.isSafeInteger(quantity) && quantity > 0)
        ok(list.some((known) => known.nodeId === nodeId))
      }
      for (const { nodeId, quantity } of plan.recalls) {
        const found = list.find((known) => known.nodeId === nodeId)
        ok(found !== undefined && quantity <= found.outstanding - found.held - found.recalled)
      }
      deepEqual(allocate(given, list.toReversed(), NOW_MS), plan)
    }),
  )
})

test('[AL2] serves who stands in line first, in proportion where there is not enough', () => {
  const lines = [child('a', { waiting: 30 }), child('b', { waiting: 10 }), child('c', { rate: 5 })]
  deepEqual(allocate({ ...SUPPLY, free: 20 }, lines, NOW_MS).grants, moves(['a', 15], ['b', 5]))
  deepEqual(allocate({ ...SUPPLY, free: 1 }, lines, NOW_MS).grants, moves(['a', 1]))
  const served = [child('a', { waiting: 30, outstanding: 30 })]
  deepEqual(allocate({ ...SUPPLY, free: 20 }, served, NOW_MS).grants, [])
})

test('[AL2] sends nothing into silence', () => {
  const silent = [child('a', { waiting: 30, isReachable: false }), child('b', { isNew: true })]
  deepEqual(allocate(SUPPLY, silent, NOW_MS).grants, moves(['b', 80]))
})

test('[AL3] newcomers get equal shares and the parent keeps a reserve', () => {
  const three = ['a', 'b', 'c'].map((name) => child(name, { isNew: true }))
  deepEqual(allocate(SUPPLY, three, NOW_MS).grants, moves(['a', 26], ['b', 26], ['c', 26]))
  const late = [child('a', { outstanding: 26 }), child('d', { isNew: true })]
  deepEqual(allocate({ ...SUPPLY, free: 22 }, late, NOW_MS).grants, moves(['d', 18]))
})

test('[AL3] the only unit is for sale where there is one child, not in reserve', () => {
  const alone = [child('a', { isNew: true })]
  deepEqual(allocate({ ...SUPPLY, free: 1 }, alone, NOW_MS).grants, moves(['a', 1]))
  deepEqual(allocate({ ...SUPPLY, free: 4 }, alone, NOW_MS).grants, moves(['a', 4]))
  deepEqual(allocate({ ...SUPPLY, free: 5 }, alone, NOW_MS).grants, moves(['a', 4]))
})

test('[AL3] shares nothing out long before the drop opens, nor after it closed', () => {
  const newcomer = [child('a', { isNew: true })]
  const tomorrow = { ...SUPPLY, opensAtMs: NOW_MS + 25 * 3_600_000, closesAtMs: 2 ** 50 }
  deepEqual(allocate(tomorrow, newcomer, NOW_MS).grants, [])
  deepEqual(allocate({ ...SUPPLY, closesAtMs: NOW_MS }, newcomer, NOW_MS).grants, [])
})

test('[AL4] tops up by rate, at most half of what is free, and less as the end nears', () => {
  const selling = [child('a', { rate: 1, outstanding: 2 })]
  deepEqual(allocate(SUPPLY, selling, NOW_MS).grants, moves(['a', 28]))
  deepEqual(allocate({ ...SUPPLY, free: 10 }, selling, NOW_MS).grants, moves(['a', 5]))
  const ending = { ...SUPPLY, closesAtMs: NOW_MS + 10_000 }
  deepEqual(allocate(ending, selling, NOW_MS).grants, moves(['a', 3]))
  const stocked = [child('a', { rate: 1, outstanding: 15 })]
  deepEqual(allocate(SUPPLY, stocked, NOW_MS).grants, [])
})

test('[AL5] recalls from who sells slowest when nothing is free and somebody waits', () => {
  const list = [
    child('busy', { waiting: 12 }),
    child('idle', { outstanding: 10, held: 2 }),
    child('slow', { outstanding: 9, rate: 2 }),
  ]
  const plan = allocate({ ...SUPPLY, free: 0 }, list, NOW_MS)
  deepEqual(plan.recalls, moves(['idle', 8], ['slow', 4]))
  const asked = list.map((made) => (made.nodeId === 'idle' ? { ...made, recalled: 8 } : made))
  const next = allocate({ ...SUPPLY, free: 0 }, asked, NOW_MS)
  deepEqual(next.recalls, moves(['slow', 4]))
})

test('[AL5] who is silent is asked too, once, and not counted on', () => {
  const list = [
    child('busy', { waiting: 5 }),
    child('gone', { outstanding: 10, isReachable: false }),
    child('idle', { outstanding: 3 }),
  ]
  const plan = allocate({ ...SUPPLY, free: 0 }, list, NOW_MS)
  deepEqual(plan.recalls, moves(['idle', 3], ['gone', 2]))
})

test('[AL7] recalls for a newcomer without a share, and for a counter with nothing left', () => {
  const none = { ...SUPPLY, free: 0 }
  const idle = child('edge', { outstanding: 90, rate: 1 })
  const newcomer = allocate(none, [idle, child('till', { isNew: true })], NOW_MS)
  deepEqual(newcomer, { grants: [], recalls: moves(['edge', 36]), isExhausted: false })
  const soldOut = allocate(none, [idle, child('till', { rate: 0.5 })], NOW_MS)
  deepEqual(soldOut.recalls, moves(['edge', 15]))
  const busy = child('edge', { outstanding: 90, rate: 3 })
  deepEqual(allocate(none, [busy, child('till', { rate: 0.5 })], NOW_MS).recalls, [])
  const onTheirWay = child('edge', { outstanding: 90, rate: 1, recalled: 15 })
  deepEqual(allocate(none, [onTheirWay, child('till', { rate: 0.5 })], NOW_MS).recalls, [])
})

test('[AL6] is exhausted exactly when nothing is free, out or in rescue [H2]', () => {
  const none = { ...SUPPLY, free: 0 }
  equal(allocate(none, [child('a', { waiting: 3 })], NOW_MS).isExhausted, true)
  equal(allocate({ ...none, free: 1 }, [], NOW_MS).isExhausted, false)
  equal(allocate({ ...none, inRescue: 1 }, [], NOW_MS).isExhausted, false)
  const out = child('a', { outstanding: 1, held: 1, isReachable: false })
  equal(allocate(none, [out], NOW_MS).isExhausted, false)
})

/** Nodes that sell to buyers who arrive unevenly, and speak to the parent every 200 ms. */
function sellOut(units: number, weights: readonly number[], perSecond: number) {
  const nodes = weights.map((weight, index) => ({
    nodeId: `n${index}` as NodeId,
    weight,
    unsold: 0,
    waiting: 0,
    sold: 0,
    soldSince: 0,
    isNew: true,
    rate: { perSecond: 0, atMs: 0 } as SalesRate,
    recalled: 0,
    inbox: [] as { grant: number; recall: number }[],
  }))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let free = units
  const closesAtMs = 60_000
  for (let nowMs = 0; nowMs < closesAtMs; nowMs += 20) {
    for (const [index, node] of nodes.entries()) {
      const due = (perSecond * nowMs * node.weight) / (1_000 * total)
      while (node.sold + node.waiting < Math.floor(due)) {
        if (node.unsold > 0) {
          node.unsold -= 1
          node.sold += 1
          node.soldSince += 1
        } else node.waiting += 1
      }
      if ((nowMs / 20 + index * 3) % 10 === 0) exchange(node, nowMs)
    }
  }
  function exchange(node: (typeof nodes)[number], nowMs: number): void {
    for (const { grant, recall } of node.inbox.splice(0)) {
      node.unsold += grant
      const back = Math.min(recall, node.unsold)
      node.unsold -= back
      node.recalled -= recall
      free += back
      const served = Math.min(node.waiting, node.unsold)
      node.waiting -= served
      node.unsold -= served
      node.sold += served
      node.soldSince += served
    }
    node.rate = observeSales(node.rate, node.soldSince, nowMs)
    node.soldSince = 0
    const plan = allocate(
      { free, opensAtMs: 0, closesAtMs, inRescue: 0 },
      nodes.map((one) => ({
        nodeId: one.nodeId,
        outstanding: one.unsold + one.inbox.reduce((sum, { grant }) => sum + grant, 0),
        held: 0,
        waiting: one.waiting,
        rate: fadeRate(one.rate, nowMs).perSecond,
        recalled: one.recalled,
        isNew: one.isNew,
        isReachable: true,
      })),
      nowMs,
    )
    for (const { nodeId, quantity } of plan.grants) {
      const found = nodes.find((one) => one.nodeId === nodeId)
      found?.inbox.push({ grant: quantity, recall: 0 })
      if (found !== undefined) found.isNew = false
      free -= quantity
    }
    for (const { nodeId, quantity } of plan.recalls) {
      const found = nodes.find((one) => one.nodeId === nodeId)
      found?.inbox.push({ grant: 0, recall: quantity })
      if (found !== undefined) found.recalled += quantity
    }
  }
  const sold = nodes.reduce((sum, node) => sum + node.sold, 0)
  const waiting = nodes.reduce((sum, node) => sum + node.waiting, 0)
  return { waiting, stranded: units - sold }
}

test('[L7] under 0.5 % of the units are stranded while somebody else refuses buyers', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 8 })
  const crowds = weights.filter((list) => list.some((weight) => weight > 0))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), crowds, (units, list) => {
      const { stranded, waiting } = sellOut(units, list, Math.ceil(units / 20))
      ok(waiting > 0, 'three times as many came as there were units')
      ok(stranded <= units * 0.005, `${stranded} of ${units} stranded`)
    }),
    { numRuns: 60 },
  )
})
