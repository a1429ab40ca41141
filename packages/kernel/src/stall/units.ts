import { assert, unreachable } from '../assert.ts'
import type { DropId, ItemId } from '../id.ts'
import type { Allocation } from './event.ts'
import { poolKey, unsoldOf, type LeaseAccount, type Pool, type StallState } from './state.ts'

type Account = 'unsold' | 'held' | 'sold'

/** [L1] Units only move between accounts of their lease: what one loses the other gains. */
export function moveUnits(
  state: StallState,
  allocations: readonly Allocation[],
  from: Account,
  to: Account,
): void {
  for (const { leaseId, quantity } of allocations) {
    const lease = leaseOf(state, leaseId)
    const pool = poolOf(state, lease.dropId, lease.itemId)
    changeAccount(lease, pool, from, -quantity)
    changeAccount(lease, pool, to, quantity)
    assert(unsoldOf(lease) >= 0, 'no unit is given twice')
    if (to === 'unsold') pool.firstUnsold = Math.min(pool.firstUnsold, lease.index)
    else if (from === 'unsold') skipEmpty(pool)
  }
}

function changeAccount(lease: LeaseAccount, pool: Pool, account: Account, change: number): void {
  switch (account) {
    case 'unsold':
      pool.unsold += change
      return
    case 'held':
      lease.held += change
      pool.held += change
      assert(lease.held >= 0, 'no unit is released twice')
      return
    case 'sold':
      lease.sold += change
      if (change > 0) pool.soldSinceReport += change
      assert(lease.sold >= 0, 'no unit is given back twice')
      return
    default:
      unreachable(account)
  }
}

/** Let a pool begin at its first lease that has an unsold unit. */
export function skipEmpty(pool: Pool): void {
  for (;;) {
    const lease = pool.leases[pool.firstUnsold]
    if (lease === undefined || unsoldOf(lease) > 0) return
    pool.firstUnsold += 1
  }
}

/** What this stall has of an item in a drop; made where it had nothing yet. */
export function poolOf(state: StallState, dropId: DropId, itemId: ItemId): Pool {
  const key = poolKey(dropId, itemId)
  const found = state.pools.get(key)
  if (found !== undefined) return found
  const pool: Pool = {
    dropId,
    itemId,
    leases: [],
    firstUnsold: 0,
    unsold: 0,
    held: 0,
    inRescue: 0,
    waiting: 0,
    soldSinceReport: 0,
    isExhausted: false,
  }
  state.pools.set(key, pool)
  return pool
}

/** A lease that was received. */
export function leaseOf(state: StallState, leaseId: Allocation['leaseId']): LeaseAccount {
  const lease = state.leases.get(leaseId)
  assert(lease !== undefined, 'units come from a lease that was received')
  return lease
}
