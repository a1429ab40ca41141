import { assert, moveOrder, type NodeId, type OrderId, type OrderMove } from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { appendFeed } from '../feed/append-feed.ts'
import { returnUnits } from '../stock/return-units.ts'
import type { OrderRow } from './order-row.ts'

/** What changes beside the state: what waits for the new one to end, and why it came to be. */
export interface MoveFields {
  readonly deadlineAtMs?: number
  readonly reason?: string
  readonly fulfilledAtMs?: number
}

/**
 * Move an order by the kernel's table, fenced by its version; `null` when the table refuses. [VO1]
 *
 * The deadline of the state that ends is cleared. Nobody is told: the caller knows whom. Where the
 * order ends and its node can never be told, its units come back here and now. [LE7]
 */
export async function moveOrderRow(
  trx: BooksTransaction,
  order: OrderRow,
  move: OrderMove,
  fields: MoveFields = {},
): Promise<OrderRow | null> {
  const moved = moveOrder(order.state, move)
  if (!moved.ok) return null
  const change = {
    state: moved.value,
    version: order.version + 1,
    deadline_at_ms: fields.deadlineAtMs ?? null,
    reason: fields.reason ?? order.reason,
    fulfilled_at_ms: fields.fulfilledAtMs ?? order.fulfilled_at_ms,
  }
  const updated = await trx
    .updateTable('sale_order')
    .set(change)
    .where('order_id', '=', order.order_id)
    .where('version', '=', order.version)
    .executeTakeFirst()
  assert(updated.numUpdatedRows === 1n, `an order moves from the version that was read`)
  const after = { ...order, ...change }
  await returnUnits(trx, after)
  return after
}

/** Tell the node that sold the order about a move that it has to make too. */
export async function tellMove(
  core: Core,
  trx: BooksTransaction,
  order: OrderRow,
  move: OrderMove,
): Promise<void> {
  await appendFeed(core, trx, order.node_id as NodeId, {
    type: 'order.moved',
    body: { orderId: order.order_id as OrderId, move },
  })
}
