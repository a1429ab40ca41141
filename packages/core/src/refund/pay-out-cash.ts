import { err, ok, type RefundId, type Result } from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import { completeRefund } from './complete-refund.ts'
import type { RefundRow } from './refund-row.ts'

/** A person has handed over the cash of a refund that the drawer owed. Repeatable. [RF10] */
export async function payOutCash(
  core: Core,
  refundId: RefundId,
): Promise<Result<'succeeded', { readonly code: 'refund_unknown' | 'refund_not_owed' }>> {
  return core.books.transact('pay out cash', async (trx) => {
    const row = await trx
      .selectFrom('refund')
      .selectAll()
      .where('refund_id', '=', refundId)
      .executeTakeFirst()
    if (row === undefined) return err({ code: 'refund_unknown' })
    const refund = row as RefundRow
    if (refund.state === 'succeeded') return ok('succeeded')
    if (refund.state !== 'owed') return err({ code: 'refund_not_owed' })
    await completeRefund(core, trx, refund, null)
    return ok('succeeded')
  })
}
