import type { NodeId } from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { Row } from '../database/books-tables.ts'
import { quarantineNode } from '../node/quarantine-node.ts'

/** Further than any feed goes, and far from where whole numbers end: a node may say anything. */
const FEED_POSITION_MAX = 2 ** 40

/**
 * Notice a node that has read further than its feed goes: these books were restored from a backup,
 * and their next decisions would take positions that the node passes over. [FE4]
 *
 * The feed goes on behind what was read, and the node is quarantined: it may have units that these
 * books do not know to be out. The node's row as it is now is returned.
 */
export async function skipFeed(
  core: Core,
  trx: BooksTransaction,
  node: Row<'node'>,
  feedAfter: number,
): Promise<Row<'node'>> {
  const head = Math.min(feedAfter, FEED_POSITION_MAX)
  if (head <= node.feed_head) return node
  const skipped = head - node.feed_head
  await trx
    .updateTable('node')
    .set({ feed_head: head, feed_skipped: node.feed_skipped + skipped })
    .where('node_id', '=', node.node_id)
    .execute()
  const reason = `read ${feedAfter} of ${node.feed_head}: the books were restored`
  await quarantineNode(core, trx, node.node_id as NodeId, reason)
  return trx
    .selectFrom('node')
    .selectAll()
    .where('node_id', '=', node.node_id)
    .executeTakeFirstOrThrow()
}
