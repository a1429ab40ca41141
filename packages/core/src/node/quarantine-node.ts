import { createMismatch, type NodeId } from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { appendFeed } from '../feed/append-feed.ts'
import { openMismatch } from '../reconcile/mismatch-row.ts'

/**
 * Stop a node whose history is not the books', tell it, and show it to a person. What it sold is
 * still taken; a new epoch is the way back. [I11]
 */
export async function quarantineNode(
  core: Core,
  trx: BooksTransaction,
  nodeId: NodeId,
  reason: string,
): Promise<void> {
  const nowMs = core.nowMs()
  await trx
    .updateTable('node')
    .set({ state: 'quarantined', state_reason: reason })
    .where('node_id', '=', nodeId)
    .execute()
  await appendFeed(core, trx, nodeId, { type: 'stall.frozen', body: { reason: 'quarantined' } })
  const about = { subject: nodeId, orderId: null, nodeId, detail: { reason } }
  await openMismatch(trx, createMismatch('forked_journal', nowMs, about), nowMs)
}
