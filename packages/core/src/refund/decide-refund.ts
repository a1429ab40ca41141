import {
  assert,
  err,
  ok,
  type PaymentMethod,
  type RefundState,
  type Result,
} from '@nightmarket/kernel'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { bookUnmatched } from '../ledger/book-payment.ts'
import { moveOrderRow, tellMove } from '../order/move-order-row.ts'
import type { OrderRow } from '../order/order-row.ts'
import {
  findOrderOf,
  findOwnPayments,
  findPayment,
  type PaymentRow,
} from '../payment/payment-row.ts'
import { refillVoucher } from '../voucher/redeem-voucher.ts'
import { completeRefund } from './complete-refund.ts'
import type { RefundRow } from './refund-row.ts'

/** Why money is given back: a machine's reason, or a person's words after `person: `. */
export type RefundReason =
  | 'late_capture'
  | 'captured_twice'
  | 'unmatched'
  | 'rescue_ended'
  | `person: ${string}`

/** How much to give back, of which payment, and why. */
export interface RefundWish {
  readonly payKey: string
  /** Minor units; all that is left when absent. */
  readonly amountMinor?: number
  readonly reason: RefundReason
}

/** Why a refund is refused. */
export type RefundRejection =
  | { readonly code: 'payment_unknown' }
  | { readonly code: 'payment_disputed' }
  | { readonly code: 'nothing_to_refund' }
  | { readonly code: 'refund_over_captured'; readonly refundableMinor: number }

const FIRST_STATE: Readonly<Record<PaymentMethod, RefundState>> = {
  card: 'requested',
  cash: 'owed',
  voucher: 'requested',
  wallet: 'requested',
}

/** Whose refunds the processor makes: out of the charge that took the money. */
const AT_PROCESSOR: ReadonlySet<string> = new Set(['card', 'wallet'])

/**
 * Decide a refund. Only the core does. [O4]
 *
 * - [RF1] Σ refunds ≤ captured − disputed, guarded in one statement on the payment's row. [I15]
 * - [RF2] Nothing is refunded once a dispute began; it is read in the same statement. [I15]
 * - [RF3] The id is `rf:<charge>:<n>`, n from 1; where there is no charge, of the pay key.
 * - [RF4] An order whose money is all decided back becomes `refund_due`. Its node is told.
 */
export async function decideRefund(
  core: Core,
  trx: BooksTransaction,
  wish: RefundWish,
): Promise<Result<RefundRow, RefundRejection>> {
  const payment = await findPayment(trx, wish.payKey)
  if (payment === undefined) return err({ code: 'payment_unknown' })
  const refundableMinor = refundableOf(payment)
  const amountMinor = wish.amountMinor ?? refundableMinor
  if (payment.disputed_at_ms !== null) return err({ code: 'payment_disputed' })
  if (amountMinor === 0) return err({ code: 'nothing_to_refund' })
  assert(Number.isSafeInteger(amountMinor) && amountMinor > 0, 'a refund is a whole amount above 0')
  if (!(await reserve(trx, wish.payKey, amountMinor))) {
    return err({ code: 'refund_over_captured', refundableMinor })
  }
  const refund = await insertRefund(core, trx, payment, amountMinor, wish.reason)
  const order = await findOrderOf(trx, payment)
  if (order === undefined) await bookUnmatched(core, trx, payment)
  else await oweOrder(core, trx, order)
  if (payment.method === 'voucher') await refundVoucher(core, trx, payment, refund)
  return ok(refund)
}

/** What could still be given back, minor units; 0 once a dispute began. */
export function refundableOf(payment: PaymentRow): number {
  if (payment.disputed_at_ms !== null) return 0
  return payment.captured_minor - payment.disputed_minor - payment.refunded_minor
}

/** The guard itself: two that decide at once cannot both take the last of it. */
async function reserve(
  trx: BooksTransaction,
  payKey: string,
  amountMinor: number,
): Promise<boolean> {
  const updated = await trx
    .updateTable('payment')
    .set({ refunded_minor: sql<number>`refunded_minor + ${amountMinor}` })
    .where('pay_key', '=', payKey)
    .where('disputed_at_ms', 'is', null)
    .where(sql<boolean>`captured_minor - disputed_minor - refunded_minor >= ${amountMinor}`)
    .executeTakeFirst()
  return updated.numUpdatedRows === 1n
}

async function insertRefund(
  core: Core,
  trx: BooksTransaction,
  payment: PaymentRow,
  amountMinor: number,
  reason: RefundReason,
): Promise<RefundRow> {
  const { count } = await trx
    .selectFrom('refund')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('pay_key', '=', payment.pay_key)
    .executeTakeFirstOrThrow()
  const state = FIRST_STATE[payment.method as PaymentMethod]
  const row: RefundRow = {
    refund_id: `rf:${payment.charge_id ?? payment.pay_key}:${Number(count) + 1}`,
    pay_key: payment.pay_key,
    order_id: payment.order_id,
    amount_minor: amountMinor,
    currency: payment.currency,
    reason,
    state,
    attempts: 0,
    requested_at_ms: core.nowMs(),
    next_at_ms: AT_PROCESSOR.has(payment.method) ? core.nowMs() : null,
    claim: null,
    claimed_until_ms: null,
    processor_refund_id: null,
  }
  await trx.insertInto('refund').values(row).execute()
  return row
}

async function oweOrder(core: Core, trx: BooksTransaction, order: OrderRow): Promise<void> {
  const payments = await findOwnPayments(trx, order)
  if (payments.some((payment) => payment.captured_minor > payment.refunded_minor)) return
  const moved = await moveOrderRow(trx, order, 'owe', { reason: 'refund' })
  if (moved !== null) await tellMove(core, trx, order, 'owe')
}

/** A voucher is its own processor: the refund is done when it is decided. */
async function refundVoucher(
  core: Core,
  trx: BooksTransaction,
  payment: PaymentRow,
  refund: RefundRow,
): Promise<void> {
  const voucherHash = payment.reference ?? ''
  const { amount_minor: amountMinor } = refund
  const isRefilled = await refillVoucher(trx, { voucherHash, amountMinor, atMs: core.nowMs() })
  assert(isRefilled, 'what was taken off a voucher fits back on it')
  await completeRefund(core, trx, refund, null)
}
