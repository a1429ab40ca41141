import {
  assert,
  type FeedDecision,
  type FeedItem,
  type NodeId,
  utf8ToBytes,
} from '@nightmarket/kernel'
import { EXCHANGE_PAGE_BYTES_MAX } from '@nightmarket/sync'
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

/** Rows of a feed read at once: some decisions carry a whole release. */
const READ_ROWS_MAX = 50

/** What a position and a time take of an answer, beside the decision itself. */
const ITEM_FRAME_BYTES = 100

/** A place in a node's feed, and how many items are wanted from there. */
export interface FeedRange {
  readonly nodeId: NodeId
  readonly epoch: number
  readonly after: number
  readonly limit: number
}

/**
 * One page of a node's feed, oldest first, strictly after a position: as many items as asked for
 * and as an exchange carries in bytes, always one where there is one. [S7, FE5]
 */
export async function readFeed(
  trx: Transaction<Books>,
  range: FeedRange,
): Promise<readonly FeedItem[]> {
  const items: FeedItem[] = []
  let bytes = 0
  for (;;) {
    const after = items.at(-1)?.position ?? range.after
    const limit = Math.min(READ_ROWS_MAX, range.limit - items.length)
    const rows = await readRows(trx, { ...range, after, limit })
    for (const row of rows) {
      bytes += utf8ToBytes(row.body).byteLength + ITEM_FRAME_BYTES
      if (items.length > 0 && bytes > EXCHANGE_PAGE_BYTES_MAX) return items
      const body: unknown = JSON.parse(row.body)
      items.push({ position: row.position, atMs: row.at_ms, type: row.type, body } as FeedItem)
    }
    if (rows.length < limit || items.length >= range.limit) return items
  }
}

async function readRows(trx: Transaction<Books>, { nodeId, epoch, after, limit }: FeedRange) {
  return trx
    .selectFrom('feed')
    .select(['position', 'at_ms', 'type', 'body'])
    .where('node_id', '=', nodeId)
    .where('epoch', '=', epoch)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute()
}
