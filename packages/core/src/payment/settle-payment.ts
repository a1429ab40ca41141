import { assert, unreachable } from '@nightmarket/kernel'
import type { NodeId, OrderId, PayKey, PaymentOutcome, PaymentState } from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { appendFeed } from '../feed/append-feed.ts'
import { bookPayment } from '../ledger/book-payment.ts'
import { createReleaseReader, type ReleaseReader } from '../order/pinned-release.ts'
import { decideRefund } from '../refund/decide-refund.ts'
import { redeemVoucher } from '../voucher/redeem-voucher.ts'
import { drawFromWallet } from '../wallet/draw-wallet.ts'
import { followWallet, settleWallet } from '../wallet/settle-wallet.ts'
import { followPayment } from './follow-payment.ts'
import type { PaymentAnswer } from './payment-answer.ts'
import { changeByCharge, changeBySilence, type PaymentChange } from './payment-change.ts'
import { findOrderOf, findPayment, type PaymentRow } from './payment-row.ts'
import type { PaymentTerms } from './payment-terms.ts'

/** An answer to write down, and the claim it was asked under: `null` if it was only noticed. */
export interface Outcome {
  readonly payKey: string
  readonly claim: string | null
  readonly answer: PaymentAnswer
}

/**
 * Write an outcome: payment, order, ledger and feed, in the caller's transaction. [PM8]
 *
 * An answer under a claim is written only while the claim still stands, so that a slow worker
 * cannot overtake the one that took over; whether it was written is returned. A notice has no
 * claim: what the processor said is then only taken where it goes forward. [PM3]
 */
export async function settlePayment(
  core: Core,
  trx: BooksTransaction,
  terms: PaymentTerms,
  outcome: Outcome,
  readRelease: ReleaseReader = createReleaseReader(trx),
): Promise<boolean> {
  const before = await findPayment(trx, outcome.payKey)
  if (before === undefined) return false
  if (outcome.claim !== null && before.claim !== outcome.claim) return false
  const change = await changeOf(core, trx, terms, before, outcome.answer)
  const after = rowAfter(before, change, outcome.claim, core.nowMs())
  await writePayment(trx, after)
  const order = await findOrderOf(trx, after)
  await bookPayment(core, trx, readRelease, { before, after, order })
  await tellOutcome(core, trx, before, after)
  if (after.is_wallet === 1) {
    await followWallet(core, trx, before, after)
  } else if (order !== undefined) {
    await followPayment(core, trx, readRelease, { before, after, order, terms })
  } else if (before.state === 'voiding' && after.state === 'captured') {
    await decideRefund(core, trx, { payKey: after.pay_key, reason: 'late_capture' })
  }
  // A wallet that is closing waits for the last of its orders.
  if (after.method === 'wallet') await settleWallet(core, trx, after.reference ?? '')
  return true
}

async function changeOf(
  core: Core,
  trx: BooksTransaction,
  terms: PaymentTerms,
  payment: PaymentRow,
  answer: PaymentAnswer,
): Promise<PaymentChange> {
  switch (answer.type) {
    case 'charge':
      return changeByCharge(payment, answer.charge, core.nowMs(), terms)
    case 'absent':
    case 'silent':
      return changeBySilence(payment, answer.type === 'absent', core.nowMs(), terms)
    case 'local':
      return changeLocally(trx, payment, core.nowMs())
    default:
      return unreachable(answer)
  }
}

/**
 * Settle what needs no processor: cash is in the drawer, a voucher is redeemed and a wallet drawn
 * from here and now, and a payment that nobody was asked for is voided by not asking.
 */
async function changeLocally(
  trx: BooksTransaction,
  payment: PaymentRow,
  atMs: number,
): Promise<PaymentChange> {
  const kept: PaymentChange = { ...payment, next_at_ms: null }
  if (payment.state === 'voiding') return { ...kept, state: 'voided' }
  if (payment.state !== 'requested') return kept
  assert(payment.method !== 'card', 'a card is settled by its processor')
  const taken = { ...kept, state: 'captured' as const, captured_minor: payment.amount_minor }
  if (payment.method === 'cash') return taken
  if (payment.method === 'wallet') {
    const isDrawn = await drawFromWallet(trx, payment.reference ?? '', payment)
    return isDrawn ? taken : { ...kept, state: 'declined', decline_code: 'wallet_refused' }
  }
  const isRedeemed = await redeemVoucher(trx, {
    voucherHash: payment.reference ?? '',
    amountMinor: payment.amount_minor,
    currency: payment.currency,
    atMs,
  })
  return isRedeemed ? taken : { ...kept, state: 'declined', decline_code: 'voucher_refused' }
}

/** The row after a change. A notice does not end another worker's claim while work is left. */
function rowAfter(
  before: PaymentRow,
  change: PaymentChange,
  claim: string | null,
  nowMs: number,
): PaymentRow {
  const isNoticed = claim === null && change.next_at_ms !== null
  const next_at_ms =
    isNoticed && before.next_at_ms !== null && change.next_at_ms !== null
      ? Math.min(before.next_at_ms, change.next_at_ms)
      : change.next_at_ms
  return {
    ...before,
    state: change.state,
    charge_id: change.charge_id,
    captured_minor: change.captured_minor,
    disputed_minor: change.disputed_minor,
    fee_minor: change.fee_minor,
    decline_code: change.decline_code,
    next_at_ms,
    claim: isNoticed ? before.claim : null,
    claimed_until_ms: isNoticed ? before.claimed_until_ms : null,
    disputed_at_ms: before.disputed_at_ms ?? (change.disputed_minor > 0 ? nowMs : null),
  }
}

async function writePayment(trx: BooksTransaction, after: PaymentRow): Promise<void> {
  const { pay_key, refunded_minor: _, ...fields } = after
  await trx.updateTable('payment').set(fields).where('pay_key', '=', pay_key).execute()
}

const OUTCOMES: Readonly<Record<PaymentState, PaymentOutcome | null>> = {
  requested: null,
  unknown: 'unknown',
  authorized: 'authorized',
  captured: 'captured',
  declined: 'declined',
  voiding: null,
  voided: 'voided',
}

/** [PM9] The node that sold hears each outcome once. Cash it took itself. */
async function tellOutcome(
  core: Core,
  trx: BooksTransaction,
  before: PaymentRow,
  after: PaymentRow,
): Promise<void> {
  const outcome = OUTCOMES[after.state]
  if (after.state === before.state || outcome === null || after.method === 'cash') return
  await appendFeed(core, trx, after.node_id as NodeId, {
    type: 'payment.settled',
    body: { orderId: after.order_id as OrderId, payKey: after.pay_key as PayKey, outcome },
  })
}
