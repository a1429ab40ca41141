import {
  type Allocation,
  type ChildDemand,
  type DropId,
  type ItemId,
  type NodeId,
  type PoolSupply,
} from '@nightmarket/kernel'
import { sql, type Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'
import { type KnownDemand, parseDemand, rateOf } from './pool-demand.ts'

/** One item in one drop. */
export interface PoolName {
  readonly dropId: DropId
  readonly itemId: ItemId
}

/** A pool with everything that its allocation depends on. */
export interface PoolState extends PoolName {
  readonly supply: PoolSupply
  readonly children: readonly ChildDemand[]
  readonly sellUntilMs: number
  readonly wasExhausted: boolean
}

/** A node that was silent for longer is not sent units, and not counted on to give some back. */
const REACHABLE_MS = 60_000

/** The nodes that may be sent units, with what they last said. Read once for many pools. */
export interface ActiveNode {
  readonly nodeId: NodeId
  readonly epoch: number
  readonly isReachable: boolean
  readonly demand: readonly KnownDemand[]
}

/** Read who may be sent units. */
export async function readActiveNodes(
  trx: Transaction<Books>,
  nowMs: number,
): Promise<readonly ActiveNode[]> {
  const rows = await trx
    .selectFrom('node')
    .select(['node_id', 'epoch', 'seen_at_ms', 'demand'])
    .where('state', '=', 'active')
    .orderBy('node_id')
    .execute()
  return rows.map((row) => ({
    nodeId: row.node_id as NodeId,
    epoch: row.epoch,
    isReachable: row.seen_at_ms !== null && nowMs - row.seen_at_ms <= REACHABLE_MS,
    demand: parseDemand(row.demand),
  }))
}

/** Read a pool; `null` for one that no activated release has. */
export async function readPool(
  trx: Transaction<Books>,
  { dropId, itemId }: PoolName,
  nodes: readonly ActiveNode[],
  nowMs: number,
): Promise<PoolState | null> {
  const row = await trx
    .selectFrom('drop_pool')
    .innerJoin('item', 'item.item_id', 'drop_pool.item_id')
    .selectAll('drop_pool')
    .select('item.free')
    .where('drop_id', '=', dropId)
    .where('drop_pool.item_id', '=', itemId)
    .executeTakeFirst()
  if (row === undefined) return null
  const leased = await readLeased(trx, { dropId, itemId })
  const free = Math.max(0, Math.min(row.free, row.units === null ? row.free : row.units - row.out))
  const isEmpty = free === 0 && leased.every(({ outstanding }) => outstanding === 0)
  const inRescue = isEmpty ? await countInRescue(trx, { dropId, itemId }) : 0
  return {
    dropId,
    itemId,
    supply: { free, opensAtMs: row.opens_at_ms, closesAtMs: row.closes_at_ms, inRescue },
    children: childrenOf({ dropId, itemId }, nodes, leased, nowMs),
    sellUntilMs: row.sell_until_ms,
    wasExhausted: row.is_exhausted === 1,
  }
}

interface Leased {
  readonly node_id: string
  readonly epoch: number
  readonly outstanding: number
  readonly recalled: number
}

async function readLeased(
  trx: Transaction<Books>,
  { dropId, itemId }: PoolName,
): Promise<readonly Leased[]> {
  return trx
    .selectFrom('lease')
    .select([
      'node_id',
      'epoch',
      sql<number>`sum(granted - sold - returned - written_off)`.as('outstanding'),
      sql<number>`sum(recalled)`.as('recalled'),
    ])
    .where('drop_id', '=', dropId)
    .where('item_id', '=', itemId)
    .groupBy(['node_id', 'epoch'])
    .execute()
}

/**
 * Everybody who has units out, so that none is forgotten; but only an active node in its current
 * epoch is reachable.
 */
function childrenOf(
  pool: PoolName,
  nodes: readonly ActiveNode[],
  leased: readonly Leased[],
  nowMs: number,
): readonly ChildDemand[] {
  const isOf = (node: ActiveNode, one: Leased) =>
    one.node_id === node.nodeId && one.epoch === node.epoch
  const active = nodes.map((node): ChildDemand => {
    const lease = leased.find((one) => isOf(node, one))
    const known = node.demand.find(
      (one) => one.dropId === pool.dropId && one.itemId === pool.itemId,
    )
    const outstanding = lease?.outstanding ?? 0
    return {
      nodeId: node.nodeId,
      outstanding,
      held: Math.min(known?.held ?? 0, outstanding),
      waiting: known?.waiting ?? 0,
      rate: rateOf(known, nowMs),
      recalled: lease?.recalled ?? 0,
      isNew: lease === undefined,
      isReachable: node.isReachable,
    }
  })
  const lost = leased
    .filter((one) => one.outstanding > 0 && !nodes.some((node) => isOf(node, one)))
    .map((one): ChildDemand => {
      const nodeId = `${one.node_id}/${one.epoch}` as NodeId
      // All of it counts as asked back already: there is nobody to ask.
      const { outstanding } = one
      const silent = { held: 0, waiting: 0, rate: 0, isNew: false, isReachable: false }
      return { nodeId, outstanding, recalled: outstanding, ...silent }
    })
  return [...active, ...lost]
}

/** Units that a rescue of this pool may still give back. */
async function countInRescue(trx: Transaction<Books>, pool: PoolName): Promise<number> {
  const rows = await trx
    .selectFrom('sale_order')
    .select('allocations')
    .where('state', '=', 'rescue')
    .where('drop_id', '=', pool.dropId)
    .where('holds_units', '=', 1)
    .execute()
  return rows
    .flatMap((row: Pick<Row<'sale_order'>, 'allocations'>) =>
      JSON.parse(row.allocations) as readonly Allocation[],
    )
    .filter(({ itemId }) => itemId === pool.itemId)
    .reduce((sum, { quantity }) => sum + quantity, 0)
}
