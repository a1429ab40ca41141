import { NoticeRefused } from '@nightmarket/payments'

import type { Core } from '../core.ts'
import { storeCharges } from '../reconcile/store-charges.ts'

/** What became of a webhook. Each of these is to be acknowledged. */
export type NoticeEnd = 'taken' | 'duplicate' | 'unrelated'

/**
 * Take a processor's webhook: a hint to read the charge again, never believed itself.
 *
 * - [WH1] A notice that is not signed, or too old, is refused: throws `NoticeRefused`.
 * - [WH2] The same notice again changes nothing.
 * - [WH3] The charge is read from the processor, and takes the path of every outcome, so that late,
 *   repeated and reordered notices are harmless.
 * - [WH4] A charge that cannot be read throws `ProcessorFault`, and the notice is not kept:
 *   answered with an error, the processor sends it again.
 */
export async function receiveNotice(
  core: Core,
  body: string,
  signature: string,
): Promise<NoticeEnd> {
  const notice = parse(core, body, signature)
  if (notice === null) return 'unrelated'
  const { noticeId, chargeId } = notice
  const known = await core.books.read('notice', (trx) =>
    trx
      .selectFrom('processor_notice')
      .select('notice_id')
      .where('notice_id', '=', noticeId)
      .executeTakeFirst(),
  )
  if (known !== undefined) return 'duplicate'
  const charge = await core.processor.read(chargeId)
  return core.books.transact('take notice', async (trx) => {
    const inserted = await trx
      .insertInto('processor_notice')
      .values({ notice_id: noticeId, received_at_ms: core.nowMs() })
      .onConflict((conflict) => conflict.column('notice_id').doNothing())
      .executeTakeFirst()
    if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) return 'duplicate'
    await storeCharges(core, trx, [charge])
    // A refund under way may have ended: its runner asks again, under the same id.
    await trx
      .updateTable('refund')
      .set({ next_at_ms: core.nowMs() })
      .where('pay_key', '=', charge.payKey ?? '')
      .where('next_at_ms', 'is not', null)
      .execute()
    return 'taken'
  })
}

function parse(core: Core, body: string, signature: string) {
  try {
    return core.processor.parseNotice(body, signature)
  } catch (error) {
    if (error instanceof NoticeRefused && error.reason === 'unrelated') return null
    throw error
  }
}
