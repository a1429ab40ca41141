import { createMismatch, type NodeId, type OrderAccepted } from '@nightmarket/kernel'
import type { CheckedEntry, ExchangeFork, ExchangePlan } from '@nightmarket/sync'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { Row } from '../database/books-tables.ts'
import { quarantineNode } from '../node/quarantine-node.ts'
import { findPayment } from '../payment/payment-row.ts'
import { requestPayment } from '../payment/request-payment.ts'
import { openMismatch } from '../reconcile/mismatch-row.ts'
import { findActivation, findRelease } from '../release/active-release.ts'
import { parseEvent } from './parse-event.ts'
import { saleOrderRow } from './sale-order-row.ts'

type Fork = Extract<ExchangePlan, { readonly status: 'fork' }>

/**
 * Two journals under one name: the node is quarantined and told to stop, both branches are kept,
 * and the orders of the other one go to rescue, since their buyers were told yes. [I11]
 */
export async function receiveFork(
  core: Core,
  trx: BooksTransaction,
  node: Row<'node'>,
  { branch, sequence, parentHash, childHash }: Fork,
): Promise<ExchangeFork> {
  const nodeId = node.node_id as NodeId
  if (node.state !== 'quarantined') {
    await quarantineNode(core, trx, nodeId, `forked at ${node.epoch}/${sequence}`)
  }
  for (const checked of branch) {
    if (await keepEntry(core, trx, checked)) await keepOrder(core, trx, checked)
  }
  return { status: 'fork', sequence, parentHash, childHash }
}

/** Keep an entry of the other branch; whether it was new is returned. */
async function keepEntry(
  core: Core,
  trx: BooksTransaction,
  { sealed, entry }: CheckedEntry,
): Promise<boolean> {
  const inserted = await trx
    .insertInto('journal_fork')
    .values({
      node_id: entry.nodeId,
      epoch: entry.epoch,
      sequence: sealed.sequence,
      hash: sealed.hash,
      text: sealed.text,
      received_at_ms: core.nowMs(),
    })
    .onConflict((conflict) =>
      conflict.columns(['node_id', 'epoch', 'sequence', 'hash']).doNothing(),
    )
    .executeTakeFirst()
  return (inserted.numInsertedOrUpdatedRows ?? 0n) === 1n
}

/** An order of the other branch: no units are its own, nothing is charged, a person decides. */
async function keepOrder(
  core: Core,
  trx: BooksTransaction,
  { entry }: CheckedEntry,
): Promise<void> {
  const parsed = parseEvent(entry)
  if (!parsed.ok || parsed.value.type !== 'order.accepted') return
  const order = parsed.value.body
  const { nodeId, epoch, sequence } = entry
  const nowMs = core.nowMs()
  const detail = { reason: 'forked', epoch, sequence }
  const about = { subject: order.orderId, orderId: order.orderId, nodeId, detail }
  await openMismatch(trx, createMismatch('units_oversold', nowMs, about), nowMs)
  const releaseId = await findPinned(trx, order)
  if (releaseId === null) return
  const found = { reason: 'forked', isHolding: false, releaseId, nowMs }
  const inserted = await trx
    .insertInto('sale_order')
    .values(saleOrderRow(entry, order, found))
    .onConflict((conflict) => conflict.column('order_id').doNothing())
    .executeTakeFirst()
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 1n) await keepPayment(trx, entry, order, nowMs)
}

async function keepPayment(
  trx: BooksTransaction,
  { nodeId, epoch, sequence }: CheckedEntry['entry'],
  { orderId, payment, currency }: OrderAccepted,
  nowMs: number,
): Promise<void> {
  if ((await findPayment(trx, payment.payKey)) !== undefined) return
  const origin = { orderId, currency, nodeId, epoch, sequence, nowMs }
  const terms = { captureAtOnce: true, isContested: true, isWallet: false }
  await requestPayment(trx, { ...payment, ...origin, ...terms })
}

/** The release that an order pins, or the active one in the place of one that nobody knows. */
async function findPinned(trx: BooksTransaction, { pin }: OrderAccepted): Promise<string | null> {
  if ((await findRelease(trx, pin.releaseId)) !== null) return pin.releaseId
  return (await findActivation(trx))?.releaseId ?? null
}
