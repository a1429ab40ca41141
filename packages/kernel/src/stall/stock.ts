import { assert } from '../assert.ts'
import type { DropId, ItemId } from '../id.ts'
import type { ReleaseIndex } from '../release/release-index.ts'
import type { Moment, WantedLine } from './command.ts'
import type { Allocation } from './event.ts'
import { poolKey, unsoldOf, type LeaseAccount, type Pool, type StallState } from './state.ts'

/**
 * How long before a lease's end a child stops selling from it. Covers the drift of a quartz clock
 * (100 ppm is 17 s in 48 h, 3 s in a long evening) and a wall clock kept by NTP. [L3]
 */
export const LEASE_MARGIN_MS = 5_000

/** Units wanted of one item, over all lines of an order and all components of a bundle. [L6] */
export interface Need {
  readonly itemId: ItemId
  readonly quantity: number
}

/**
 * Add up what an order's lines consume, per item.
 *
 * - [L6] A bundle and its parts in one order are checked against their sum, not line by line.
 */
export function needsOf(index: ReleaseIndex, lines: readonly WantedLine[]): readonly Need[] {
  const first = lines[0]
  if (lines.length === 1 && first !== undefined) {
    const variant = index.variants.get(first.variantId)
    assert(variant !== undefined, 'a listed variant is in its release')
    const scale = first.quantity
    const { components } = variant
    return components.map(({ itemId, quantity }) => ({ itemId, quantity: quantity * scale }))
  }
  const sums = new Map<ItemId, number>()
  for (const line of lines) {
    const variant = index.variants.get(line.variantId)
    assert(variant !== undefined, 'a listed variant is in its release')
    for (const { itemId, quantity } of variant.components) {
      sums.set(itemId, (sums.get(itemId) ?? 0) + quantity * line.quantity)
    }
  }
  return [...sums].map(([itemId, quantity]) => ({ itemId, quantity }))
}

/** Find the pool of an item in a drop; `undefined` before any lease or report named it. */
export function findPool(state: StallState, dropId: DropId, itemId: ItemId): Pool | undefined {
  return state.pools.get(poolKey(dropId, itemId))
}

/**
 * Whether a lease may still be sold from.
 *
 * - [L3] It ends at the earlier of the wall clock and of the time since receipt on either clock,
 *   less the margin. After a restart only the wall clock is left.
 */
export function isLeaseSelling(lease: LeaseAccount, moment: Moment): boolean {
  const sinceWall = moment.atMs - lease.receivedAtMs
  const sinceMonotonic =
    lease.receivedMonotonicMs === null ? 0 : moment.monotonicMs - lease.receivedMonotonicMs
  const elapsedMs = Math.max(sinceWall, sinceMonotonic)
  return (
    moment.atMs < lease.sellUntilMs - LEASE_MARGIN_MS && elapsedMs < lease.ttlMs - LEASE_MARGIN_MS
  )
}

/** The last moment, on this node's wall clock, that a lease may be sold from. */
export function leaseEndMs({ sellUntilMs, receivedAtMs, ttlMs }: LeaseAccount): number {
  return Math.min(sellUntilMs, receivedAtMs + ttlMs) - LEASE_MARGIN_MS
}

/** Take units for every need, or `null` when one of them falls short: all or nothing. */
export function collectUnits(
  state: StallState,
  dropId: DropId,
  needs: readonly Need[],
  moment: Moment,
): readonly Allocation[] | null {
  const allocations: Allocation[] = []
  for (const need of needs) {
    const pool = findPool(state, dropId, need.itemId)
    if (pool === undefined) return null
    if (!collectFromPool(pool, need.quantity, moment, allocations)) return null
  }
  return allocations
}

function collectFromPool(
  pool: Pool,
  quantity: number,
  moment: Moment,
  into: Allocation[],
): boolean {
  if (pool.unsold < quantity) return false
  let missing = quantity
  for (let place = pool.firstUnsold; place < pool.leases.length && missing > 0; place++) {
    const lease = pool.leases[place]
    assert(lease !== undefined, 'a pool lists its leases without gaps')
    const unsold = unsoldOf(lease)
    if (unsold === 0 || !isLeaseSelling(lease, moment)) continue
    const taken = Math.min(unsold, missing)
    into.push({ itemId: lease.itemId, leaseId: lease.leaseId, quantity: taken })
    missing -= taken
  }
  return missing === 0
}

/** How many units of a pool may be sold at this moment. */
export function sellableUnits(pool: Pool, moment: Moment): number {
  let units = 0
  for (let place = pool.firstUnsold; place < pool.leases.length; place++) {
    const lease = pool.leases[place]
    assert(lease !== undefined, 'a pool lists its leases without gaps')
    if (isLeaseSelling(lease, moment)) units += unsoldOf(lease)
  }
  return units
}

/**
 * Whether an order for these needs could still be served some day: from what is free, held or in
 * rescue here, or from above.
 *
 * - [H2] "Sold out" is only said when the answer is no.
 */
export function canStillCome(
  state: StallState,
  dropId: DropId,
  needs: readonly Need[],
  moment: Moment,
): boolean {
  return needs.every(({ itemId, quantity }) => {
    const pool = findPool(state, dropId, itemId)
    if (pool === undefined || !pool.isExhausted) return true
    return sellableUnits(pool, moment) + pool.held + pool.inRescue >= quantity
  })
}

/**
 * Whether this node could serve these needs by itself, now or when what is held or in rescue here
 * comes free.
 *
 * - [H1] Only somebody who could be served here holds up the people behind: whoever wants more
 *   than this node has waits for units from above, and a cut uplink stops nobody else.
 */
export function isAttainableHere(
  state: StallState,
  dropId: DropId,
  needs: readonly Need[],
  moment: Moment,
): boolean {
  return needs.every(({ itemId, quantity }) => {
    const pool = findPool(state, dropId, itemId)
    if (pool === undefined) return false
    return sellableUnits(pool, moment) + pool.held + pool.inRescue >= quantity
  })
}

/** Check that every account adds up. For tests, the simulator and `verify`. [L1, I2] */
export function assertStock(state: StallState): void {
  for (const lease of state.leases.values()) {
    const { held, sold, subleased, returned } = lease
    const isWhole = held >= 0 && sold >= 0 && subleased >= 0 && returned >= 0
    assert(isWhole, `lease ${lease.leaseId} has a negative account`)
    assert(unsoldOf(lease) >= 0, `lease ${lease.leaseId} gave more than it was granted`)
  }
  for (const pool of state.pools.values()) {
    const unsold = pool.leases.reduce((sum, lease) => sum + unsoldOf(lease), 0)
    const held = pool.leases.reduce((sum, lease) => sum + lease.held, 0)
    assert(pool.unsold === unsold, `pool ${pool.itemId} counts its unsold units wrong`)
    assert(pool.held === held, `pool ${pool.itemId} counts its held units wrong`)
    assert(pool.waiting >= 0 && pool.inRescue >= 0, `pool ${pool.itemId} has a negative count`)
  }
}
