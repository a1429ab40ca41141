import type { RefundState } from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'

/** A refund as it is in the books, its state in the kernel's words. */
export type RefundRow = Omit<Row<'refund'>, 'state'> & { readonly state: RefundState }

/** The refunds of a payment, in the order they were decided. */
export async function findRefundsOf(
  trx: Transaction<Books>,
  payKey: string,
): Promise<readonly RefundRow[]> {
  const rows = await trx
    .selectFrom('refund')
    .selectAll()
    .where('pay_key', '=', payKey)
    .orderBy('requested_at_ms')
    .orderBy('refund_id')
    .execute()
  return rows as RefundRow[]
}
