import type { PaymentState } from '@nightmarket/kernel'
import type { Charge } from '@nightmarket/payments'

import type { PaymentRow } from './payment-row.ts'
import { isOverdue } from './payment-step.ts'
import { KEY_FORGOTTEN_MS, retryAtMs, type PaymentTerms } from './payment-terms.ts'

/** What an answer makes of a payment's row. Nobody has to act while `next_at_ms` is `null`. */
export type PaymentChange = Pick<
  PaymentRow,
  'state' | 'charge_id' | 'captured_minor' | 'disputed_minor' | 'fee_minor' | 'decline_code'
> & { readonly next_at_ms: number | null }

/**
 * Decide what a charge, as the processor has it, makes of a payment.
 *
 * - [PM3] Facts only go forward: an answer that is older than what is known changes nothing, so
 *   that late, repeated and reordered answers are harmless.
 * - [PM4] What the processor took is a fact in every state, also after a void or a decline.
 * - [PM5] A charge of another amount or currency settles nothing: a person compares.
 * - [PM6] An authorisation that nobody wants, or that comes after the deadline, is voided. [O5]
 */
export function changeByCharge(
  payment: PaymentRow,
  charge: Charge,
  nowMs: number,
  terms: PaymentTerms,
): PaymentChange {
  const again = retryAtMs(nowMs, payment.attempts, terms)
  const kept = keep(payment, charge)
  if (charge.amountMinor !== payment.amount_minor || charge.currency !== payment.currency) {
    const next_at_ms = isFinal(payment.state) ? null : nowMs + terms.retryMsMax
    return { ...keep(payment), next_at_ms }
  }
  if (charge.capturedMinor > 0) return { ...kept, state: 'captured', next_at_ms: null }
  if (isFinal(payment.state)) return { ...kept, next_at_ms: null }
  if (charge.state === 'declined' || charge.state === 'voided') {
    return { ...kept, state: charge.state, next_at_ms: null }
  }
  const isUnwanted = payment.state === 'voiding' || isOverdue(payment, nowMs, terms)
  if (isUnwanted) {
    const isKnown = payment.state === 'voiding' && payment.charge_id !== null
    return { ...kept, state: 'voiding', next_at_ms: isKnown ? again : nowMs }
  }
  if (charge.state !== 'authorized') return { ...kept, state: 'unknown', next_at_ms: again }
  const captureAtMs = payment.state === 'authorized' ? again : nowMs
  const next_at_ms = payment.capture_at_once === 1 ? captureAtMs : nowMs + terms.authorizedMs
  return { ...kept, state: 'authorized', next_at_ms }
}

/**
 * Decide what silence makes of a payment: it is unknown and looked up again, with backoff.
 *
 * [PM7] A key that was never found although the processor has forgotten it by now made no charge:
 * that is a completed void.
 */
export function changeBySilence(
  payment: PaymentRow,
  isAbsent: boolean,
  nowMs: number,
  terms: PaymentTerms,
): PaymentChange {
  const kept = keep(payment)
  if (isFinal(payment.state)) return { ...kept, next_at_ms: null }
  const isForgotten = nowMs - payment.requested_at_ms >= KEY_FORGOTTEN_MS
  if (isAbsent && isForgotten) return { ...kept, state: 'voided', next_at_ms: null }
  const state = payment.state === 'voiding' ? 'voiding' : 'unknown'
  return { ...kept, state, next_at_ms: retryAtMs(nowMs, payment.attempts, terms) }
}

function keep(payment: PaymentRow, charge?: Charge): PaymentChange {
  return {
    state: payment.state,
    charge_id: charge?.chargeId ?? payment.charge_id,
    captured_minor: Math.max(payment.captured_minor, charge?.capturedMinor ?? 0),
    disputed_minor: Math.max(payment.disputed_minor, charge?.disputedMinor ?? 0),
    fee_minor: Math.max(payment.fee_minor, charge?.feeMinor ?? 0),
    decline_code: charge?.declineCode ?? payment.decline_code,
    next_at_ms: payment.next_at_ms,
  }
}

function isFinal(state: PaymentState): boolean {
  return state === 'captured' || state === 'declined' || state === 'voided'
}
