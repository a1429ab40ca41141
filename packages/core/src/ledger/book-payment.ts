import {
  cardCaptured,
  cashSold,
  disputeOpened,
  splitAmount,
  unmatchedCaptured,
  unreachable,
  voucherRedeemed,
  walletDrawn,
  type LedgerDraft,
  type NodeId,
  type PaymentMethod,
  type SplitShare,
} from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { OrderRow } from '../order/order-row.ts'
import type { ReleaseReader } from '../order/pinned-release.ts'
import type { PaymentRow } from '../payment/payment-row.ts'
import { writeEntry } from './write-entry.ts'

/** The id of the entry that books a payment's capture. */
export function captureEntryId(payKey: string): string {
  return `capture:${payKey}`
}

/** The id of the entry that books money no order explains. */
export function unmatchedEntryId(payKey: string): string {
  return `unmatched:${payKey}`
}

/**
 * Book what a payment has come to, each event once.
 *
 * - [LB5] A capture is split by the release that its order is pinned to, whenever it arrives. [O6]
 * - [LB6] Money that was given back before its order arrived stays booked as unmatched.
 */
export async function bookPayment(
  core: Core,
  trx: BooksTransaction,
  readRelease: ReleaseReader,
  facts: {
    readonly before: PaymentRow
    readonly after: PaymentRow
    readonly order: OrderRow | undefined
  },
): Promise<void> {
  const { before, after, order } = facts
  if (order !== undefined && after.captured_minor > 0) {
    const isUnmatched = await isBooked(trx, unmatchedEntryId(after.pay_key))
    const { split } = await readRelease(order.release_id)
    if (!isUnmatched) await bookCapture(core, trx, after, split)
  }
  const disputedMinor = after.disputed_minor - before.disputed_minor
  if (disputedMinor > 0) await bookDispute(core, trx, after, disputedMinor)
}

/** Book money that nothing at the core explains, before it is given back. */
export async function bookUnmatched(
  core: Core,
  trx: BooksTransaction,
  payment: PaymentRow,
): Promise<void> {
  if (await isBooked(trx, captureEntryId(payment.pay_key))) return
  const draft = unmatchedCaptured({
    processor: core.processor.name,
    amountMinor: payment.captured_minor,
    feeMinor: payment.fee_minor,
    currency: payment.currency,
  })
  const entryId = unmatchedEntryId(payment.pay_key)
  await writeEntry(trx, draft, { entryId, orderId: null, atMs: core.nowMs() })
}

/** Whether an event is in the ledger. */
export async function isBooked(trx: BooksTransaction, entryId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('ledger_entry')
    .select('entry_id')
    .where('entry_id', '=', entryId)
    .executeTakeFirst()
  return row !== undefined
}

async function bookCapture(
  core: Core,
  trx: BooksTransaction,
  payment: PaymentRow,
  split: readonly SplitShare[],
): Promise<void> {
  const entryId = captureEntryId(payment.pay_key)
  const entry = { entryId, orderId: payment.order_id, atMs: core.nowMs() }
  await writeEntry(trx, captureDraft(core, payment, split), entry)
}

function captureDraft(
  core: Core,
  payment: PaymentRow,
  split: readonly SplitShare[],
): LedgerDraft {
  const amountMinor = payment.captured_minor
  const sale = { amountMinor, currency: payment.currency, legs: splitAmount(amountMinor, split) }
  const method = payment.method as PaymentMethod
  switch (method) {
    case 'card':
      return cardCaptured({
        ...sale,
        processor: core.processor.name,
        feeMinor: payment.fee_minor,
      })
    case 'cash':
      return cashSold({ ...sale, nodeId: payment.node_id as NodeId })
    case 'voucher':
      return voucherRedeemed(sale)
    case 'wallet':
      return walletDrawn(sale)
    default:
      return unreachable(method)
  }
}

async function bookDispute(
  core: Core,
  trx: BooksTransaction,
  payment: PaymentRow,
  disputedMinor: number,
): Promise<void> {
  const draft = disputeOpened({
    processor: core.processor.name,
    amountMinor: disputedMinor,
    feeMinor: 0,
    currency: payment.currency,
  })
  const entryId = `dispute:${payment.pay_key}:${payment.disputed_minor}`
  await writeEntry(trx, draft, { entryId, orderId: payment.order_id, atMs: core.nowMs() })
}
