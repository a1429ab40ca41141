import { sql } from 'kysely'

import type { BooksTransaction } from '../database/books-database.ts'
import { VOUCHER_LIFE_MS } from './fallback-voucher.ts'

/**
 * Take an amount off a voucher, in one guarded statement: two that try at once cannot both have
 * the last of it. `false` when it is unknown, expired, of another currency, or too small. [PM11]
 */
export async function redeemVoucher(
  trx: BooksTransaction,
  wish: {
    readonly voucherHash: string
    readonly amountMinor: number
    readonly currency: string
    readonly atMs: number
  },
): Promise<boolean> {
  const updated = await trx
    .updateTable('voucher')
    .set({ remaining_minor: sql<number>`remaining_minor - ${wish.amountMinor}` })
    .where('voucher_hash', '=', wish.voucherHash)
    .where('currency', '=', wish.currency)
    .where('expires_at_ms', '>', wish.atMs)
    .where('remaining_minor', '>=', wish.amountMinor)
    .executeTakeFirst()
  return updated.numUpdatedRows === 1n
}

/** Put a refund back on the voucher it was paid with, which is then good for a year again. */
export async function refillVoucher(
  trx: BooksTransaction,
  refill: { readonly voucherHash: string; readonly amountMinor: number; readonly atMs: number },
): Promise<boolean> {
  const updated = await trx
    .updateTable('voucher')
    .set({
      remaining_minor: sql<number>`remaining_minor + ${refill.amountMinor}`,
      expires_at_ms: refill.atMs + VOUCHER_LIFE_MS,
    })
    .where('voucher_hash', '=', refill.voucherHash)
    .where(sql<boolean>`remaining_minor + ${refill.amountMinor} <= amount_minor`)
    .executeTakeFirst()
  return updated.numUpdatedRows === 1n
}
