import type { Allocation, ItemId, LeaseId } from '@nightmarket/kernel'
import { sql, type Transaction } from 'kysely'

import type { Core } from '../core.ts'
import type { Books } from '../database/books-tables.ts'

/** A sum of the stock that does not hold. */
export type StockViolation =
  | {
      readonly code: 'item_not_conserved'
      readonly itemId: string
      readonly onHand: number
      readonly accounted: number
    }
  | {
      readonly code: 'pool_out_differs'
      readonly dropId: string
      readonly itemId: string
      readonly out: number
      readonly leased: number
    }
  | {
      readonly code: 'transfer_differs'
      readonly leaseId: string
      readonly handed: number
      readonly moved: number
    }
  | {
      readonly code: 'lease_sold_differs'
      readonly leaseId: string
      readonly sold: number
      readonly inOrders: number
    }

/**
 * Every sum of the stock that does not hold; none in sound books.
 *
 * - [I4] Per item: `free + Σ(granted − returned − written off) = on hand`.
 * - [I3] Per lease: sold = the units of the orders that hold some of it.
 */
export async function findStockViolations(
  trx: Transaction<Books>,
): Promise<readonly StockViolation[]> {
  return [
    ...(await auditItems(trx)),
    ...(await auditPools(trx)),
    ...(await auditLeases(trx)),
    ...(await auditTransfers(trx)),
  ]
}

/** [TR1] What a lease handed on is what its transfers moved, and each is a lease of its taker. */
async function auditTransfers(trx: Transaction<Books>): Promise<readonly StockViolation[]> {
  const moved = trx
    .selectFrom('transfer')
    .select(['lease_id', ({ fn }) => fn.sum<number>('quantity').as('quantity')])
    .groupBy('lease_id')
  const givers = await trx
    .selectFrom('lease')
    .leftJoin(moved.as('moved'), 'moved.lease_id', 'lease.lease_id')
    .select(['lease.lease_id', 'handed', 'moved.quantity'])
    .execute()
  const takers = await trx
    .selectFrom('transfer')
    .leftJoin('lease', 'lease.lease_id', 'transfer.transfer_id')
    .select(['transfer_id', 'transfer.quantity', 'granted', 'handed'])
    .execute()
  return [
    ...givers.map((row) => ({ leaseId: row.lease_id, handed: row.handed, moved: row.quantity })),
    ...takers.map((row) => ({
      leaseId: row.transfer_id,
      handed: (row.granted ?? 0) + (row.handed ?? 0),
      moved: row.quantity,
    })),
  ]
    .map(({ moved: quantity, ...row }) => ({ ...row, moved: Number(quantity ?? 0) }))
    .filter((row) => row.handed !== row.moved)
    .map((row) => ({ code: 'transfer_differs', ...row }))
}

const OUT = sql<number>`coalesce(sum(granted - returned - written_off), 0)`

async function auditItems(trx: Transaction<Books>): Promise<readonly StockViolation[]> {
  const leased = trx
    .selectFrom('lease')
    .select(['item_id', OUT.as('out')])
    .groupBy('item_id')
  const rows = await trx
    .selectFrom('item')
    .leftJoin(leased.as('leased'), 'leased.item_id', 'item.item_id')
    .select(['item.item_id', 'on_hand', 'free', 'leased.out'])
    .orderBy('item.item_id')
    .execute()
  return rows
    .map((row) => ({ ...row, accounted: row.free + (row.out ?? 0) }))
    .filter((row) => row.accounted !== row.on_hand)
    .map(({ item_id: itemId, on_hand: onHand, accounted }) => {
      return { code: 'item_not_conserved', itemId, onHand, accounted } as const
    })
}

async function auditPools(trx: Transaction<Books>): Promise<readonly StockViolation[]> {
  const leased = trx
    .selectFrom('lease')
    .select(['drop_id', 'item_id', OUT.as('leased')])
    .groupBy(['drop_id', 'item_id'])
  const rows = await trx
    .selectFrom('drop_pool')
    .leftJoin(leased.as('sums'), (on) =>
      on
        .onRef('sums.drop_id', '=', 'drop_pool.drop_id')
        .onRef('sums.item_id', '=', 'drop_pool.item_id'),
    )
    .select(['drop_pool.drop_id', 'drop_pool.item_id', 'out', 'sums.leased'])
    .execute()
  return rows
    .filter((row) => row.out !== (row.leased ?? 0))
    .map(({ drop_id: dropId, item_id: itemId, out, leased: sum }) => {
      return { code: 'pool_out_differs', dropId, itemId, out, leased: sum ?? 0 } as const
    })
}

async function auditLeases(trx: Transaction<Books>): Promise<readonly StockViolation[]> {
  const sold = await trx.selectFrom('lease').select(['lease_id', 'sold']).execute()
  const orders = await trx
    .selectFrom('sale_order')
    .select('allocations')
    .where('holds_units', '=', 1)
    .execute()
  const inOrders = new Map<string, number>()
  for (const order of orders) {
    for (const { leaseId, quantity } of JSON.parse(order.allocations) as readonly Allocation[]) {
      inOrders.set(leaseId, (inOrders.get(leaseId) ?? 0) + quantity)
    }
  }
  return sold
    .filter((row) => row.sold !== (inOrders.get(row.lease_id) ?? 0))
    .map(({ lease_id: leaseId, sold: count }) => {
      const found = inOrders.get(leaseId) ?? 0
      return { code: 'lease_sold_differs', leaseId, sold: count, inOrders: found } as const
    })
}

/** What a person asks of the stock: one line per item. Units. */
export interface StockLine {
  readonly itemId: ItemId
  /** The variant of the same id, if there is one. */
  readonly title: string | null
  readonly sku: string | null
  readonly onHand: number
  readonly free: number
  /** Out with nodes, and neither sold nor back. */
  readonly outstanding: number
  readonly sold: number
  readonly writtenOff: number
}

/** The stock, item by item. */
export async function listStock(core: Pick<Core, 'books'>): Promise<readonly StockLine[]> {
  const sumOf = (column: string) => sql<number>`coalesce(sum(${sql.raw(column)}), 0)`
  const rows = await core.books.read('list stock', (trx) =>
    trx
      .selectFrom('item')
      .leftJoin('lease', 'lease.item_id', 'item.item_id')
      .leftJoin('variant', 'variant.variant_id', 'item.item_id')
      .select(['item.item_id', 'title', 'sku', 'on_hand', 'free'])
      .select([
        sumOf('granted - sold - returned - written_off').as('outstanding'),
        sumOf('sold').as('sold'),
        sumOf('written_off').as('writtenOff'),
      ])
      .groupBy(['item.item_id', 'title', 'sku', 'on_hand', 'free'])
      .orderBy('item.item_id')
      .execute(),
  )
  return rows.map(({ item_id, on_hand, ...row }) => {
    return { ...row, itemId: item_id as ItemId, onHand: on_hand }
  })
}

/** One lease, for the table of what a node holds. */
export interface LeaseLine {
  readonly leaseId: LeaseId
  readonly nodeId: string
  readonly epoch: number
  readonly dropId: string
  readonly itemId: string
  /** Without what was handed on. */
  readonly granted: number
  readonly handed: number
  readonly sold: number
  readonly returned: number
  readonly writtenOff: number
  readonly sellUntilMs: number
  readonly state: string
}

/** The leases of one node or of all, newest first, at most `limit`. [S7] */
export async function listLeases(
  core: Pick<Core, 'books'>,
  query: { readonly nodeId?: string; readonly limit: number },
): Promise<readonly LeaseLine[]> {
  const rows = await core.books.read('list leases', (trx) => {
    const all = trx.selectFrom('lease').selectAll()
    const chosen = query.nodeId === undefined ? all : all.where('node_id', '=', query.nodeId)
    return chosen.orderBy('granted_at_ms', 'desc').orderBy('lease_id').limit(query.limit).execute()
  })
  return rows.map((row) => ({
    leaseId: row.lease_id as LeaseId,
    nodeId: row.node_id,
    epoch: row.epoch,
    dropId: row.drop_id,
    itemId: row.item_id,
    granted: row.granted,
    handed: row.handed,
    sold: row.sold,
    returned: row.returned,
    writtenOff: row.written_off,
    sellUntilMs: row.sell_until_ms,
    state: row.state,
  }))
}
