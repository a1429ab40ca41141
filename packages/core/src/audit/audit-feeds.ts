import { sql } from 'kysely'

import { AuditFindings, type AuditCheck } from './audit-check.ts'
import type { AuditedCore } from './audited-core.ts'

/** [AU9] Every node's feed runs from 1 to its head without a gap, but one that is known. [S6] */
export async function auditFeeds(core: Pick<AuditedCore, 'books'>): Promise<AuditCheck> {
  const findings = new AuditFindings('feeds_gapless')
  const rows = await core.books.read('audit feeds', (trx) =>
    trx
      .selectFrom('node')
      .leftJoin('feed', (on) =>
        on.onRef('feed.node_id', '=', 'node.node_id').onRef('feed.epoch', '=', 'node.epoch'),
      )
      .select(['node.node_id', 'node.feed_head', 'node.feed_acknowledged', 'node.feed_skipped'])
      .select([
        sql<number>`count(feed.position)`.as('items'),
        sql<number>`coalesce(min(feed.position), 1)`.as('first'),
        sql<number>`coalesce(max(feed.position), 0)`.as('last'),
      ])
      .groupBy(['node.node_id', 'node.feed_head', 'node.feed_acknowledged', 'node.feed_skipped'])
      .execute(),
  )
  findings.cover('nodes', rows.length)
  for (const row of rows) {
    findings.cover('items', row.items)
    const isCounted = row.items + row.feed_skipped === row.feed_head
    const isBegun = row.first === 1 || row.feed_skipped > 0
    const isWhole = isCounted && isBegun && row.last === row.feed_head
    if (!isWhole) {
      const { items, first, last, feed_head: head } = row
      findings.find(row.node_id, `${items} items, ${first} to ${last} of ${head}`)
    }
    if (row.feed_acknowledged > row.feed_head) {
      findings.find(row.node_id, `acknowledged ${row.feed_acknowledged} of ${row.feed_head}`)
    }
  }
  return findings.check()
}
