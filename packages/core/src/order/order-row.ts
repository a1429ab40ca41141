import type { OrderState } from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'

/** An order as it is in the books, its state in the kernel's words. */
export type OrderRow = Omit<Row<'sale_order'>, 'state'> & { readonly state: OrderState }

/** Read an order inside the caller's transaction; `undefined` before its journal has arrived. */
export async function findOrder(
  trx: Transaction<Books>,
  orderId: string,
): Promise<OrderRow | undefined> {
  const row = await trx
    .selectFrom('sale_order')
    .selectAll()
    .where('order_id', '=', orderId)
    .executeTakeFirst()
  return row as OrderRow | undefined
}
