import type { DropId, ItemId, NodeId } from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { appendFeed } from '../feed/append-feed.ts'
import { findActivation, releaseDecision } from '../release/active-release.ts'

/** Begin a node's feed with what everybody else was told before it came. [NO4] */
export async function feedFirstItems(
  core: Core,
  trx: BooksTransaction,
  nodeId: NodeId,
): Promise<void> {
  const active = await findActivation(trx)
  if (active !== null) {
    await appendFeed(core, trx, nodeId, await releaseDecision(trx, active))
  }
  const exhausted = await trx
    .selectFrom('drop_pool')
    .select(['drop_id', 'item_id'])
    .where('is_exhausted', '=', 1)
    .where('closes_at_ms', '>', core.nowMs())
    .orderBy('drop_id')
    .orderBy('item_id')
    .execute()
  for (const row of exhausted) {
    const pool = { dropId: row.drop_id as DropId, itemId: row.item_id as ItemId }
    const decision = { type: 'pool.reported', body: { ...pool, isExhausted: true } } as const
    await appendFeed(core, trx, nodeId, decision)
  }
}
