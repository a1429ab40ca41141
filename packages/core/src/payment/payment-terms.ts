import { assert } from '@nightmarket/kernel'

/** The times of paying, in milliseconds. */
export interface PaymentTerms {
  /** From the request to the moment when the core stops trying and voids. [O3] */
  readonly unknownMs: number
  /** From the request to the moment when the same key is not sent again, only looked up. [O2] */
  readonly keyMs: number
  /** How often an authorisation that waits for its node's answer is looked at again. */
  readonly authorizedMs: number
  readonly retryFirstMs: number
  readonly retryMsMax: number
}

/**
 * The defaults. `keyMs` stays below the processor's 24 hours, so that a key is not sent at the very
 * moment it is forgotten; `unknownMs` leaves half of the sixty minutes to a person. [R3]
 */
export const PAYMENT_TERMS: PaymentTerms = {
  unknownMs: 30 * 60_000,
  keyMs: 23 * 3_600_000,
  authorizedMs: 6 * 3_600_000,
  retryFirstMs: 500,
  retryMsMax: 60_000,
}

/** How long a processor may take until a key it never showed is known to have made no charge. */
export const KEY_FORGOTTEN_MS = 26 * 3_600_000

/** When to try again after this many attempts: doubling, with a ceiling. */
export function retryAtMs(nowMs: number, attempts: number, terms: PaymentTerms): number {
  assert(attempts >= 0, 'attempts are counted from 0')
  const doubled = terms.retryFirstMs * 2 ** Math.min(attempts, 20)
  return nowMs + Math.min(doubled, terms.retryMsMax)
}
