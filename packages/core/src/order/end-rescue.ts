import {
  err,
  isPaymentOpen,
  ok,
  type OrderState,
  type PaymentState,
  type Result,
} from '@nightmarket/kernel'
import type { ExpressionBuilder } from 'kysely'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { Books } from '../database/books-tables.ts'
import { findOwnPayments, type PaymentRow } from '../payment/payment-row.ts'
import { withdrawPayment } from '../payment/withdraw-payment.ts'
import { decideRefund, refundableOf } from '../refund/decide-refund.ts'
import { issueFallbackVoucher } from '../voucher/fallback-voucher.ts'
import { moveOrderRow, tellMove } from './move-order-row.ts'
import { findOrder } from './order-row.ts'
import { createReleaseReader } from './pinned-release.ts'

/** The states of payments that take no money any more. */
const OVER: readonly PaymentState[] = ['captured', 'declined', 'voided']

/** Rescues ended in one pass; what is left follows in the next. */
const RESCUES_MAX = 200

/** How a rescue ended, or what it waits for. */
export type RescueEnd = 'released' | 'refund_due' | 'payment_open'

/** Why a rescue cannot be ended. */
export type RescueRejection =
  | { readonly code: 'order_unknown' }
  | { readonly code: 'not_in_rescue'; readonly state: OrderState }

/**
 * End every rescue whose time is up; how many ended is returned. One whose payment is under way is
 * left out, so that however many wait, they do not hold up the others.
 */
export async function endDueRescues(core: Core): Promise<number> {
  const due = await core.books.read('rescues that are due', (trx) =>
    trx
      .selectFrom('sale_order')
      .select('order_id')
      .where('state', '=', 'rescue')
      .where('deadline_at_ms', '<=', core.nowMs())
      .where((order) => order.not(order.exists(paymentUnderWay(order))))
      .orderBy('deadline_at_ms')
      .limit(RESCUES_MAX)
      .execute(),
  )
  let ended = 0
  for (const { order_id } of due) {
    const end = await core.books.transact('end a rescue', (trx) => endRescue(core, trx, order_id))
    if (end.ok && end.value !== 'payment_open') ended += 1
  }
  return ended
}

/** The opposite of `isIdle`: it may still take money, and the runner is about it. */
function paymentUnderWay(order: ExpressionBuilder<Books, 'sale_order'>) {
  return order
    .selectFrom('payment')
    .select('pay_key')
    .whereRef('payment.order_id', '=', 'sale_order.order_id')
    .whereRef('payment.node_id', '=', 'sale_order.node_id')
    .whereRef('payment.epoch', '=', 'sale_order.epoch')
    .where('payment.state', 'not in', OVER)
    .where('payment.next_at_ms', 'is not', null)
    .where((row) =>
      row.or([row('payment.state', '<>', 'authorized'), row('payment.capture_at_once', '=', 1)]),
    )
}

/**
 * End a rescue: money that it still has is given back, otherwise its units go on.
 *
 * - [VO2] While a payment may still take money the order keeps its units: it is asked again later.
 * - [VO3] A released order whose units were not there gets the voucher of its release, once.
 */
export async function endRescue(
  core: Core,
  trx: BooksTransaction,
  orderId: string,
): Promise<Result<RescueEnd, RescueRejection>> {
  const order = await findOrder(trx, orderId)
  if (order === undefined) return err({ code: 'order_unknown' })
  if (order.state !== 'rescue') return err({ code: 'not_in_rescue', state: order.state })
  const payments = await findOwnPayments(trx, order)
  const open = payments.filter((payment) => isPaymentOpen(payment.state))
  for (const payment of open) {
    if (isIdle(payment)) await withdrawPayment(trx, payment, core.nowMs())
  }
  if (open.length > 0) return ok('payment_open')
  const paid = payments.filter((payment) => refundableOf(payment) > 0)
  for (const { pay_key } of paid) {
    await decideRefund(core, trx, { payKey: pay_key, reason: 'rescue_ended' })
  }
  if (paid.length > 0) return ok('refund_due')
  const released = await moveOrderRow(trx, order, 'release')
  if (released === null) return err({ code: 'not_in_rescue', state: order.state })
  await tellMove(core, trx, order, 'release')
  const { fallbackVoucherMinor } = (await createReleaseReader(trx)(order.release_id)).terms
  await issueFallbackVoucher(core, trx, order, fallbackVoucherMinor)
  return ok('released')
}

/** Nothing is under way: nobody acts on it, or it is a hold that only waits to be captured. */
function isIdle({ next_at_ms, state, capture_at_once }: PaymentRow): boolean {
  return next_at_ms === null || (state === 'authorized' && capture_at_once === 0)
}
