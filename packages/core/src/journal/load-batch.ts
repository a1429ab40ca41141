import {
  type Allocation,
  indexRelease,
  type OrderState,
  type Release,
  type ReleaseIndex,
} from '@nightmarket/kernel'
import { sql, type Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'
import { readByKeys } from '../database/read-by-keys.ts'
import type { PaymentRow } from '../payment/payment-row.ts'
import {
  Batch,
  type DeferredCount,
  leaseAccount,
  type OrderAccount,
  type TransferAccount,
} from './batch.ts'
import type { BatchNames } from './batch-names.ts'
import { findOverWithUnits } from '../order/orders-over.ts'
import { readTold } from './told-decisions.ts'

/** Buyers asked about at once. */
const BUYERS_PER_QUERY = 128

/** Read what the books know of everything that a batch names. */
export async function loadBatch(
  trx: Transaction<Books>,
  node: Row<'node'>,
  names: BatchNames,
  nowMs: number,
): Promise<Batch> {
  const named = await readByKeys(trx, 'sale_order', 'order_id', [...names.orderIds])
  const ended = await readEndedAtGivers(trx, names)
  const orders = [...ended, ...named]
  const leaseIds = names.hasEndings || ended.length > 0 ? orders.flatMap(leaseIdsOf) : []
  const leases = await readByKeys(trx, 'lease', 'lease_id', [
    ...names.leaseIds.union(new Set(leaseIds)),
  ])
  const payments = await readByKeys(trx, 'payment', 'pay_key', [...names.payKeys])
  const transfers = await readByKeys(trx, 'transfer', 'transfer_id', [...names.transferIds])
  const needsReleases = names.releaseIds.size > 0
  return new Batch({
    node,
    nowMs,
    leases: new Map(leases.map((row) => [row.lease_id, leaseAccount(row)])),
    transfers: new Map(transfers.map((row) => [row.transfer_id, transferAccount(row)])),
    orders: new Map(orders.map((row) => [row.order_id, orderAccount(row)])),
    payments: new Map(payments.map((row) => [row.pay_key, row as PaymentRow])),
    releases: await readReleases(trx, names),
    activations: needsReleases ? await readActivations(trx) : new Set(),
    activeReleaseId: needsReleases ? await readActiveReleaseId(trx) : null,
    told: await readTold(trx, node, names.feedPositions),
    deferred: await readDeferred(trx, node, names),
  })
}

function leaseIdsOf(order: Row<'sale_order'>): readonly string[] {
  const allocations = JSON.parse(order.allocations) as readonly Allocation[]
  return allocations.map(({ leaseId }) => leaseId)
}

/**
 * Orders that are over, whose units their node has back and handed on, though its journal has not
 * said so yet: the taker's came first. [TR2]
 */
async function readEndedAtGivers(
  trx: Transaction<Books>,
  { slipLeaseIds }: BatchNames,
): Promise<readonly Row<'sale_order'>[]> {
  if (slipLeaseIds.size === 0) return []
  const givers = await readByKeys(trx, 'lease', 'lease_id', [...slipLeaseIds])
  const over: Row<'sale_order'>[] = []
  for (const giver of givers) over.push(...(await findOverWithUnits(trx, giver)))
  return over.filter((order) => leaseIdsOf(order).some((id) => slipLeaseIds.has(id)))
}

function transferAccount(row: Row<'transfer'>): TransferAccount {
  const heard = { giver: row.giver_heard === 1, taker: row.taker_heard === 1 }
  return { row, isNew: false, heard }
}

function orderAccount(row: Row<'sale_order'>): OrderAccount {
  return {
    row,
    isNew: false,
    nodeState: row.node_state as OrderState,
    nodePayKey: row.node_pay_key ?? row.pay_key,
    holdsUnits: row.holds_units === 1,
    isDirty: false,
  }
}

async function readReleases(
  trx: Transaction<Books>,
  names: BatchNames,
): Promise<ReadonlyMap<string, ReleaseIndex>> {
  const rows = await readByKeys(trx, 'release', 'release_id', [...names.releaseIds])
  return new Map(
    rows.map((row) => [row.release_id, indexRelease(JSON.parse(row.content) as Release)]),
  )
}

async function readActivations(trx: Transaction<Books>): Promise<ReadonlySet<string>> {
  const rows = await trx.selectFrom('activation').select(['number', 'release_id']).execute()
  return new Set(rows.map((row) => `${row.number}/${row.release_id}`))
}

async function readActiveReleaseId(trx: Transaction<Books>): Promise<string | null> {
  const row = await trx
    .selectFrom('activation')
    .select('release_id')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.release_id ?? null
}

/**
 * What counts against the node's limits: in all, and of the buyers that the batch names. Only what
 * both sides still have as open, so that the core never counts more than the node.
 */
async function readDeferred(
  trx: Transaction<Books>,
  { node_id, epoch }: Row<'node'>,
  names: BatchNames,
): Promise<DeferredCount> {
  const byBuyer = new Map<string, number>()
  if (!names.hasDeferred) return { orders: 0, sumMinor: 0, byBuyer }
  const open = trx
    .selectFrom('sale_order')
    .where('node_id', '=', node_id)
    .where('epoch', '=', epoch)
    .where('state', '=', sql.lit('deferred'))
    .where('node_state', 'in', ['deferred', 'unknown'])
  const all = await open
    .select(({ fn }) => [
      fn.countAll<number>().as('orders'),
      fn.coalesce(fn.sum<number>('total_minor'), sql.lit(0)).as('sumMinor'),
    ])
    .executeTakeFirstOrThrow()
  for (const page of pagesOf([...names.buyerIds], BUYERS_PER_QUERY)) {
    const rows = await open
      .select(({ fn }) => ['buyer_id', fn.countAll<number>().as('orders')])
      .where('buyer_id', 'in', page)
      .groupBy('buyer_id')
      .execute()
    for (const row of rows) byBuyer.set(row.buyer_id, row.orders)
  }
  return { ...all, byBuyer }
}

/** Pages of one length, the last one filled with its first key: one statement, prepared once. */
function pagesOf(keys: readonly string[], length: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(keys.length / length) }, (_, index) => {
    const page = keys.slice(index * length, (index + 1) * length)
    return [...page, ...Array<string>(length - page.length).fill(page[0] ?? '')]
  })
}
