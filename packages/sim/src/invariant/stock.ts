import {
  assertStock,
  AssertionError,
  type Allocation,
  type OrderLine,
  type OrderState,
  type StallState,
} from '@nightmarket/kernel'

import { knownState } from '../world/known-state.ts'
import type { SimEdge } from '../world/sim-edge.ts'
import type { World } from '../world/world.ts'
import type { BooksView } from './books-view.ts'
import { keepsUnits, unitsOfLines } from './live-units.ts'

/** Check what every stall has of its leases: [I2] and [I3] at the edges. */
export function checkStalls(world: World): void {
  for (const edge of world.edges) {
    const state = edge.stall?.state
    if (state !== undefined) checkStall(world, edge, state)
  }
}

function checkStall(world: World, edge: SimEdge, state: StallState): void {
  const { chronicle } = world
  chronicle.arm('I2', state.leases.size)
  try {
    assertStock(state)
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error
    chronicle.violate('I2', `${edge.name}: ${error.message}`)
  }
  const sold = new Map<string, number>()
  for (const { order, state: stage } of state.orders.values()) {
    if (keepsUnits(stage)) addUnits(sold, order.allocations, ({ leaseId }) => leaseId)
  }
  chronicle.arm('I3', state.orders.size)
  for (const lease of state.leases.values()) {
    const live = sold.get(lease.leaseId) ?? 0
    if (live === lease.sold) continue
    chronicle.violate('I3', `${edge.name}: ${lease.leaseId} sold ${lease.sold}, live ${live}`)
  }
}

/** Check the core's sums, from rows and not by the core's own audit: [I2], [I3] and [I4]. */
export function checkCoreStock(world: World, books: BooksView): void {
  const { chronicle, options } = world
  const sold = new Map<string, number>()
  for (const order of books.orders) {
    if (order.holds_units === 1) {
      addUnits(sold, JSON.parse(order.allocations) as Allocation[], ({ leaseId }) => leaseId)
    }
  }
  checkOwners(world, books)
  const out = new Map<string, number>()
  for (const lease of books.leases) {
    const { lease_id, granted, returned, written_off } = lease
    out.set(lease.item_id, (out.get(lease.item_id) ?? 0) + granted - returned - written_off)
    if (lease.sold + returned + written_off > granted || lease.sold < 0 || returned < 0) {
      chronicle.violate('I2', `core: ${lease_id} gave more than ${granted}`)
    }
    if (lease.sold !== (sold.get(lease_id) ?? 0)) {
      chronicle.violate('I3', `core: ${lease_id} sold ${lease.sold}, live ${sold.get(lease_id)}`)
    }
  }
  chronicle.arm('I4', books.leases.length)
  const initial: Readonly<Record<string, number>> = { mug: options.mugs, print: options.prints }
  for (const item of books.items) {
    const { item_id, free, on_hand } = item
    const given = books.leases
      .filter((lease) => lease.item_id === item_id)
      .reduce((sum, lease) => sum + lease.written_off, 0)
    const accounted = free + (out.get(item_id) ?? 0)
    if (accounted !== on_hand || on_hand !== (initial[item_id] ?? 0) - given) {
      const sums = `free ${free} + out ${out.get(item_id)}, on hand ${on_hand}, given up ${given}`
      chronicle.violate('I4', `core: ${item_id}: ${sums}, at first ${initial[item_id]}`)
    }
  }
}

/** [I3] What a node sold is of its own leases, of the epoch that it sold in. */
function checkOwners(world: World, books: BooksView): void {
  const leases = new Map(books.leases.map((lease) => [lease.lease_id, lease]))
  for (const { order_id, node_id, epoch, holds_units, allocations } of books.orders) {
    if (holds_units === 0) continue
    for (const { leaseId } of JSON.parse(allocations) as Allocation[]) {
      const lease = leases.get(leaseId)
      if (lease?.node_id === node_id && lease.epoch === epoch) continue
      world.chronicle.violate('I3', `core: ${order_id} of ${node_id} has units of ${leaseId}`)
    }
  }
}

/**
 * [I1, I7] Units in live orders, wherever they were promised, against the units there ever were.
 * What was sold by a copy of a device, or came to light after a write-off, is exposure and counted
 * apart.
 */
export async function checkOversold(world: World, books: BooksView): Promise<void> {
  const { chronicle, oracle, options } = world
  const atCore = new Map(books.orders.map((order) => [order.order_id, order]))
  const counted = new Map<string, number>()
  const seen = new Set<string>()
  const take = (orderId: string, stage: OrderState, lines: readonly OrderLine[]) => {
    if (seen.has(orderId)) return
    seen.add(orderId)
    const row = atCore.get(orderId)
    const isKept = keepsUnits(stage) || (row?.fulfilled_at_ms ?? null) !== null
    if (!isKept) return
    if (row?.is_contested === 1) return chronicle.mark('exposure contested')
    for (const [itemId, units] of unitsOfLines(lines)) {
      counted.set(itemId, (counted.get(itemId) ?? 0) + units)
    }
  }
  for (const edge of world.edges) {
    const state = await knownState(world, edge)
    const journal = edge.identity === null ? '' : `${edge.nodeId}/${edge.epoch}`
    for (const { order, sequence, state: stage } of state?.orders.values() ?? []) {
      const exposure = oracle.exposureOf(journal)
      if (exposure !== null && sequence > exposure.afterSequence) {
        chronicle.mark('exposure of a copy')
        seen.add(order.orderId)
        continue
      }
      // A restored device may know an older state than the core has heard from it.
      const told = exposure === null ? undefined : atCore.get(order.orderId)?.state
      take(order.orderId, (told ?? stage) as OrderState, order.lines)
    }
  }
  for (const promised of oracle.promises.values()) {
    const row = atCore.get(promised.orderId)
    if (row === undefined && oracle.isExposed(promised)) continue
    take(promised.orderId, (row?.state ?? 'deferred') as OrderState, promised.order.lines)
  }
  chronicle.arm('I1', seen.size)
  const initial: Readonly<Record<string, number>> = { mug: options.mugs, print: options.prints }
  for (const [itemId, units] of counted) {
    if (units > (initial[itemId] ?? 0)) {
      chronicle.violate('I1', `${units} of ${itemId} in live orders, ${initial[itemId]} ever there`)
    }
  }
}

/** [I5] At rest, what is not sold is free: no unit leaked. */
export function checkLeaks(world: World, books: BooksView): void {
  const { chronicle, oracle } = world
  chronicle.arm('I5')
  for (const item of books.items) {
    const leases = books.leases.filter((lease) => lease.item_id === item.item_id)
    const sold = leases.reduce((sum, lease) => sum + lease.sold, 0)
    if (item.free + sold === item.on_hand) continue
    const stuck = leases
      .filter(
        ({ granted, sold: gone, returned, written_off }) => granted > gone + returned + written_off,
      )
      .map(({ lease_id, node_id, epoch, state }) => `${lease_id} of ${node_id}/${epoch} ${state}`)
    const text = `free ${item.free} + sold ${sold} of ${item.on_hand} ${item.item_id}`
    chronicle.violate(
      'I5',
      `${text}; open: ${stuck.join(', ')}; ${oracle.exposures.length} exposed`,
    )
  }
}

function addUnits(
  sums: Map<string, number>,
  allocations: readonly Allocation[],
  keyOf: (allocation: Allocation) => string,
): void {
  for (const allocation of allocations) {
    const key = keyOf(allocation)
    sums.set(key, (sums.get(key) ?? 0) + allocation.quantity)
  }
}
