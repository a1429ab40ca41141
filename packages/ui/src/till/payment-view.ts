import type { OrderState, PaymentMethod, StallState } from '@nightmarket/kernel'

/** The ways to pay at a counter. A token is a card that was stored before, by its reference. */
export const PAYMENT_WAYS = ['cash', 'card', 'voucher', 'token'] as const

/** One way to pay at a counter. */
export type PaymentWay = (typeof PAYMENT_WAYS)[number]

/** As a journal calls it: to the processor a stored card is a card. */
export function methodOf(way: PaymentWay): PaymentMethod {
  return way === 'token' ? 'card' : way
}

/** The longest reference that the books take. */
const TOKEN_LENGTH_MAX = 255

/** What could be the number on a card, with or without its gaps: never stored, never sent. */
const CARD_NUMBER = /^[\d -]{12,30}$/

/**
 * The reference of a stored payment method as it was scanned or typed, or why it is none. What
 * looks like a card's own number is refused before it gets anywhere near the journal. [SV4]
 */
export function parsePaymentToken(
  text: string,
): { readonly reference: string } | { readonly refusal: 'card_number' | 'not_a_token' } {
  const reference = text.trim()
  if (CARD_NUMBER.test(reference)) return { refusal: 'card_number' }
  const isToken = /^[a-z]{2,}_[\x21-\x7e]+$/.test(reference)
  return isToken && reference.length <= TOKEN_LENGTH_MAX
    ? { reference }
    : { refusal: 'not_a_token' }
}

/**
 * Whether this till has sold for this voucher or token already: its own books say so offline. It
 * may still be good for more; the core decides. [SV5]
 */
export function isUsedHere(state: StallState, reference: string): boolean {
  return state.orders.values().some(({ payment }) => payment.reference === reference)
}

/** What an operator is told of a payment: certain, being checked, or refused. */
export type PaymentStanding = 'in_drawer' | 'stored' | 'promised' | 'paid' | 'refused'

const STANDINGS: Readonly<Record<OrderState, 'open' | 'paid' | 'refused'>> = {
  accepted: 'open',
  deferred: 'open',
  unknown: 'open',
  authorized: 'paid',
  captured: 'paid',
  fulfilled: 'paid',
  rescue: 'refused',
  released: 'refused',
  voided: 'refused',
  refund_due: 'refused',
  refunded: 'refused',
  disputed: 'refused',
}

/**
 * How sure the money of a sale is. Cash is in the drawer; everything else is a promise until the
 * core has said what became of it, and is never shown as more. [SV6]
 */
export function paymentStanding(
  method: PaymentMethod,
  state: OrderState,
  isStored: boolean,
): PaymentStanding {
  const standing = STANDINGS[state]
  if (standing !== 'open') return standing === 'paid' && method === 'cash' ? 'in_drawer' : standing
  return isStored ? 'stored' : 'promised'
}
