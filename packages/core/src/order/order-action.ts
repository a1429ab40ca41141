import {
  err,
  isPaymentOpen,
  ok,
  type OrderId,
  type OrderState,
  type PaymentMethod,
  type Result,
} from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { findOwnPayments } from '../payment/payment-row.ts'
import { withdrawPayment } from '../payment/withdraw-payment.ts'
import { decideRefund, refundableOf, type RefundRejection } from '../refund/decide-refund.ts'
import type { RefundRow } from '../refund/refund-row.ts'
import { answerOnce, type NamedRequest, type RequestReused } from '../request/answer-once.ts'
import { issueVoucher } from '../voucher/fallback-voucher.ts'
import { endRescue, type RescueEnd, type RescueRejection } from './end-rescue.ts'
import { moveOrderRow, tellMove } from './move-order-row.ts'
import { findOrder, type OrderRow } from './order-row.ts'

/** Why an action on an order is refused. */
export type OrderRejection =
  | { readonly code: 'order_unknown' }
  | { readonly code: 'move_refused'; readonly state: OrderState }

/** The goods were handed over. Repeating it changes nothing. [VO4] */
export async function fulfilOrder(
  core: Core,
  orderId: OrderId,
): Promise<Result<OrderState, OrderRejection>> {
  return act(core, 'fulfil', orderId, async (trx, order) => {
    if (order.state === 'fulfilled') return ok(order.state)
    const moved = await moveOrderRow(trx, order, 'fulfil', { fulfilledAtMs: core.nowMs() })
    if (moved === null) return err({ code: 'move_refused', state: order.state })
    await tellMove(core, trx, order, 'fulfil')
    return ok(moved.state)
  })
}

/**
 * End an order that has no money. [VO5]
 *
 * Its payments are voided first, by the runner: it is `voided`, and gives its units back, when the
 * processor has confirmed that; until then the answer is its present state. [O5] An order whose
 * payment turns out to be captured is refunded instead.
 */
export async function voidOrder(
  core: Core,
  orderId: OrderId,
  reason: string,
): Promise<Result<OrderState, OrderRejection>> {
  return act(core, 'void', orderId, async (trx, order) => {
    if (order.state === 'voided') return ok(order.state)
    if (!VOIDABLE.has(order.state)) return err({ code: 'move_refused', state: order.state })
    const payments = await findOwnPayments(trx, order)
    for (const payment of payments) await withdrawPayment(trx, payment, core.nowMs())
    if (payments.some((payment) => isPaymentOpen(payment.state))) return ok(order.state)
    const moved = await moveOrderRow(trx, order, 'void', { reason: `person: ${reason}` })
    if (moved === null) return err({ code: 'move_refused', state: order.state })
    await tellMove(core, trx, order, 'void')
    return ok(moved.state)
  })
}

const VOIDABLE: ReadonlySet<OrderState> = new Set(['accepted', 'deferred', 'unknown', 'authorized'])

/** End a rescue before its time: its units go to the next buyer. [VO2, VO3] */
export async function releaseOrder(
  core: Core,
  orderId: OrderId,
): Promise<Result<RescueEnd, RescueRejection>> {
  return core.books.transact('release an order', (trx) => endRescue(core, trx, orderId))
}

/**
 * Give money back for an order: an amount in minor units, or all that is left. [RF8]
 *
 * Its payments are drawn on from the latest to the first; each part is a refund of its own. One
 * that names its request is decided once, also when its answer was lost. [RF12]
 */
export async function refundOrder(
  core: Core,
  orderId: OrderId,
  wish: NamedRequest & { readonly amountMinor?: number; readonly reason: string },
): Promise<Result<readonly RefundRow[], OrderRejection | RefundRejection | RequestReused>> {
  return act(core, 'refund', orderId, (trx, order) =>
    answerOnce(core, trx, { ...wish, verb: `refund ${orderId}` }, () =>
      refundOwn(core, trx, order, wish),
    ),
  )
}

/** The same inside the caller's transaction; with `method`, of payments of that kind alone. */
export async function refundOwn(
  core: Core,
  trx: BooksTransaction,
  order: OrderRow,
  wish: {
    readonly amountMinor?: number
    readonly reason: string
    readonly method?: PaymentMethod
  },
): Promise<Result<readonly RefundRow[], RefundRejection>> {
  const { method } = wish
  const payments = (await findOwnPayments(trx, order))
    .toReversed()
    .filter((payment) => method === undefined || payment.method === method)
  const disputed = payments.some((payment) => payment.disputed_at_ms !== null)
  const refundableMinor = payments.reduce((sum, payment) => sum + refundableOf(payment), 0)
  let leftMinor = wish.amountMinor ?? refundableMinor
  if (disputed) return err({ code: 'payment_disputed' })
  if (leftMinor > refundableMinor) return err({ code: 'refund_over_captured', refundableMinor })
  if (leftMinor === 0) return err({ code: 'nothing_to_refund' })
  const refunds: RefundRow[] = []
  for (const payment of payments) {
    const amountMinor = Math.min(leftMinor, refundableOf(payment))
    if (amountMinor === 0) continue
    const reason = `person: ${wish.reason}` as const
    const refund = await decideRefund(core, trx, { payKey: payment.pay_key, amountMinor, reason })
    if (!refund.ok) return refund
    refunds.push(refund.value)
    leftMinor -= amountMinor
  }
  return ok(refunds)
}

/** Give an order a voucher, once; whether one was given now is returned. [PM12] */
export async function giveVoucher(
  core: Core,
  orderId: OrderId,
  amountMinor: number,
): Promise<Result<boolean, OrderRejection>> {
  return act(core, 'voucher', orderId, async (trx, order) =>
    ok(await issueVoucher(core, trx, order, amountMinor)),
  )
}

/**
 * The units of a contested order were found after all: it is paid like any other. [VO6]
 * One that has its money is `captured` at once.
 */
export async function honourOrder(
  core: Core,
  orderId: OrderId,
): Promise<Result<OrderState, OrderRejection>> {
  return act(core, 'honour', orderId, async (trx, order) => {
    if (order.is_contested === 0) return ok(order.state)
    if (order.state !== 'rescue') return err({ code: 'move_refused', state: order.state })
    const change = { is_contested: 0, version: order.version + 1 }
    await trx.updateTable('sale_order').set(change).where('order_id', '=', orderId).execute()
    for (const payment of await findOwnPayments(trx, order)) {
      await trx
        .updateTable('payment')
        .set({ next_at_ms: core.nowMs(), capture_at_once: 1 })
        .where('pay_key', '=', payment.pay_key)
        .execute()
    }
    return ok(order.state)
  })
}

async function act<T, E>(
  core: Core,
  verb: string,
  orderId: OrderId,
  work: (trx: BooksTransaction, order: OrderRow) => Promise<Result<T, E>>,
): Promise<Result<T, E | { readonly code: 'order_unknown' }>> {
  return core.books.transact(`${verb} order`, async (trx) => {
    const order = await findOrder(trx, orderId)
    return order === undefined ? err({ code: 'order_unknown' }) : work(trx, order)
  })
}
