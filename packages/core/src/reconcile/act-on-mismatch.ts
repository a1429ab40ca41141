import { assert, type Mismatch, type PayKey } from '@nightmarket/kernel'
import type { Charge } from '@nightmarket/payments'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { findOrder } from '../order/order-row.ts'
import { findPayment } from '../payment/payment-row.ts'
import { withdrawPayment } from '../payment/withdraw-payment.ts'
import { decideRefund } from '../refund/decide-refund.ts'
import { storeCharges } from './store-charges.ts'

/** What the reconciler did by itself. */
export type MismatchEnd = 'refunded' | 'voided' | 'left'

/**
 * Do what the rules let the core do by itself about a mismatch.
 *
 * - [RX5] A late or second capture is refunded at once.
 * - [RX6] Money, or a hold on it, that nothing explains is given back when its deadline has passed,
 *   counted from when the core could see it. [R3]
 * - [RX7] Whether it is unexplained is decided again in the transaction that gives it back, from
 *   the charge as the processor has it now: an order that has arrived keeps its money. [I17]
 */
export async function actOnMismatch(core: Core, mismatch: Mismatch): Promise<MismatchEnd> {
  if (mismatch.kind === 'late_capture' || mismatch.kind === 'captured_twice') {
    const { kind: reason, subject: payKey } = mismatch
    const refund = await core.books.transact('refund a capture', (trx) =>
      decideRefund(core, trx, { payKey, reason }),
    )
    return refund.ok ? 'refunded' : 'left'
  }
  const isOurs = ['refund', 'void', 'wait_for_node'].includes(mismatch.action)
  if (mismatch.kind !== 'charge_without_order' || !isOurs) return 'left'
  if (mismatch.deadlineAtMs > core.nowMs()) return 'left'
  const charge = await core.processor.read(mismatch.subject)
  return core.books.transact('give back unmatched money', (trx) => giveBack(core, trx, charge))
}

async function giveBack(core: Core, trx: BooksTransaction, charge: Charge): Promise<MismatchEnd> {
  const { payKey, origin } = charge
  assert(payKey !== null && origin !== null, 'only a charge of ours is given back by itself')
  await storeCharges(core, trx, [charge])
  const order = await findOrder(trx, origin.orderId)
  const known = await findPayment(trx, payKey)
  // What another node asked for under an order's id pays no order here.
  const isHoldOfAnother = known?.state === 'authorized' && known.node_id !== order?.node_id
  if (order !== undefined && !isHoldOfAnother) return 'left'
  if (known?.state === 'authorized') {
    await withdrawPayment(trx, known, core.nowMs())
    return 'voided'
  }
  if (known !== undefined && known.state !== 'captured') return 'left'
  if (known === undefined) await adoptCharge(core, trx, charge, payKey)
  if (charge.capturedMinor === 0) return 'voided'
  const refund = await decideRefund(core, trx, { payKey, reason: 'unmatched' })
  return refund.ok ? 'refunded' : 'left'
}

/** Take a charge into the books that no journal explained, so that it can be given back. */
async function adoptCharge(
  core: Core,
  trx: BooksTransaction,
  charge: Charge,
  payKey: PayKey,
): Promise<void> {
  const { origin } = charge
  assert(origin !== null, 'only a charge of ours is adopted')
  const isCaptured = charge.capturedMinor > 0
  await trx
    .insertInto('payment')
    .values({
      pay_key: payKey,
      order_id: origin.orderId,
      node_id: origin.nodeId,
      epoch: origin.epoch,
      sequence: origin.sequence,
      method: 'card',
      reference: null,
      amount_minor: charge.amountMinor,
      currency: charge.currency,
      state: isCaptured ? 'captured' : 'voiding',
      capture_at_once: 0,
      charge_id: charge.chargeId,
      captured_minor: charge.capturedMinor,
      // What was given back outside of these books is not given back again.
      refunded_minor: charge.refundedMinor,
      disputed_minor: charge.disputedMinor,
      disputed_at_ms: charge.disputedMinor > 0 ? core.nowMs() : null,
      fee_minor: charge.feeMinor,
      requested_at_ms: core.nowMs(),
      next_at_ms: isCaptured ? null : core.nowMs(),
    })
    .execute()
}
