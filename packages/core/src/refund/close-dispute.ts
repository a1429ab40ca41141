import {
  disputeLost,
  disputeWon,
  err,
  lossBooked,
  ok,
  splitRefund,
  type PayKey,
  type Result,
} from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { isBooked } from '../ledger/book-payment.ts'
import { writeEntry } from '../ledger/write-entry.ts'
import { findOrder } from '../order/order-row.ts'
import { createReleaseReader } from '../order/pinned-release.ts'
import { findPayment, type PaymentRow } from '../payment/payment-row.ts'
import { findRefundsOf } from './refund-row.ts'

/** How a bank decided a dispute. */
export type DisputeEnd = 'won' | 'lost'

/** Why the end of a dispute cannot be booked. */
export type DisputeRejection =
  | { readonly code: 'payment_unknown' }
  | { readonly code: 'not_disputed' }
  | { readonly code: 'dispute_closed'; readonly end: DisputeEnd }
  /** The bank took what had been refunded already: money is gone twice, a person books it. */
  | { readonly code: 'disputed_over_captured' }

/**
 * Book how a dispute ended, once. [RF11]
 *
 * Won, the money is the market's again. Lost, the parties give their legs back as in a refund; but
 * where the goods were handed over the loss is the market's, and the parties are whole. The order
 * stays `disputed` either way, and is never refunded. [I15]
 */
export async function closeDispute(
  core: Core,
  payKey: PayKey,
  end: DisputeEnd,
): Promise<Result<DisputeEnd, DisputeRejection>> {
  return core.books.transact('close dispute', async (trx) => {
    const payment = await findPayment(trx, payKey)
    if (payment === undefined) return err({ code: 'payment_unknown' })
    if (payment.disputed_minor === 0) return err({ code: 'not_disputed' })
    const known = await findEnd(trx, payKey)
    if (known !== null) return known === end ? ok(end) : err({ code: 'dispute_closed', end: known })
    return end === 'won' ? bookWon(core, trx, payment) : bookLost(core, trx, payment)
  })
}

async function findEnd(trx: BooksTransaction, payKey: string): Promise<DisputeEnd | null> {
  if (await isBooked(trx, entryIdOf(payKey, 'won'))) return 'won'
  return (await isBooked(trx, entryIdOf(payKey, 'lost'))) ? 'lost' : null
}

function entryIdOf(payKey: string, end: DisputeEnd | 'loss'): string {
  return `dispute-${end}:${payKey}`
}

async function bookWon(
  core: Core,
  trx: BooksTransaction,
  payment: PaymentRow,
): Promise<Result<DisputeEnd, DisputeRejection>> {
  const draft = disputeWon({
    processor: core.processor.name,
    amountMinor: payment.disputed_minor,
    feeMinor: 0,
    currency: payment.currency,
  })
  await writeEntry(trx, draft, entryOf(core, payment, 'won'))
  return ok('won')
}

async function bookLost(
  core: Core,
  trx: BooksTransaction,
  payment: PaymentRow,
): Promise<Result<DisputeEnd, DisputeRejection>> {
  const order = await findOrder(trx, payment.order_id)
  if (order === undefined) return err({ code: 'payment_unknown' })
  const refundedMinor = (await findRefundsOf(trx, payment.pay_key))
    .filter((refund) => refund.state === 'succeeded')
    .reduce((sum, refund) => sum + refund.amount_minor, 0)
  const { captured_minor: capturedMinor, disputed_minor: amountMinor, currency } = payment
  if (refundedMinor + amountMinor > capturedMinor) return err({ code: 'disputed_over_captured' })
  const { split } = await createReleaseReader(trx)(order.release_id)
  const money = {
    amountMinor,
    currency,
    legs: splitRefund(split, capturedMinor, refundedMinor, amountMinor),
  }
  await writeEntry(trx, disputeLost(money), entryOf(core, payment, 'lost'))
  if (order.fulfilled_at_ms !== null) {
    await writeEntry(trx, lossBooked(money), entryOf(core, payment, 'loss'))
  }
  return ok('lost')
}

function entryOf(core: Core, payment: PaymentRow, end: DisputeEnd | 'loss') {
  const entryId = entryIdOf(payment.pay_key, end)
  return { entryId, orderId: payment.order_id, atMs: core.nowMs() }
}
