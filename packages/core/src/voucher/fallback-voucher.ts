import { voucherIssued, type OrderId } from '@nightmarket/kernel'
import { createVoucherCode, voucherHash, VOUCHER_RANDOM_BYTES } from '@nightmarket/payments'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { writeEntry } from '../ledger/write-entry.ts'
import type { OrderRow } from '../order/order-row.ts'

/** How long a voucher is good: a year, so that it outlives a season of shows. */
export const VOUCHER_LIFE_MS = 365 * 24 * 3_600_000

/** A voucher with its code, for its owner's eyes: never for a journal, a feed or a log. */
export interface OrderVoucher {
  readonly code: string
  readonly amountMinor: number
  readonly remainingMinor: number
  readonly currency: string
  readonly expiresAtMs: number
}

/** Why units were not there: the market's own doing, which no buyer can bring about. */
const REASONS_OF_OURS: ReadonlySet<string | null> = new Set([
  'lease_foreign',
  'lease_overdrawn',
  'lease_over',
  'lease_written_off',
  'forked',
])

/**
 * Give a released order the voucher that its release promises, if its units were not there. [VO3]
 *
 * Not for a payment that failed: a declining card, an unknown code and a key that was used before
 * cost nothing, nor do the buyers who bring them, so that whoever asks often would be paid for it.
 * Such an order has had its rescue, and a person may still make it good.
 */
export async function issueFallbackVoucher(
  core: Core,
  trx: BooksTransaction,
  order: OrderRow,
  amountMinor: number,
): Promise<boolean> {
  const isOurs = order.is_contested === 1 && REASONS_OF_OURS.has(order.reason)
  return isOurs && amountMinor > 0 && issueVoucher(core, trx, order, amountMinor)
}

/**
 * Make an order good with a voucher, once; whether it was issued now is returned. [PM12]
 *
 * The books keep the code's hash. The code is derived from the order id by the market's key, whose
 * Ed25519 signatures are the same every time (RFC 8032), so that it can be told again and is stored
 * nowhere. The prefix keeps it apart from everything else the key signs.
 */
export async function issueVoucher(
  core: Core,
  trx: BooksTransaction,
  order: Pick<OrderRow, 'order_id' | 'currency'>,
  amountMinor: number,
): Promise<boolean> {
  const atMs = core.nowMs()
  const inserted = await trx
    .insertInto('voucher')
    .values({
      voucher_hash: voucherHash(codeOf(core, order.order_id), core.digest),
      amount_minor: amountMinor,
      remaining_minor: amountMinor,
      currency: order.currency,
      order_id: order.order_id,
      issued_at_ms: atMs,
      expires_at_ms: atMs + VOUCHER_LIFE_MS,
    })
    .onConflict((conflict) => conflict.column('order_id').doNothing())
    .executeTakeFirst()
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) return false
  const entry = { entryId: `voucher:${order.order_id}`, orderId: order.order_id, atMs }
  await writeEntry(trx, voucherIssued(amountMinor, order.currency), entry)
  return true
}

/** The voucher of an order with its code; `null` where none was issued. [PM12] */
export async function voucherForOrder(core: Core, orderId: OrderId): Promise<OrderVoucher | null> {
  const row = await core.books.read('voucher of an order', (trx) =>
    trx.selectFrom('voucher').selectAll().where('order_id', '=', orderId).executeTakeFirst(),
  )
  if (row === undefined) return null
  return {
    code: codeOf(core, orderId),
    amountMinor: row.amount_minor,
    remainingMinor: row.remaining_minor,
    currency: row.currency,
    expiresAtMs: row.expires_at_ms,
  }
}

function codeOf({ marketKey, digest }: Pick<Core, 'marketKey' | 'digest'>, orderId: string) {
  const message = new TextEncoder().encode(`nightmarket-voucher-code\n${orderId}\n`)
  const secret = new TextEncoder().encode(marketKey.sign(message))
  return createVoucherCode(digest(secret).slice(0, VOUCHER_RANDOM_BYTES))
}
