import {
  err,
  hashEntryText,
  type NodeId,
  ok,
  type OrderId,
  type Receipt,
  type ReceiptRejection,
  type Result,
  verifyReceipt,
} from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { collectNames } from '../journal/batch-names.ts'
import { foldEntry } from '../journal/fold-entry.ts'
import { foldTools } from '../journal/fold-tools.ts'
import { loadBatch } from '../journal/load-batch.ts'
import { writeBatch } from '../journal/write-batch.ts'
import { findNode } from '../node/enrol-node.ts'
import { findOrder } from '../order/order-row.ts'

/** What became of a receipt that was brought in. */
export interface ReceiptRestored {
  readonly orderId: OrderId
  /** `known`: the books have the sale already, from its journal or from this receipt before. */
  readonly status: 'restored' | 'known'
}

/** Why a receipt restores nothing. */
export type RestoreRejection =
  | { readonly code: 'receipt_refused'; readonly rejection: ReceiptRejection }
  /** The node is there and its journal is expected: it brings the sale by itself. */
  | { readonly code: 'journal_expected'; readonly nodeId: NodeId }
  | { readonly code: 'node_unknown' }

/**
 * Book a sale of a journal that is lost from its buyer's copy.
 *
 * - [RR1] A receipt that verifies is the entry itself: it takes effect as its journal would have,
 *   checks and all, once.
 * - [RR2] Only of an epoch whose journal is not taken any more, retired or revoked.
 * - [RR3] A till brings one in for a steward; the route holds who may.
 */
export async function restoreReceipt(
  core: Core,
  receipt: unknown,
): Promise<Result<ReceiptRestored, RestoreRejection>> {
  const tools = foldTools(core)
  const proven = verifyReceipt(receipt, tools.marketPublicKey, tools)
  if (!proven.ok) return err({ code: 'receipt_refused', rejection: proven.error })
  const { entry, order, nodeId, epoch } = proven.value
  const { orderId } = order
  return core.books.transact('restore receipt', async (trx) => {
    if ((await findOrder(trx, orderId)) !== undefined) return ok({ orderId, status: 'known' })
    const node = await findNode(trx, nodeId)
    if (node === undefined) return err({ code: 'node_unknown' })
    const isOver = node.epoch > epoch || node.state === 'revoked'
    if (!isOver) return err({ code: 'journal_expected', nodeId })
    const { entry: text } = receipt as Receipt
    const sealed = { sequence: entry.sequence, text, hash: hashEntryText(text, core.digest) }
    const names = collectNames([{ sealed, entry }])
    const batch = await loadBatch(trx, { ...node, epoch }, names, core.nowMs())
    foldEntry(batch, entry, tools)
    // Its node is gone: nobody is there to be told.
    batch.decisions.length = 0
    await writeBatch(core, trx, batch)
    await keep(core, trx, { orderId, nodeId, epoch, sequence: entry.sequence, receipt })
    return ok({ orderId, status: 'restored' })
  })
}

async function keep(
  core: Core,
  trx: BooksTransaction,
  { receipt, ...of }: ReceiptOf & { readonly receipt: unknown },
): Promise<void> {
  const row = {
    order_id: of.orderId,
    node_id: of.nodeId,
    epoch: of.epoch,
    sequence: of.sequence,
    receipt: JSON.stringify(receipt),
    restored_at_ms: core.nowMs(),
  }
  await trx.insertInto('restored_receipt').values(row).execute()
}

interface ReceiptOf {
  readonly orderId: OrderId
  readonly nodeId: NodeId
  readonly epoch: number
  readonly sequence: number
}
