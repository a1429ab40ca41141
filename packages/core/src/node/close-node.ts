import { err, type NodeId, ok, type Result } from '@nightmarket/kernel'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { appendFeed } from '../feed/append-feed.ts'
import { returnUnitsOf } from '../stock/return-units.ts'
import { findNode } from './enrol-node.ts'

/** What the books know of a node, for tables and screens. */
export interface NodeSummary {
  readonly nodeId: NodeId
  readonly kind: string
  readonly name: string
  readonly epoch: number
  readonly state: string
  readonly stateReason: string | null
  readonly enrolledAtMs: number
  readonly seenAtMs: number | null
  readonly clockSkewMs: number | null
  readonly sequence: number
  readonly feedHead: number
  readonly feedAcknowledged: number
  /** Units that it has and has not sold, as far as its journal has arrived. */
  readonly holds: number
}

/**
 * Refuse a node from now on. [NO6] It is told to stop selling; whether it hears it or not, nothing
 * of it is taken any more, and its leases wait for a write-off. Again changes nothing.
 */
export async function revokeNode(
  core: Core,
  nodeId: NodeId,
  reason: string,
): Promise<Result<null, { readonly code: 'node_unknown' }>> {
  return core.books.transact('revoke node', async (trx) => {
    const node = await findNode(trx, nodeId)
    if (node === undefined) return err({ code: 'node_unknown' })
    if (node.state === 'revoked') return ok(null)
    await trx
      .updateTable('node')
      .set({ state: 'revoked', state_reason: reason })
      .where('node_id', '=', nodeId)
      .execute()
    await appendFeed(core, trx, nodeId, { type: 'stall.frozen', body: { reason: 'revoked' } })
    await returnUnitsOf(trx, node)
    return ok(null)
  })
}

/**
 * Ask a node to sell out of nothing more: it gives back what is unsold and says its last word.
 * [NO7] Until that has arrived it is still active. Again only asks again.
 */
export async function closeNode(
  core: Core,
  nodeId: NodeId,
): Promise<Result<null, { readonly code: 'node_unknown' | 'node_not_active' }>> {
  return core.books.transact('close node', async (trx) => {
    const node = await findNode(trx, nodeId)
    if (node === undefined) return err({ code: 'node_unknown' })
    if (node.state !== 'active') return err({ code: 'node_not_active' })
    await appendFeed(core, trx, nodeId, { type: 'stall.frozen', body: { reason: 'closed' } })
    return ok(null)
  })
}

/** Every node, by name. */
export async function listNodes(core: Pick<Core, 'books'>): Promise<readonly NodeSummary[]> {
  const rows = await core.books.read('list nodes', (trx) =>
    trx
      .selectFrom('node')
      .selectAll('node')
      .select((row) =>
        row
          .selectFrom('lease')
          .select(sql<number>`coalesce(sum(granted - sold - returned - written_off), 0)`.as('sum'))
          .whereRef('lease.node_id', '=', 'node.node_id')
          .as('holds'),
      )
      .orderBy('name')
      .orderBy('node_id')
      .execute(),
  )
  return rows.map((row) => ({
    nodeId: row.node_id as NodeId,
    kind: row.kind,
    name: row.name,
    epoch: row.epoch,
    state: row.state,
    stateReason: row.state_reason,
    enrolledAtMs: row.enrolled_at_ms,
    seenAtMs: row.seen_at_ms,
    clockSkewMs: row.clock_skew_ms,
    sequence: row.sequence,
    feedHead: row.feed_head,
    feedAcknowledged: row.feed_acknowledged,
    holds: Number(row.holds ?? 0),
  }))
}
