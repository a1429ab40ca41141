import { assert, type FeedDecision, type FeedItem, type NodeId } from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { Books } from '../database/books-tables.ts'
import { insertRows } from '../database/insert-rows.ts'

/**
 * Tell a node what was decided, in the transaction that decided it; rings once it is durable. [FE1]
 *
 * [S6] The position is taken by an update of the node's row, which stays locked until the commit:
 * a reader that sees position n sees every position before it.
 */
export async function appendFeed(
  core: Pick<Core, 'nowMs' | 'bell'>,
  trx: BooksTransaction,
  nodeId: NodeId,
  ...decisions: readonly FeedDecision[]
): Promise<void> {
  if (decisions.length === 0) return
  const node = await trx
    .updateTable('node')
    .set((row) => ({ feed_head: row('feed_head', '+', decisions.length) }))
    .where('node_id', '=', nodeId)
    .returning(['epoch', 'feed_head'])
    .executeTakeFirst()
  assert(node !== undefined, `a decision is told to a node that is known: ${nodeId}`)
  const [first, at_ms] = [node.feed_head - decisions.length + 1, core.nowMs()]
  const rows = decisions.map(({ type, body }, index) => {
    const place = { node_id: nodeId, epoch: node.epoch, position: first + index }
    return { ...place, at_ms, type, body: JSON.stringify(body) }
  })
  await insertRows(trx, 'feed', rows)
  trx.afterCommit(() => core.bell.ring(nodeId))
}

/** Tell every active node the same. */
export async function appendFeedToAll(
  core: Pick<Core, 'nowMs' | 'bell'>,
  trx: BooksTransaction,
  decision: FeedDecision,
): Promise<void> {
  const nodes = await trx
    .selectFrom('node')
    .select('node_id')
    .where('state', '=', 'active')
    .orderBy('node_id')
    .execute()
  for (const node of nodes) await appendFeed(core, trx, node.node_id as NodeId, decision)
}

/** One page of a node's feed, oldest first, strictly after a position. [S7] */
export async function readFeed(
  trx: Transaction<Books>,
  range: {
    readonly nodeId: NodeId
    readonly epoch: number
    readonly after: number
    readonly limit: number
  },
): Promise<readonly FeedItem[]> {
  const rows = await trx
    .selectFrom('feed')
    .select(['position', 'at_ms', 'type', 'body'])
    .where('node_id', '=', range.nodeId)
    .where('epoch', '=', range.epoch)
    .where('position', '>', range.after)
    .orderBy('position')
    .limit(range.limit)
    .execute()
  return rows.map((row) => {
    const body: unknown = JSON.parse(row.body)
    return { position: row.position, atMs: row.at_ms, type: row.type, body } as FeedItem
  })
}
