import { type Allocation, assert, ORDER_KEEPS_UNITS, type OrderState } from '@nightmarket/kernel'

import type { BooksTransaction } from '../database/books-database.ts'
import type { Row } from '../database/books-tables.ts'
import { findOverWithUnits } from '../order/orders-over.ts'

/** What decides whether an order still holds units that are nobody's. */
type EndedOrder = Pick<
  Row<'sale_order'>,
  'order_id' | 'node_id' | 'epoch' | 'allocations' | 'holds_units' | 'fulfilled_at_ms'
> & { readonly state: string }

/**
 * Take the units of an ended order back at the core where its node can never say so: its epoch is
 * retired, or it is revoked, and nothing of it is taken any more. [LE7]
 *
 * Goods that were handed over stay sold. Any other node says so itself, when it heard. [LE4]
 */
export async function returnUnits(trx: BooksTransaction, order: EndedOrder): Promise<void> {
  const isOver = !ORDER_KEEPS_UNITS[order.state as OrderState] && order.holds_units === 1
  if (!isOver || order.fulfilled_at_ms !== null || (await isHeard(trx, order))) return
  await trx
    .updateTable('sale_order')
    .set({ holds_units: 0 })
    .where('order_id', '=', order.order_id)
    .execute()
  for (const { leaseId, quantity } of JSON.parse(order.allocations) as readonly Allocation[]) {
    await freeUnits(trx, leaseId, quantity)
  }
}

/** The same for all of an epoch, when it ends or is revoked: what they were told, none will do. */
export async function returnUnitsOf(
  trx: BooksTransaction,
  node: Pick<Row<'node'>, 'node_id' | 'epoch'>,
): Promise<void> {
  for (const order of await findOverWithUnits(trx, node)) await returnUnits(trx, order)
}

async function isHeard(trx: BooksTransaction, order: EndedOrder): Promise<boolean> {
  const node = await trx
    .selectFrom('node')
    .select(['epoch', 'state'])
    .where('node_id', '=', order.node_id)
    .executeTakeFirst()
  return node?.epoch === order.epoch && node.state !== 'revoked'
}

async function freeUnits(trx: BooksTransaction, leaseId: string, quantity: number): Promise<void> {
  const lease = await trx
    .updateTable('lease')
    .set((row) => ({
      sold: row('sold', '-', quantity),
      returned: row('returned', '+', quantity),
    }))
    .where('lease_id', '=', leaseId)
    .where('sold', '>=', quantity)
    .returning(['item_id', 'drop_id'])
    .executeTakeFirst()
  assert(lease !== undefined, 'an order gives back what it holds')
  await trx
    .updateTable('item')
    .set((row) => ({ free: row('free', '+', quantity) }))
    .where('item_id', '=', lease.item_id)
    .execute()
  await trx
    .updateTable('drop_pool')
    .set((row) => ({ out: row('out', '-', quantity) }))
    .where('drop_id', '=', lease.drop_id)
    .where('item_id', '=', lease.item_id)
    .execute()
}
