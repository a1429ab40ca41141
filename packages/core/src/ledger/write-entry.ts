import { assertBalanced, type LedgerDraft } from '@nightmarket/kernel'

import type { BooksTransaction } from '../database/books-database.ts'

/** What the books add to a kernel draft: which event it is of, and when it was booked. */
export interface EntryOf {
  /** Names the event, so that booking it twice is booking it once. [LB1] */
  readonly entryId: string
  readonly orderId: string | null
  readonly atMs: number
}

/**
 * Book a balanced entry once: the same entry id again changes nothing. [LB1]
 *
 * Whether it was booked now is returned. An entry that does not balance is a defect. [LB2]
 */
export async function writeEntry(
  trx: BooksTransaction,
  draft: LedgerDraft,
  entry: EntryOf,
): Promise<boolean> {
  assertBalanced(draft.postings)
  if (draft.postings.length === 0) return false
  const inserted = await trx
    .insertInto('ledger_entry')
    .values({
      entry_id: entry.entryId,
      kind: draft.kind,
      order_id: entry.orderId,
      at_ms: entry.atMs,
    })
    .onConflict((conflict) => conflict.column('entry_id').doNothing())
    .executeTakeFirst()
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) return false
  const rows = draft.postings.map((posting, position) => ({
    entry_id: entry.entryId,
    position,
    account: posting.account,
    amount_minor: posting.amountMinor,
    currency: posting.currency,
  }))
  await trx.insertInto('posting').values(rows).execute()
  return true
}
