import { ORDER_KEEPS_UNITS, type Allocation, type OrderId } from '@nightmarket/kernel'

import type { BooksCopy } from './books-copy.ts'
import type { Findings } from './check.ts'
import type { WalkedJournal } from './edge-journal.ts'

/**
 * Count the units of every live order of the whole market, synced or not.
 *
 * - [VF9] No item has more of them than exist. An order that its edge or the books have ended has
 *   none: books and journals are read one after the other while units move on. One that is
 *   contested is in sight of a person and is counted apart. [I1, L5]
 *
 * Returns how many units were sold beyond what exists, over all items.
 */
export function countUnits(
  journals: readonly WalkedJournal[],
  books: BooksCopy,
  findings: Findings,
): number {
  const live = new Map<string, number>()
  const add = (allocations: readonly Allocation[]) => {
    for (const { itemId, quantity } of allocations) {
      live.set(itemId, (live.get(itemId) ?? 0) + quantity)
    }
  }
  const atEdges = new Map(journals.flatMap(({ state }) => [...state.orders]))
  for (const order of books.orders.values()) {
    findings.cover('orders', 1)
    const edgeState = atEdges.get(order.orderId as OrderId)?.state ?? order.state
    const isKept = ORDER_KEEPS_UNITS[order.state] && ORDER_KEEPS_UNITS[edgeState]
    if (order.isContested) findings.cover('contested', 1)
    else if (order.isFulfilled || isKept) add(order.allocations)
  }
  for (const { order, state } of atEdges.values()) {
    if (books.orders.has(order.orderId)) continue
    findings.cover('orders', 1)
    if (ORDER_KEEPS_UNITS[state]) add(order.allocations)
  }
  return findOversold(live, books, findings)
}

function findOversold(
  live: ReadonlyMap<string, number>,
  { onHand }: BooksCopy,
  findings: Findings,
): number {
  let oversold = 0
  findings.cover('items', onHand.size)
  for (const [itemId, units] of live) {
    findings.cover('units', units)
    const exist = onHand.get(itemId) ?? 0
    if (units <= exist) continue
    oversold += units - exist
    findings.find(itemId, `${units} units are in live orders, and ${exist} exist`)
  }
  return oversold
}

/** Units of a pool that nobody has bought: unsold at an edge, or at the core and lendable. */
export function unsoldUnits(
  poolKey: string,
  journals: readonly WalkedJournal[],
  books: BooksCopy,
): number {
  const pools = journals.map(({ state }) => state.pools.get(poolKey))
  const atEdges = pools.reduce((sum, pool) => sum + (pool?.unsold ?? 0), 0)
  return atEdges + (books.lendable.get(poolKey) ?? 0)
}
