import { isPaymentOpen } from '@nightmarket/kernel'

import type { BooksTransaction } from '../database/books-database.ts'
import type { PaymentRow } from './payment-row.ts'

/**
 * Say that nobody wants a payment any more: the runner voids it, and what it finds captured is
 * refunded. A payment that is over stays as it is; whether there is something to void is returned.
 */
export async function withdrawPayment(
  trx: BooksTransaction,
  payment: PaymentRow,
  nowMs: number,
): Promise<boolean> {
  if (!isPaymentOpen(payment.state)) return false
  await trx
    .updateTable('payment')
    .set({ state: 'voiding', next_at_ms: nowMs })
    .where('pay_key', '=', payment.pay_key)
    .execute()
  return true
}
