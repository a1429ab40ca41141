import type { PaymentMethod } from '@nightmarket/kernel'

import type { BooksTransaction } from '../database/books-database.ts'
import type { NewRow } from '../database/books-tables.ts'
import { findPayment } from './payment-row.ts'
import { withdrawPayment } from './withdraw-payment.ts'

/** A payment as a journal asked for it. */
export interface PaymentArrival {
  readonly payKey: string
  readonly orderId: string
  readonly nodeId: string
  readonly epoch: number
  readonly sequence: number
  readonly method: PaymentMethod
  readonly reference: string | null
  readonly amountMinor: number
  readonly currency: string
  /** No for a hold, which waits for its node's answer before money is taken. */
  readonly captureAtOnce: boolean
  /** Yes for the money of a wallet, which is of no order. */
  readonly isWallet: boolean
  /** Yes for an order whose units were not there: nothing is charged before a person decides. */
  readonly isContested: boolean
  /** The core's clock: the processor's 24 hours count from no earlier than this. */
  readonly nowMs: number
}

/**
 * Take a payment that a journal asks for into the books: for `order.accepted` (deferred or cash),
 * for a `hold.taken` with a payment, for `payment.requested`. The runner does the rest, cash too.
 *
 * Idempotent by pay key. A key that is known already, because its charge was found before its
 * journal arrived, is looked at again, so that its order follows what has happened to it. [O10]
 */
export async function requestPayment(
  trx: BooksTransaction,
  arrival: PaymentArrival,
): Promise<void> {
  const row = paymentRowOf(arrival)
  const { next_at_ms } = row
  await trx
    .insertInto('payment')
    .values(row)
    .onConflict((conflict) => conflict.column('pay_key').doUpdateSet({ next_at_ms }))
    .execute()
}

/** The row of a payment that nobody was asked for yet. */
export function paymentRowOf(arrival: PaymentArrival) {
  const isSuspended = arrival.isContested && arrival.method !== 'cash'
  return {
    pay_key: arrival.payKey,
    order_id: arrival.orderId,
    node_id: arrival.nodeId,
    epoch: arrival.epoch,
    sequence: arrival.sequence,
    method: arrival.method,
    reference: arrival.reference,
    amount_minor: arrival.amountMinor,
    currency: arrival.currency,
    state: 'requested',
    is_wallet: arrival.isWallet ? 1 : 0,
    capture_at_once: arrival.captureAtOnce ? 1 : 0,
    requested_at_ms: arrival.nowMs,
    next_at_ms: isSuspended ? null : arrival.nowMs,
  } satisfies NewRow<'payment'>
}

/** The hold became an order: take the money now. For `order.accepted` in state `authorized`. */
export async function captureHeldPayment(
  trx: BooksTransaction,
  payKey: string,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('payment')
    .set({ capture_at_once: 1, next_at_ms: nowMs })
    .where('pay_key', '=', payKey)
    .execute()
}

/** The hold ended without its order: void its payment. For `hold.ended`, but not `bought`. */
export async function voidHeldPayment(
  trx: BooksTransaction,
  payKey: string,
  nowMs: number,
): Promise<void> {
  const payment = await findPayment(trx, payKey)
  if (payment !== undefined) await withdrawPayment(trx, payment, nowMs)
}
