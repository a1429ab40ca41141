import {
  createMismatch,
  type Mismatch,
  type NodeId,
  type OrderLine,
  type VariantId,
} from '@nightmarket/kernel'
import { sql, type Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'
import { createReleaseReader, type ReleaseReader } from '../order/pinned-release.ts'

/** How long a node that holds units may be silent before a person looks for it. */
export const NODE_LOST_MS = 30 * 60_000

/**
 * Nodes that need a person: a journal with two branches, or silence while units are out there.
 * [RX9]
 */
export async function findNodeMismatches(
  trx: Transaction<Books>,
  nowMs: number,
): Promise<readonly Mismatch[]> {
  const nodes = await trx
    .selectFrom('node')
    .select(['node_id', 'state', 'state_reason', 'seen_at_ms', 'enrolled_at_ms'])
    .select(
      sql<number | null>`(select sum(granted - sold - returned - written_off) from lease
        where lease.node_id = node.node_id)`.as('units'),
    )
    .execute()
  return nodes.flatMap((node) => {
    const about = { subject: node.node_id, orderId: null, nodeId: node.node_id as NodeId }
    if (node.state === 'quarantined') {
      const detail = { reason: node.state_reason ?? '' }
      return [createMismatch('forked_journal', nowMs, { ...about, detail })]
    }
    const seenAtMs = node.seen_at_ms ?? node.enrolled_at_ms
    const isLost = node.state === 'active' && nowMs - seenAtMs >= NODE_LOST_MS
    const units = Number(node.units ?? 0)
    if (!isLost || units === 0) return []
    return [createMismatch('lost_node', seenAtMs, { ...about, detail: { seenAtMs, units } })]
  })
}

/**
 * Buyers who have more of a listing than its limit, which each node can only enforce for itself.
 * [RX10] Only orders that keep their units count.
 */
export async function findLimitMismatches(
  trx: Transaction<Books>,
): Promise<readonly Mismatch[]> {
  const live = sql`state not in ('released', 'refunded', 'voided')`
  const buyers = await trx
    .selectFrom('sale_order')
    .select(['drop_id', 'buyer_id'])
    .where(sql<boolean>`${live}`)
    .groupBy(['drop_id', 'buyer_id'])
    .having(({ fn }) => fn.countAll(), '>', 1)
    .execute()
  const readRelease = createReleaseReader(trx)
  const found: Mismatch[] = []
  for (const buyer of buyers) {
    const orders = await trx
      .selectFrom('sale_order')
      .selectAll()
      .where('drop_id', '=', buyer.drop_id)
      .where('buyer_id', '=', buyer.buyer_id)
      .where(sql<boolean>`${live}`)
      .orderBy('seen_at_ms')
      .execute()
    found.push(...(await exceededBy(orders, readRelease)))
  }
  return found
}

async function exceededBy(
  orders: readonly Row<'sale_order'>[],
  readRelease: ReleaseReader,
): Promise<readonly Mismatch[]> {
  const last = orders.at(-1)
  if (last === undefined) return []
  const bought = new Map<VariantId, number>()
  for (const { variantId, quantity } of orders.flatMap((order) => linesOf(order))) {
    bought.set(variantId, (bought.get(variantId) ?? 0) + quantity)
  }
  const { drops } = await readRelease(last.release_id)
  const listings = drops.find((drop) => drop.dropId === last.drop_id)?.listings ?? []
  return listings.flatMap(({ variantId, perCustomer }) => {
    const quantity = bought.get(variantId) ?? 0
    if (perCustomer === null || quantity <= perCustomer) return []
    return [
      createMismatch('customer_limit_exceeded', last.seen_at_ms, {
        subject: `${last.drop_id}:${last.buyer_id}:${variantId}`,
        orderId: null,
        nodeId: null,
        detail: { limit: perCustomer, quantity, orders: orders.map((order) => order.order_id) },
      }),
    ]
  })
}

function linesOf(order: Row<'sale_order'>): readonly OrderLine[] {
  return JSON.parse(order.lines) as readonly OrderLine[]
}
