import type { Charge } from '@nightmarket/payments'

/**
 * What the world said of a payment.
 *
 * - `charge`: the processor's charge as it is now.
 * - `absent`: it has no charge for this key as far as it can tell.
 * - `silent`: it did not answer; whether it acted is unknown.
 * - `local`: no processor was needed: cash, a voucher, or nobody was asked.
 */
export type PaymentAnswer =
  | { readonly type: 'charge'; readonly charge: Charge }
  | { readonly type: 'absent' }
  | { readonly type: 'silent' }
  | { readonly type: 'local' }
