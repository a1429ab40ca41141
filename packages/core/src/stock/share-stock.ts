import {
  allocate,
  type AllocationPlan,
  assert,
  type DropId,
  type ItemId,
  type LeaseId,
  type NodeId,
  SHARE_LEAD_MS,
} from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { Books } from '../database/books-tables.ts'
import { appendFeed, appendFeedToAll } from '../feed/append-feed.ts'
import { type PoolName, type PoolState, readActiveNodes, readPools } from './pool-state.ts'

/**
 * Let units flow to demand: grants, recalls, and the word that a pool is exhausted.
 *
 * Looks first and writes only where something is to be done, each pool in a transaction of its
 * own: nodes that report at the same moment do not wait for each other. [LE1]
 */
export async function shareStock(core: Core, pools?: readonly PoolName[]): Promise<void> {
  const idle = await core.books.read('look at pools', async (trx) => {
    const names = pools ?? (await readPoolsInTime(trx, core.nowMs()))
    const planned = await planPools(core, trx, names)
    return planned.filter(({ pool, plan }) => hasWork(pool, plan)).map(({ pool }) => pool)
  })
  for (const { dropId, itemId } of idle) {
    await core.books.transact('share stock', async (trx) => {
      for (const { pool, plan } of await planPools(core, trx, [{ dropId, itemId }])) {
        await followPlan(core, trx, pool, plan)
      }
    })
  }
}

async function planPools(
  core: Core,
  trx: Transaction<Books>,
  names: readonly PoolName[],
): Promise<readonly { readonly pool: PoolState; readonly plan: AllocationPlan }[]> {
  const nowMs = core.nowMs()
  const nodes = names.length === 0 ? [] : await readActiveNodes(trx, nowMs)
  const pools = await readPools(trx, names, nodes, nowMs)
  return pools.map((pool) => ({ pool, plan: allocate(pool.supply, pool.children, nowMs) }))
}

function hasWork(pool: PoolState, plan: AllocationPlan): boolean {
  return (
    plan.grants.length > 0 || plan.recalls.length > 0 || plan.isExhausted !== pool.wasExhausted
  )
}

async function readPoolsInTime(
  trx: Transaction<Books>,
  nowMs: number,
): Promise<readonly PoolName[]> {
  const rows = await trx
    .selectFrom('drop_pool')
    .select(['drop_id', 'item_id'])
    .where('closes_at_ms', '>', nowMs)
    .where('opens_at_ms', '<=', nowMs + SHARE_LEAD_MS)
    .orderBy('opens_at_ms')
    .orderBy('drop_id')
    .orderBy('item_id')
    .execute()
  return rows.map((row) => ({ dropId: row.drop_id as DropId, itemId: row.item_id as ItemId }))
}

async function followPlan(
  core: Core,
  trx: BooksTransaction,
  pool: PoolState,
  plan: AllocationPlan,
): Promise<void> {
  const { dropId, itemId } = pool
  for (const { nodeId, quantity } of plan.grants) {
    const { sellUntilMs } = pool
    const granted = await grantLease(core, trx, { nodeId, dropId, itemId, quantity, sellUntilMs })
    assert(granted, 'a grant was planned from what this transaction has read')
  }
  for (const { nodeId, quantity } of plan.recalls) {
    await recallUnits(core, trx, pool, nodeId, quantity)
  }
  if (plan.isExhausted === pool.wasExhausted) return
  await trx
    .updateTable('drop_pool')
    .set({ is_exhausted: plan.isExhausted ? 1 : 0 })
    .where('drop_id', '=', dropId)
    .where('item_id', '=', itemId)
    .execute()
  const body = { dropId, itemId, isExhausted: plan.isExhausted }
  await appendFeedToAll(core, trx, { type: 'pool.reported', body })
}

/** What a lease is to be. */
export interface LeaseGrant extends PoolName {
  readonly nodeId: NodeId
  readonly quantity: number
  readonly sellUntilMs: number
}

/**
 * Lend units to a node: out of the item, into the lease, told in the same transaction. [L2]
 *
 * The guards stand in the statements: no more than is free, and than the drop may lend. `false`
 * writes nothing. [LE2]
 */
export async function grantLease(
  core: Core,
  trx: BooksTransaction,
  { nodeId, dropId, itemId, quantity, sellUntilMs }: LeaseGrant,
): Promise<boolean> {
  assert(Number.isSafeInteger(quantity) && quantity > 0, 'a lease has units')
  const pool = await trx
    .updateTable('drop_pool')
    .set((row) => ({ out: row('out', '+', quantity) }))
    .where('drop_id', '=', dropId)
    .where('item_id', '=', itemId)
    .where((row) =>
      row.or([row('units', 'is', null), row('units', '>=', row('out', '+', quantity))]),
    )
    .executeTakeFirst()
  if (pool.numUpdatedRows === 0n) return false
  const item = await trx
    .updateTable('item')
    .set((row) => ({ free: row('free', '-', quantity) }))
    .where('item_id', '=', itemId)
    .where('free', '>=', quantity)
    .executeTakeFirst()
  if (item.numUpdatedRows === 0n) {
    await giveToPool(trx, { dropId, itemId }, quantity)
    return false
  }
  const node = await trx
    .selectFrom('node')
    .select('epoch')
    .where('node_id', '=', nodeId)
    .executeTakeFirstOrThrow()
  const leaseId = core.newId() as LeaseId
  await trx
    .insertInto('lease')
    .values({
      lease_id: leaseId,
      node_id: nodeId,
      epoch: node.epoch,
      drop_id: dropId,
      item_id: itemId,
      granted: quantity,
      sell_until_ms: sellUntilMs,
      granted_at_ms: core.nowMs(),
      queried_at_ms: null,
      state: 'granted',
    })
    .execute()
  const body = { leaseId, dropId, itemId, quantity, sellUntilMs }
  await appendFeed(core, trx, nodeId, { type: 'lease.granted', body })
  return true
}

async function giveToPool(trx: BooksTransaction, name: PoolName, quantity: number): Promise<void> {
  await trx
    .updateTable('drop_pool')
    .set((row) => ({ out: row('out', '-', quantity) }))
    .where('drop_id', '=', name.dropId)
    .where('item_id', '=', name.itemId)
    .execute()
}

/** Ask a node for units back, from its newest leases first: the oldest are sold from first. */
async function recallUnits(
  core: Core,
  trx: BooksTransaction,
  { dropId, itemId }: PoolName,
  nodeId: NodeId,
  quantity: number,
): Promise<void> {
  const leases = await trx
    .selectFrom('lease')
    .innerJoin('node', (on) =>
      on.onRef('node.node_id', '=', 'lease.node_id').onRef('node.epoch', '=', 'lease.epoch'),
    )
    .selectAll('lease')
    .where('lease.node_id', '=', nodeId)
    .where('drop_id', '=', dropId)
    .where('item_id', '=', itemId)
    .orderBy('granted_at_ms', 'desc')
    .orderBy('lease_id')
    .execute()
  let left = quantity
  for (const lease of leases) {
    const { granted, sold, returned, written_off, recalled } = lease
    const asked = Math.min(left, granted - sold - returned - written_off - recalled)
    if (asked <= 0) continue
    await trx
      .updateTable('lease')
      .set((row) => ({ recalled: row('recalled', '+', asked) }))
      .where('lease_id', '=', lease.lease_id)
      .execute()
    const body = { leaseId: lease.lease_id as LeaseId, quantity: asked }
    await appendFeed(core, trx, nodeId, { type: 'lease.recalled', body })
    left -= asked
  }
}
