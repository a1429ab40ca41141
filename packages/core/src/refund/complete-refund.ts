import {
  assert,
  cardRefunded,
  cashRefunded,
  splitRefund,
  unmatchedRefunded,
  unreachable,
  voucherRefunded,
  type LedgerDraft,
  type NodeId,
  type PaymentMethod,
} from '@nightmarket/kernel'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { captureEntryId, isBooked } from '../ledger/book-payment.ts'
import { writeEntry } from '../ledger/write-entry.ts'
import { moveOrderRow, tellMove } from '../order/move-order-row.ts'
import { findOrder } from '../order/order-row.ts'
import { createReleaseReader } from '../order/pinned-release.ts'
import {
  findOrderOf,
  findOwnPayments,
  findPayment,
  type PaymentRow,
} from '../payment/payment-row.ts'
import { findRefundsOf, type RefundRow } from './refund-row.ts'

/**
 * Write down that the money is back with the buyer, once.
 *
 * - [RF5] The ledger reverses each leg of the sale to the cent, whatever the steps. [I20]
 * - [RF6] An order whose money is all back is `refunded`. Its units return at the node that sold
 *   it, when that node hears the move, and only if the goods were not handed over: a node is not
 *   told that a fulfilled order was refunded, so that its units stay sold.
 */
export async function completeRefund(
  core: Core,
  trx: BooksTransaction,
  refund: RefundRow,
  processorRefundId: string | null,
): Promise<void> {
  const payment = await findPayment(trx, refund.pay_key)
  assert(payment !== undefined, 'a refund has a payment')
  const alreadyMinor = await succeededOf(trx, refund.pay_key)
  const updated = await trx
    .updateTable('refund')
    .set({ ...OVER, state: 'succeeded', processor_refund_id: processorRefundId })
    .where('refund_id', '=', refund.refund_id)
    .where('state', 'in', ['requested', 'owed'])
    .executeTakeFirst()
  if (updated.numUpdatedRows === 0n) return
  await bookRefund(core, trx, payment, refund, alreadyMinor)
  await endOrder(core, trx, payment)
}

/**
 * Write down that a refund did not happen and will not under this id: what it reserved may be
 * refunded again, unless a dispute began. [RF7]
 */
export async function failRefund(trx: BooksTransaction, refund: RefundRow): Promise<void> {
  const updated = await trx
    .updateTable('refund')
    .set({ ...OVER, state: 'failed' })
    .where('refund_id', '=', refund.refund_id)
    .where('state', 'in', ['requested', 'owed'])
    .executeTakeFirst()
  if (updated.numUpdatedRows === 0n) return
  await trx
    .updateTable('payment')
    .set({ refunded_minor: sql<number>`refunded_minor - ${refund.amount_minor}` })
    .where('pay_key', '=', refund.pay_key)
    .execute()
}

const OVER = { next_at_ms: null, claim: null, claimed_until_ms: null }

async function succeededOf(trx: BooksTransaction, payKey: string): Promise<number> {
  return (await findRefundsOf(trx, payKey))
    .filter((refund) => refund.state === 'succeeded')
    .reduce((sum, refund) => sum + refund.amount_minor, 0)
}

async function bookRefund(
  core: Core,
  trx: BooksTransaction,
  payment: PaymentRow,
  refund: RefundRow,
  alreadyMinor: number,
): Promise<void> {
  const { amount_minor: amountMinor, currency } = refund
  const entry = { entryId: refund.refund_id, orderId: refund.order_id, atMs: core.nowMs() }
  if (!(await isBooked(trx, captureEntryId(payment.pay_key)))) {
    const draft = unmatchedRefunded({ processor: core.processor.name, amountMinor, currency })
    await writeEntry(trx, draft, { ...entry, orderId: null })
    return
  }
  const order = await findOrder(trx, refund.order_id)
  assert(order !== undefined, 'a capture is booked for an order')
  const { split } = await createReleaseReader(trx)(order.release_id)
  const legs = splitRefund(split, payment.captured_minor, alreadyMinor, amountMinor)
  await writeEntry(trx, refundDraft(core, payment, { amountMinor, currency, legs }), entry)
}

function refundDraft(
  core: Core,
  payment: PaymentRow,
  money: Parameters<typeof voucherRefunded>[0],
): LedgerDraft {
  const method = payment.method as PaymentMethod
  switch (method) {
    // Money of a wallet is a card's by the time it goes back: the charge that captured it.
    case 'card':
    case 'wallet':
      return cardRefunded({ ...money, processor: core.processor.name })
    case 'cash':
      return cashRefunded({ ...money, nodeId: payment.node_id as NodeId })
    case 'voucher':
      return voucherRefunded(money)
    default:
      return unreachable(method)
  }
}

async function endOrder(core: Core, trx: BooksTransaction, refunded: PaymentRow): Promise<void> {
  const order = await findOrderOf(trx, refunded)
  if (order === undefined || order.state !== 'refund_due') return
  for (const payment of await findOwnPayments(trx, order)) {
    if ((await succeededOf(trx, payment.pay_key)) < payment.captured_minor) return
  }
  const moved = await moveOrderRow(trx, order, 'refund')
  assert(moved !== null, 'what is due can be refunded')
  if (order.fulfilled_at_ms === null) await tellMove(core, trx, order, 'refund')
}
