import {
  type Allocation,
  indexRelease,
  type OrderState,
  type Release,
  type ReleaseIndex,
} from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'
import { readByKeys } from '../database/read-by-keys.ts'
import type { PaymentRow } from '../payment/payment-row.ts'
import { Batch, type DeferredCount, type LeaseAccount, type OrderAccount } from './batch.ts'
import type { BatchNames } from './batch-names.ts'

/** Read what the books know of everything that a batch names. */
export async function loadBatch(
  trx: Transaction<Books>,
  node: Row<'node'>,
  names: BatchNames,
  nowMs: number,
): Promise<Batch> {
  const orders = await readByKeys(trx, 'sale_order', 'order_id', [...names.orderIds])
  const leaseIds = names.hasEndings ? orders.flatMap(leaseIdsOf) : []
  const leases = await readByKeys(trx, 'lease', 'lease_id', [
    ...names.leaseIds.union(new Set(leaseIds)),
  ])
  const payments = await readByKeys(trx, 'payment', 'pay_key', [...names.payKeys])
  const needsReleases = names.releaseIds.size > 0
  return new Batch({
    node,
    nowMs,
    leases: new Map(leases.map((row) => [row.lease_id, leaseAccount(row)])),
    orders: new Map(orders.map((row) => [row.order_id, orderAccount(row)])),
    payments: new Map(payments.map((row) => [row.pay_key, row as PaymentRow])),
    releases: await readReleases(trx, names),
    activations: needsReleases ? await readActivations(trx) : new Set(),
    activeReleaseId: needsReleases ? await readActiveReleaseId(trx) : null,
    recalls: await readRecalls(trx, node, names),
    deferred: names.hasDeferred
      ? await readDeferred(trx, node.node_id)
      : { orders: 0, sumMinor: 0, byBuyer: new Map() },
  })
}

function leaseIdsOf(order: Row<'sale_order'>): readonly string[] {
  const allocations = JSON.parse(order.allocations) as readonly Allocation[]
  return allocations.map(({ leaseId }) => leaseId)
}

function leaseAccount(row: Row<'lease'>): LeaseAccount {
  const { sold, returned, recalled, state } = row
  return { row, sold, returned, recalled, state }
}

function orderAccount(row: Row<'sale_order'>): OrderAccount {
  return {
    row,
    isNew: false,
    nodeState: row.node_state as OrderState,
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

async function readRecalls(
  trx: Transaction<Books>,
  node: Row<'node'>,
  names: BatchNames,
): Promise<ReadonlyMap<number, number>> {
  const positions = [...names.recallPositions]
  if (positions.length === 0) return new Map()
  const rows = await trx
    .selectFrom('feed')
    .select(['position', 'body'])
    .where('node_id', '=', node.node_id)
    .where('epoch', '=', node.epoch)
    .where('type', '=', 'lease.recalled')
    .where('position', '>=', Math.min(...positions))
    .where('position', '<=', Math.max(...positions))
    .execute()
  return new Map(
    rows.map((row) => [
      row.position,
      (JSON.parse(row.body) as { readonly quantity: number }).quantity,
    ]),
  )
}

async function readDeferred(trx: Transaction<Books>, nodeId: string): Promise<DeferredCount> {
  const rows = await trx
    .selectFrom('sale_order')
    .select(['buyer_id', 'total_minor'])
    .where('node_id', '=', nodeId)
    .where('state', '=', 'deferred')
    .execute()
  const byBuyer = new Map<string, number>()
  for (const row of rows) byBuyer.set(row.buyer_id, (byBuyer.get(row.buyer_id) ?? 0) + 1)
  const sumMinor = rows.reduce((sum, row) => sum + row.total_minor, 0)
  return { orders: rows.length, sumMinor, byBuyer }
}
