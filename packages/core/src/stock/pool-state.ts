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

/** Whether a node that was last seen then counts as listening. */
export function isReachable(seenAtMs: number | null, nowMs: number): boolean {
  return seenAtMs !== null && nowMs - seenAtMs <= REACHABLE_MS
}

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
    isReachable: isReachable(row.seen_at_ms, nowMs),
    demand: parseDemand(row.demand),
  }))
}

/**
 * Read pools with everything about them: few statements, however many there are. A name that no
 * activated release has is left out.
 */
export async function readPools(
  trx: Transaction<Books>,
  names: readonly PoolName[],
  nodes: readonly ActiveNode[],
  nowMs: number,
): Promise<readonly PoolState[]> {
  const dropIds = [...new Set(names.map(({ dropId }) => dropId))]
  if (dropIds.length === 0) return []
  const wanted = new Set(names.map(keyOf))
  const rows = await trx
    .selectFrom('drop_pool')
    .innerJoin('item', 'item.item_id', 'drop_pool.item_id')
    .selectAll('drop_pool')
    .select('item.free')
    .where('drop_id', 'in', dropIds)
    .orderBy('drop_id')
    .orderBy('drop_pool.item_id')
    .execute()
  const leased = Map.groupBy(await readLeased(trx, dropIds), (row) =>
    keyOf({ dropId: row.drop_id as DropId, itemId: row.item_id as ItemId }),
  )
  const pools: PoolState[] = []
  for (const row of rows) {
    const name = { dropId: row.drop_id as DropId, itemId: row.item_id as ItemId }
    if (!wanted.has(keyOf(name))) continue
    const leases = leased.get(keyOf(name)) ?? []
    const children = childrenOf(name, nodes, leases, nowMs)
    pools.push({ ...name, ...(await poolOf(trx, name, row, leases)), children })
  }
  return pools
}

function keyOf({ dropId, itemId }: PoolName): string {
  return `${dropId}/${itemId}`
}

async function poolOf(
  trx: Transaction<Books>,
  name: PoolName,
  row: Row<'drop_pool'> & { readonly free: number },
  leased: readonly Leased[],
): Promise<Pick<PoolState, 'supply' | 'sellUntilMs' | 'wasExhausted'>> {
  const capped = row.units === null ? row.free : row.units - row.out
  const free = Math.max(0, Math.min(row.free, capped))
  const isEmpty = free === 0 && leased.every(({ outstanding }) => outstanding === 0)
  const inRescue = isEmpty ? await countInRescue(trx, name) : 0
  return {
    supply: { free, opensAtMs: row.opens_at_ms, closesAtMs: row.closes_at_ms, inRescue },
    sellUntilMs: row.sell_until_ms,
    wasExhausted: row.is_exhausted === 1,
  }
}

interface Leased {
  readonly drop_id: string
  readonly item_id: string
  readonly node_id: string
  readonly epoch: number
  readonly outstanding: number
  readonly recalled: number
}

async function readLeased(
  trx: Transaction<Books>,
  dropIds: readonly DropId[],
): Promise<readonly Leased[]> {
  return trx
    .selectFrom('lease')
    .select([
      'drop_id',
      'item_id',
      'node_id',
      'epoch',
      sql<number>`sum(granted - sold - returned - written_off)`.as('outstanding'),
      sql<number>`sum(recalled)`.as('recalled'),
    ])
    .where('drop_id', 'in', dropIds)
    .groupBy(['drop_id', 'item_id', 'node_id', 'epoch'])
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
