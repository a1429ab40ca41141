import type { PaymentState } from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'

/** A payment as it is in the books, its state in the kernel's words. */
export type PaymentRow = Omit<Row<'payment'>, 'state'> & { readonly state: PaymentState }

/** Read a payment inside the caller's transaction; `undefined` where the key is not known. */
export async function findPayment(
  trx: Transaction<Books>,
  payKey: string,
): Promise<PaymentRow | undefined> {
  const row = await trx
    .selectFrom('payment')
    .selectAll()
    .where('pay_key', '=', payKey)
    .executeTakeFirst()
  return row as PaymentRow | undefined
}

/** All payments of an order, oldest first. */
export async function findPaymentsOf(
  trx: Transaction<Books>,
  orderId: string,
): Promise<readonly PaymentRow[]> {
  const rows = await trx
    .selectFrom('payment')
    .selectAll()
    .where('order_id', '=', orderId)
    .orderBy('requested_at_ms')
    .orderBy('pay_key')
    .execute()
  return rows as PaymentRow[]
}
