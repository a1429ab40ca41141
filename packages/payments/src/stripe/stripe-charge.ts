import type Stripe from 'stripe'
import { parseId, type Id, type OrderId, type PayKey } from '@nightmarket/kernel'

import type { AuthorizeRequest, Charge, ChargeOrigin, ChargeState } from '../processor.ts'
import { estimateFee, type FeeRule } from './fee.ts'

/** What a charge is read with, in one request: its card charge and what that cost us. */
export const CHARGE_EXPANSION = ['latest_charge.balance_transaction']

/** What we write on a payment intent, so that its origin can be told without our books. [O10] */
export function metadataOf({ payKey, origin }: AuthorizeRequest): Record<string, string> {
  return {
    payKey,
    orderId: origin.orderId,
    nodeId: origin.nodeId,
    epoch: String(origin.epoch),
    sequence: String(origin.sequence),
  }
}

/** A payment intent as our charge. `disputedMinor` comes from its disputes, which are not on it. */
export function chargeOf(
  intent: Stripe.PaymentIntent,
  rule: FeeRule,
  disputedMinor: number,
): Charge {
  const card = cardChargeOf(intent)
  const capturedMinor = intent.amount_received
  return {
    chargeId: intent.id,
    payKey: payKeyOf(intent.metadata),
    origin: originOf(intent.metadata),
    state: stateOf(intent),
    amountMinor: intent.amount,
    capturedMinor,
    refundedMinor: refundedOf(card, intent),
    disputedMinor,
    feeMinor: statedFee(card, intent.currency) ?? estimateFee(capturedMinor, rule),
    currency: intent.currency.toUpperCase(),
    createdAtMs: intent.created * 1_000,
    declineCode: declineCodeOf(intent),
  }
}

/** [PR21] Stripe calls the release of what was never captured a refund as well. */
function refundedOf(card: Stripe.Charge | null, intent: Stripe.PaymentIntent): number {
  const { amount, amount_received: capturedMinor } = intent
  if (capturedMinor === 0) return 0
  return Math.max(0, (card?.amount_refunded ?? 0) - (amount - capturedMinor))
}

/** The expanded card charge of an intent, or `null` when it has none, or only its id is here. */
export function cardChargeOf(intent: Stripe.PaymentIntent): Stripe.Charge | null {
  const { latest_charge: card } = intent
  return typeof card === 'string' ? null : card
}

/** The pay key that somebody wrote on an object, if it is one. */
export function payKeyOf(metadata: Stripe.Metadata): PayKey | null {
  return idOrNull<'pay-key'>(metadata['payKey'])
}

/**
 * Our word for Stripe's status. A failed attempt leaves the intent waiting for another method;
 * nobody has its client secret, so none comes, and it is a decline. A new status waits to be known.
 */
function stateOf(intent: Stripe.PaymentIntent): ChargeState {
  switch (intent.status) {
    case 'requires_payment_method':
      return intent.last_payment_error === null ? 'pending' : 'declined'
    case 'requires_capture':
      return 'authorized'
    case 'succeeded':
      return 'captured'
    case 'canceled':
      return 'voided'
    case 'processing':
    case 'requires_action':
    case 'requires_confirmation':
    default:
      return 'pending'
  }
}

function declineCodeOf(intent: Stripe.PaymentIntent): string | null {
  const failure = intent.last_payment_error
  if (failure === null || stateOf(intent) !== 'declined') return null
  return failure.decline_code ?? failure.code ?? 'generic_decline'
}

/** The fee as booked, in the charge's currency; `null` before it is booked. */
function statedFee(card: Stripe.Charge | null, currency: string): number | null {
  const booked = card?.balance_transaction ?? null
  if (booked === null || typeof booked === 'string') return null
  if (booked.currency === currency) return booked.fee
  return booked.exchange_rate === null ? null : Math.round(booked.fee / booked.exchange_rate)
}

function originOf(metadata: Stripe.Metadata): ChargeOrigin | null {
  const orderId: OrderId | null = idOrNull<'order'>(metadata['orderId'])
  const nodeId = idOrNull<'node'>(metadata['nodeId'])
  const epoch = countOrNull(metadata['epoch'])
  const sequence = countOrNull(metadata['sequence'])
  if (orderId === null || nodeId === null || epoch === null || sequence === null) return null
  return { orderId, nodeId, epoch, sequence }
}

function idOrNull<Kind extends string>(text: string | undefined): Id<Kind> | null {
  const parsed = parseId<Kind>(text)
  return parsed.ok ? parsed.value : null
}

function countOrNull(text: string | undefined): number | null {
  const count = Number(text)
  return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(count) ? count : null
}
