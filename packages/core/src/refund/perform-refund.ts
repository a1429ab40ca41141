import { isPaymentOpen, type RefundId } from '@nightmarket/kernel'
import { ProcessorFault, type Charge } from '@nightmarket/payments'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { OutcomeWriter } from '../payment/outcome-writer.ts'
import { findPayment, type PaymentRow } from '../payment/payment-row.ts'
import { retryAtMs, type PaymentTerms } from '../payment/payment-terms.ts'
import { withinDeadline } from '../payment/within-deadline.ts'
import { findWalletPayment } from '../wallet/draw-wallet.ts'
import { completeRefund, failRefund } from './complete-refund.ts'
import type { RefundRow } from './refund-row.ts'

/** A refund that was claimed, and what making it takes. */
export interface RefundTask {
  readonly refund: RefundRow
  readonly writer: OutcomeWriter
  readonly terms: PaymentTerms
  readonly deadlineMs: number
}

type RefundAnswer =
  | { readonly type: 'succeeded'; readonly processorRefundId: string }
  | { readonly type: 'pending' | 'failed' | 'silent' }
  | { readonly type: 'disputed'; readonly charge: Charge }

/**
 * Make a decided refund at the processor, under its id, until it says yes or no. [RF9]
 *
 * The charge is read right before: a dispute that the books have not heard of ends the refund.
 * [RF2] 1 when something was written, 0 when another worker has taken over.
 */
export async function performRefund(core: Core, task: RefundTask): Promise<number> {
  const { refund, writer, deadlineMs } = task
  const payment = await core.books.read('payment of a refund', (trx) =>
    findPayment(trx, refund.pay_key),
  )
  const source = payment === undefined ? null : await moneyOf(core, payment)
  const asked = source === null ? FAILED : askRefund(core, refund, source)
  const answer = await withinDeadline(deadlineMs, asked, { type: 'silent' } as const)
  if (answer.type === 'disputed') {
    const noticed = { type: 'charge', charge: answer.charge } as const
    const payKey = source?.pay_key ?? refund.pay_key
    await writer.write({ payKey, claim: null, answer: noticed })
  }
  return core.books.transact('settle refund', (trx) => settleRefund(core, trx, task, answer))
}

const FAILED: Promise<RefundAnswer> = Promise.resolve({ type: 'failed' })

/** The payment that has the charge: a wallet's own, for what was paid from it. [WL5] */
async function moneyOf(core: Core, payment: PaymentRow): Promise<PaymentRow | null> {
  if (payment.method !== 'wallet') return payment.charge_id === null ? null : payment
  return core.books.read('charge of a wallet', (trx) => findWalletPayment(trx, payment))
}

async function askRefund(
  core: Core,
  refund: RefundRow,
  { charge_id: chargeId, method, state, is_wallet }: PaymentRow,
): Promise<RefundAnswer> {
  const { processor } = core
  // What a wallet has not captured yet cannot go back: it is refunded once it was.
  if (is_wallet === 1 && isPaymentOpen(state)) return { type: 'pending' }
  if (chargeId === null || method !== 'card') return { type: 'failed' }
  try {
    const charge = await processor.read(chargeId)
    if (charge.disputedMinor > 0) return { type: 'disputed', charge }
    const made = await processor.refund({
      refundId: refund.refund_id as RefundId,
      chargeId,
      amountMinor: refund.amount_minor,
    })
    if (made.state !== 'succeeded') return { type: made.state }
    return { type: 'succeeded', processorRefundId: made.processorRefundId }
  } catch (error) {
    if (!(error instanceof ProcessorFault)) throw error
    return { type: error.code === 'conflict' ? 'failed' : 'silent' }
  }
}

async function settleRefund(
  core: Core,
  trx: BooksTransaction,
  { refund, terms }: RefundTask,
  answer: RefundAnswer,
): Promise<number> {
  const now = await trx
    .selectFrom('refund')
    .select('claim')
    .where('refund_id', '=', refund.refund_id)
    .executeTakeFirst()
  if (now?.claim !== refund.claim) return 0
  if (answer.type === 'succeeded') {
    await completeRefund(core, trx, refund, answer.processorRefundId)
    return 1
  }
  if (answer.type === 'failed' || answer.type === 'disputed') {
    await failRefund(trx, refund)
    return 1
  }
  const next_at_ms = retryAtMs(core.nowMs(), refund.attempts, terms)
  await trx
    .updateTable('refund')
    .set({ next_at_ms, claim: null, claimed_until_ms: null })
    .where('refund_id', '=', refund.refund_id)
    .execute()
  return 1
}
