import { CLOCK_SKEW_MS_MAX, type LeaseId, type NodeId } from '@nightmarket/kernel'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { appendFeed } from '../feed/append-feed.ts'

/** How long a node has to answer before it is asked about the same lease again. */
const ASK_AGAIN_MS = 60_000

/** Leases asked about in one transaction. [S7] */
const QUERIES_MAX = 200

/** Leases with units that are neither sold nor back. */
const OUTSTANDING = sql<boolean>`granted > sold + returned + written_off`

/**
 * Ask nodes about leases past their end or of drops that are over, and closed nodes about all they
 * have, so that a grant whose answer was lost does not leak its units: returned, or disclaimed.
 * [L4] A node that was not seen since it was asked is not asked again: what it has not read waits
 * for it. [LE8]
 *
 * How many were asked is returned.
 */
export async function queryOverdueLeases(core: Core): Promise<number> {
  const nowMs = core.nowMs()
  return core.books.transact('query overdue leases', async (trx) => {
    const overdue = await trx
      .selectFrom('lease')
      .innerJoin('node', (on) =>
        on.onRef('node.node_id', '=', 'lease.node_id').onRef('node.epoch', '=', 'lease.epoch'),
      )
      .innerJoin('drop_pool', (on) =>
        on
          .onRef('drop_pool.drop_id', '=', 'lease.drop_id')
          .onRef('drop_pool.item_id', '=', 'lease.item_id'),
      )
      .select(['lease_id', 'lease.node_id'])
      .where('node.state', 'in', ['active', 'closed'])
      // A lease that was written off has units again when an order on it ends afterwards.
      .where('lease.state', 'in', ['granted', 'received', 'written_off'])
      .where((row) =>
        row.or([
          row('node.state', '=', 'closed'),
          row('lease.sell_until_ms', '<=', nowMs - CLOCK_SKEW_MS_MAX),
          row('drop_pool.closes_at_ms', '<=', nowMs - CLOCK_SKEW_MS_MAX),
        ]),
      )
      .where((row) =>
        row.or([
          row('queried_at_ms', 'is', null),
          row.and([
            row('queried_at_ms', '<=', nowMs - ASK_AGAIN_MS),
            row('node.seen_at_ms', '>', row.ref('queried_at_ms')),
          ]),
        ]),
      )
      .where(OUTSTANDING)
      .orderBy('lease.sell_until_ms')
      .orderBy('lease_id')
      .limit(QUERIES_MAX)
      .execute()
    for (const { lease_id, node_id } of overdue) {
      await trx
        .updateTable('lease')
        .set({ queried_at_ms: nowMs })
        .where('lease_id', '=', lease_id)
        .execute()
      const body = { leaseId: lease_id as LeaseId }
      await appendFeed(core, trx, node_id as NodeId, { type: 'lease.queried', body })
    }
    return overdue.length
  })
}
