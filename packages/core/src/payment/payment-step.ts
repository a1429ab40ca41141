import { unreachable } from '@nightmarket/kernel'

import type { PaymentRow } from './payment-row.ts'
import type { PaymentTerms } from './payment-terms.ts'

/**
 * What to do next about a payment.
 *
 * - `settle`: no processor is needed: cash, a voucher, or a payment that nobody was asked for yet.
 * - `ask`: the first request; nobody was asked before.
 * - `look_up`: somebody may have been asked. `mayAsk`: send the same key again if nothing is found.
 * - `capture`, `void`: an authorisation is known.
 */
export type PaymentStep =
  | { readonly type: 'settle' }
  | { readonly type: 'ask' }
  | { readonly type: 'look_up'; readonly mayAsk: boolean }
  | { readonly type: 'capture'; readonly chargeId: string }
  | { readonly type: 'void'; readonly chargeId: string }

/**
 * Decide the next step from the row as it was claimed. `attempts` counts this claim too.
 *
 * - [PM1] What may have been asked before is looked up first, never asked again blindly. [O2]
 * - [PM2] The same key is sent again while the processor remembers it, and never after. [O2, O3]
 */
export function nextStep(payment: PaymentRow, nowMs: number, terms: PaymentTerms): PaymentStep {
  if (payment.method !== 'card') return { type: 'settle' }
  const { state } = payment
  const isFresh = payment.attempts <= 1 && payment.charge_id === null
  const mayAsk = nowMs - payment.requested_at_ms < terms.keyMs
  switch (state) {
    case 'requested':
      return isFresh ? { type: 'ask' } : { type: 'look_up', mayAsk }
    case 'unknown':
      return { type: 'look_up', mayAsk }
    case 'voiding':
      return isFresh ? { type: 'settle' } : voidStep(payment, mayAsk)
    case 'authorized':
      if (payment.capture_at_once === 0 || payment.charge_id === null) {
        return { type: 'look_up', mayAsk: false }
      }
      return { type: 'capture', chargeId: payment.charge_id }
    case 'captured':
    case 'declined':
    case 'voided':
      return { type: 'settle' }
    default:
      return unreachable(state)
  }
}

/**
 * A void needs a charge to void. One that is not found is asked for, under the same key and as a
 * hold that takes no money. Had the first request been heard, the processor refuses a key whose
 * request changed, so there is never a second charge: it is only a matter of finding the first.
 */
function voidStep(payment: PaymentRow, mayAsk: boolean): PaymentStep {
  if (payment.charge_id !== null) return { type: 'void', chargeId: payment.charge_id }
  return { type: 'look_up', mayAsk }
}

/** Whether the core has waited long enough for this outcome and voids what it finds. [O3] */
export function isOverdue(
  payment: Pick<PaymentRow, 'requested_at_ms' | 'state'>,
  nowMs: number,
  terms: PaymentTerms,
): boolean {
  return payment.state === 'unknown' && nowMs - payment.requested_at_ms >= terms.unknownMs
}
