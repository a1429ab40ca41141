import type { PaymentState } from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'
import { findOrder, type OrderRow } from '../order/order-row.ts'

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

/**
 * The order that a payment is of; `undefined` before its journal has arrived. Ids are made by
 * devices: what another node holds money for under the same id is not of this order. [PM17]
 */
export async function findOrderOf(
  trx: Transaction<Books>,
  payment: PaymentRow,
): Promise<OrderRow | undefined> {
  const order = await findOrder(trx, payment.order_id)
  return order !== undefined && isOfOrder(payment, order) ? order : undefined
}

/** The payments that are of an order, oldest first, and not only name it. [PM17] */
export async function findOwnPayments(
  trx: Transaction<Books>,
  order: OrderRow,
): Promise<readonly PaymentRow[]> {
  const payments = await findPaymentsOf(trx, order.order_id)
  return payments.filter((payment) => isOfOrder(payment, order))
}

function isOfOrder(payment: PaymentRow, order: OrderRow): boolean {
  const isOfNode = order.node_id === payment.node_id && order.epoch === payment.epoch
  return isOfNode && payment.is_wallet === 0
}
