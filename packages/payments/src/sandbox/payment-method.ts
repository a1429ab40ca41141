import { missing } from './problem.ts'

/** What a test card does when it is charged. */
export type CardBehaviour =
  | { readonly type: 'accepted'; readonly isDisputed: boolean }
  | { readonly type: 'declined'; readonly code: string; readonly declineCode: string | null }

const accepted: CardBehaviour = { type: 'accepted', isDisputed: false }

function declined(code: string, declineCode: string | null = null): CardBehaviour {
  return { type: 'declined', code, declineCode }
}

/** Stripe's test payment methods, by the part of their id after `pm_card_`. */
const CARDS: ReadonlyMap<string, CardBehaviour> = new Map([
  ['visa', accepted],
  ['visa_debit', accepted],
  ['mastercard', accepted],
  ['mastercard_debit', accepted],
  ['amex', accepted],
  ['discover', accepted],
  ['diners', accepted],
  ['jcb', accepted],
  ['unionpay', accepted],
  ['createDispute', { type: 'accepted', isDisputed: true }],
  ['chargeDeclined', declined('card_declined', 'generic_decline')],
  ['chargeDeclinedInsufficientFunds', declined('card_declined', 'insufficient_funds')],
  ['chargeDeclinedLostCard', declined('card_declined', 'lost_card')],
  ['chargeDeclinedStolenCard', declined('card_declined', 'stolen_card')],
  ['chargeDeclinedFraudulent', declined('card_declined', 'fraudulent')],
  ['chargeDeclinedVelocityLimitExceeded', declined('card_declined', 'card_velocity_exceeded')],
  ['chargeDeclinedExpiredCard', declined('expired_card', 'expired_card')],
  ['chargeDeclinedIncorrectCvc', declined('incorrect_cvc', 'incorrect_cvc')],
  ['chargeDeclinedProcessingError', declined('processing_error', 'processing_error')],
  ['authenticationRequired', declined('authentication_required', 'authentication_required')],
])

/**
 * What this payment method does: a test card, one that a sandbox reader has read, whose id ends in
 * the payment's key, one that is kept for a customer, or one that was entered in the card form.
 * Stripe spells the declining ones with and without `visa_`.
 */
export function cardBehaviour(paymentMethod: string): CardBehaviour {
  const name = cardNameOf(paymentMethod)
  const behaviour = CARDS.get(name) ?? CARDS.get(name.replace(/^visa_/, ''))
  if (behaviour === undefined) throw missing('PaymentMethod', paymentMethod, 'payment_method')
  return behaviour
}

/** The test card behind a payment method, such as `visa`; empty for what is none. */
export function cardNameOf(paymentMethod: string): string {
  const pattern = /^pm_(?:card_(.+)|(?:reader|kept|entered)_(.+)_[A-Za-z0-9]+)$/
  const [, test, made] = pattern.exec(paymentMethod) ?? []
  return test ?? made ?? ''
}

/** The last digits of Stripe's test cards that are not a Visa. */
const LAST_DIGITS: ReadonlyMap<string, string> = new Map([
  ['mastercard', '4444'],
  ['amex', '0005'],
  ['discover', '1117'],
])

/** A test card as Stripe shows it. */
export function paymentMethodObject(paymentMethod: string) {
  cardBehaviour(paymentMethod)
  const brand = /mastercard|amex|discover|diners|jcb|unionpay/.exec(paymentMethod)?.[0] ?? 'visa'
  const last4 = LAST_DIGITS.get(brand) ?? '4242'
  return {
    id: paymentMethod,
    object: 'payment_method' as const,
    card: { brand, exp_month: 12, exp_year: 2034, funding: 'credit', last4 },
    customer: null,
    livemode: false as const,
    metadata: {},
    type: 'card' as const,
  }
}
