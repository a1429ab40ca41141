import { assert, unreachable } from '@nightmarket/kernel'
import type { CheckedEntry } from '@nightmarket/sync'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { NewRow, Row } from '../database/books-tables.ts'
import { insertRows } from '../database/insert-rows.ts'
import { appendFeed } from '../feed/append-feed.ts'
import {
  captureHeldPayment,
  paymentRowOf,
  requestPayment,
  voidHeldPayment,
} from '../payment/request-payment.ts'
import { openMismatch } from '../reconcile/mismatch-row.ts'
import { bookTip, closeWallet, openWallet } from '../wallet/write-wallet.ts'
import { writeTillFacts, writeTransfers } from './write-till-facts.ts'
import type { Batch, LeaseAccount, OrderAccount, PaymentTask } from './batch.ts'

/** Keep the entries as they were sent. */
export async function storeEntries(
  trx: BooksTransaction,
  node: Row<'node'>,
  entries: readonly CheckedEntry[],
  nowMs: number,
): Promise<void> {
  const rows = entries.map(({ sealed }): NewRow<'journal'> => {
    const { sequence, hash, text } = sealed
    const { node_id, epoch } = node
    return { node_id, epoch, sequence, hash, text, received_at_ms: nowMs }
  })
  await insertRows(trx, 'journal', rows)
}

/**
 * Write what a batch came to. The guards stand in the statements, over what the batch was folded
 * from: a row that does not match is a defect of the fold, and rolls everything back. [JR2]
 */
export async function writeBatch(core: Core, trx: BooksTransaction, batch: Batch): Promise<void> {
  await insertRows(trx, 'sale_order', batch.newOrders.map(orderRow))
  for (const order of batch.known.orders.values()) {
    if (order.isDirty && !order.isNew) await updateOrder(trx, order)
  }
  await writeLeases(trx, batch)
  await writeTransfers(trx, batch)
  await insertRows(trx, 'payment', [...batch.newPayments.values()].map(paymentRowOf))
  for (const task of batch.tasks) {
    await doTask(core, trx, task, batch.known.nowMs)
  }
  await writeTillFacts(trx, batch)
  for (const mismatch of batch.mismatches) {
    await openMismatch(trx, mismatch, batch.known.nowMs)
  }
  await appendFeed(core, trx, batch.nodeId, ...batch.decisions)
}

async function doTask(
  core: Core,
  trx: BooksTransaction,
  task: PaymentTask,
  nowMs: number,
): Promise<void> {
  switch (task.type) {
    case 'request':
      return requestPayment(trx, task.arrival)
    case 'capture':
      return captureHeldPayment(trx, task.payKey, nowMs)
    case 'withdraw':
      return voidHeldPayment(trx, task.payKey, nowMs)
    case 'open_wallet':
      return openWallet(trx, task, nowMs)
    case 'tip':
      return bookTip(core, trx, task)
    case 'close_wallet':
      return closeWallet(core, trx, task)
    default:
      return unreachable(task)
  }
}

function orderRow(order: OrderAccount): NewRow<'sale_order'> {
  return { ...order.row, ...nodeView(order) }
}

function nodeView({ row, nodeState, nodePayKey, holdsUnits }: OrderAccount) {
  return {
    node_state: nodeState,
    node_pay_key: nodePayKey === row.pay_key ? null : nodePayKey,
    holds_units: holdsUnits ? 1 : 0,
  }
}

async function writeLeases(trx: BooksTransaction, { known }: Batch): Promise<void> {
  const leases = [...known.leases.values()]
  await insertRows(trx, 'lease', leases.filter(({ isNew }) => isNew).map(({ row }) => row))
  for (const lease of leases) await updateLease(trx, lease)
}

/** Only what the node says of it: the order's own state and version are not touched. */
async function updateOrder(trx: BooksTransaction, order: OrderAccount): Promise<void> {
  await trx
    .updateTable('sale_order')
    .set(nodeView(order))
    .where('order_id', '=', order.row.order_id)
    .execute()
}

async function updateLease(trx: BooksTransaction, lease: LeaseAccount): Promise<void> {
  const { row } = lease
  const back = lease.returned - row.returned
  const found = row.written_off - lease.writtenOff
  const isSame =
    back === 0 &&
    lease.granted === row.granted &&
    lease.sold === row.sold &&
    lease.recalled === row.recalled &&
    lease.state === row.state
  if (isSame) return
  const updated = await trx
    .updateTable('lease')
    .set({
      sold: lease.sold,
      returned: lease.returned,
      granted: lease.granted,
      handed: lease.handed,
      written_off: lease.writtenOff,
      recalled: lease.recalled,
      state: lease.state,
    })
    .where('lease_id', '=', row.lease_id)
    .where('sold', '=', row.sold)
    .where('returned', '=', row.returned)
    .where('written_off', '=', row.written_off)
    .executeTakeFirst()
  assert(updated.numUpdatedRows === 1n, `lease ${row.lease_id} is as it was read`)
  if (found !== 0) await findAgain(trx, row, found)
  if (back !== 0) await giveBack(trx, row, back)
}

/** Units that were written off, and were handed on before: they are in stock and out again. */
async function findAgain(trx: BooksTransaction, row: Row<'lease'>, found: number): Promise<void> {
  await trx
    .updateTable('item')
    .set((item) => ({ on_hand: item('on_hand', '+', found) }))
    .where('item_id', '=', row.item_id)
    .execute()
  await trx
    .updateTable('drop_pool')
    .set((one) => ({ out: one('out', '+', found) }))
    .where('drop_id', '=', row.drop_id)
    .where('item_id', '=', row.item_id)
    .execute()
}

/** Units that are back: free for everybody again. */
async function giveBack(trx: BooksTransaction, row: Row<'lease'>, back: number): Promise<void> {
  const item = await trx
    .updateTable('item')
    .set((item) => ({ free: item('free', '+', back) }))
    .where('item_id', '=', row.item_id)
    .executeTakeFirst()
  assert(item.numUpdatedRows === 1n, 'a lease is of an item')
  const pool = await trx
    .updateTable('drop_pool')
    .set((one) => ({ out: one('out', '-', back) }))
    .where('drop_id', '=', row.drop_id)
    .where('item_id', '=', row.item_id)
    .where('out', '>=', back)
    .executeTakeFirst()
  assert(pool.numUpdatedRows === 1n, 'what comes back was out')
}
