import { z } from 'zod'

import { estimateFee } from '../stripe/fee.ts'
import { bookBalance } from './balance.ts'
import { openDispute } from './dispute.ts'
import { emitEvent } from './event.ts'
import { metadata, truth, wholeNumber } from './form.ts'
import { assertOwnMethod } from './kept-method.ts'
import type { ChargeObject, IntentObject } from './object.ts'
import { cardBehaviour, type CardBehaviour } from './payment-method.ts'
import { invalidParameter, missing, SandboxProblem, unexpectedState } from './problem.ts'
import type { SandboxState } from './state.ts'

/** Stripe's least charge in the currencies that most hosts use, in minor units. */
export const CHARGE_MINOR_MIN = 50

/** Stripe's greatest charge, in minor units. */
export const CHARGE_MINOR_MAX = 99_999_999

const expand = z.array(z.string()).default([])

/** What an intent is made with. The sandbox knows cards that are confirmed as they are made. */
export const createParameters = z.strictObject({
  amount: wholeNumber(1),
  currency: z.string().regex(/^[a-z]{3}$/, 'must be three lower-case letters'),
  payment_method: z.string().max(200),
  customer: z.string().optional(),
  off_session: truth.default(false),
  allowed_payment_method_types: z.array(z.literal('card')).default(['card']),
  capture_method: z.enum(['automatic', 'manual']).default('automatic'),
  confirm: z.literal('true', 'the sandbox knows only confirm=true'),
  error_on_requires_action: truth.default(false),
  description: z.string().optional(),
  metadata: metadata.default({}),
  expand,
})

/** What a capture takes; all that is capturable when it names no amount. */
export const captureParameters = z.strictObject({
  amount_to_capture: wholeNumber(1).optional(),
  expand,
})

/** What a cancellation takes. */
export const cancelParameters = z.strictObject({
  cancellation_reason: z
    .enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'])
    .optional(),
  expand,
})

type CreateParameters = z.infer<typeof createParameters>

/** Make an intent and charge its card at once. Throws the card error that the caller answers. */
export function createIntent(state: SandboxState, parameters: CreateParameters): IntentObject {
  assertAmount(parameters.amount)
  assertOwnMethod(state, parameters.payment_method, parameters.customer)
  const behaviour = behaviourOf(state, parameters.payment_method)
  const { intent, charge } = draft(state, parameters)
  const delayMs = state.strike('list_lag')?.delayMs
  const visibleAtMs = delayMs === undefined ? 0 : state.nowMs() + delayMs
  state.charges.put(charge, visibleAtMs)
  state.intents.put(intent, visibleAtMs)
  if (behaviour.type === 'declined') throw decline(state, intent, charge, behaviour)
  const authorized = authorize(state, intent, charge)
  if (intent.capture_method === 'manual') return authorized
  const captured = capture(state, authorized, intent.amount)
  if (behaviour.isDisputed) openDispute(state, { payment_intent: intent.id })
  return captured
}

/** Find an intent, or throw a 404 problem. */
export function readIntent(state: SandboxState, id: string): IntentObject {
  const intent = state.intents.get(id)
  if (intent === undefined) throw missing('payment_intent', id, 'intent')
  return intent
}

/** The card charge of an intent. */
export function chargeOfIntent(state: SandboxState, intent: IntentObject): ChargeObject {
  const charge = state.charges.get(intent.latest_charge)
  if (charge === undefined) throw missing('charge', intent.latest_charge, 'id')
  return charge
}

/** Take the money that was authorized. Throws a 400 problem in any other state. */
export function captureIntent(
  state: SandboxState,
  id: string,
  parameters: z.infer<typeof captureParameters>,
): IntentObject {
  const intent = readIntent(state, id)
  if (intent.status !== 'requires_capture') throw unexpectedState('captured', intent)
  const amount = parameters.amount_to_capture ?? intent.amount_capturable
  if (amount > intent.amount_capturable) {
    throw invalidParameter('amount_to_capture', 'more than is capturable', 'amount_too_large')
  }
  return capture(state, intent, amount)
}

/** Let go of what was authorized. Throws a 400 problem once it is captured or canceled. */
export function cancelIntent(
  state: SandboxState,
  id: string,
  parameters: z.infer<typeof cancelParameters>,
): IntentObject {
  const intent = readIntent(state, id)
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    throw unexpectedState('canceled', intent)
  }
  const charge = chargeOfIntent(state, intent)
  if (charge.status === 'succeeded') {
    state.charges.put({ ...charge, amount_refunded: charge.amount, refunded: true })
  }
  const canceled: IntentObject = {
    ...intent,
    amount_capturable: 0,
    canceled_at: state.nowSeconds(),
    cancellation_reason: parameters.cancellation_reason ?? null,
    status: 'canceled',
  }
  state.intents.put(canceled)
  emitEvent(state, 'payment_intent.canceled', canceled)
  return canceled
}

function assertAmount(amount: number): void {
  if (amount < CHARGE_MINOR_MIN) {
    const message = `Amount must be at least ${CHARGE_MINOR_MIN}`
    throw invalidParameter('amount', message, 'amount_too_small')
  }
  if (amount > CHARGE_MINOR_MAX) {
    throw invalidParameter('amount', 'Amount must be no more than 999,999.99', 'amount_too_large')
  }
}

/** The card's own behaviour, unless a fault declines it. */
function behaviourOf(state: SandboxState, paymentMethod: string): CardBehaviour {
  const behaviour = cardBehaviour(paymentMethod)
  if (behaviour.type === 'declined') return behaviour
  const fault = state.strike('decline', (candidate) => {
    return candidate.paymentMethod === undefined || candidate.paymentMethod === paymentMethod
  })
  if (fault === null) return behaviour
  return { type: 'declined', code: 'card_declined', declineCode: fault.declineCode }
}

function draft(
  state: SandboxState,
  { amount, currency, payment_method, capture_method, metadata }: CreateParameters,
): { readonly intent: IntentObject; readonly charge: ChargeObject } {
  const id = state.nextId('pi')
  const chargeId = state.nextId('ch')
  const created = state.nowSeconds()
  const common = { amount, created, currency, livemode: false, metadata } as const
  const intent: IntentObject = {
    ...common,
    id,
    object: 'payment_intent',
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: null,
    cancellation_reason: null,
    capture_method,
    client_secret: `${id}_secret`,
    confirmation_method: 'automatic',
    last_payment_error: null,
    latest_charge: chargeId,
    next_action: null,
    payment_method,
    payment_method_types: ['card'],
    status: 'requires_payment_method',
  }
  const charge: ChargeObject = {
    ...common,
    id: chargeId,
    object: 'charge',
    amount_captured: 0,
    amount_refunded: 0,
    balance_transaction: null,
    captured: false,
    disputed: false,
    failure_code: null,
    failure_message: null,
    paid: false,
    payment_intent: id,
    payment_method,
    refunded: false,
    status: 'failed',
  }
  return { intent, charge }
}

function decline(
  state: SandboxState,
  intent: IntentObject,
  charge: ChargeObject,
  { code, declineCode }: Extract<CardBehaviour, { type: 'declined' }>,
): SandboxProblem {
  const message = 'Your card was declined.'
  state.charges.put({ ...charge, failure_code: code, failure_message: message })
  const failure = { type: 'card_error', code, message, charge: charge.id } as const
  const declined: IntentObject = {
    ...intent,
    last_payment_error: { ...failure, decline_code: declineCode },
    payment_method: null,
  }
  state.intents.put(declined)
  emitEvent(state, 'payment_intent.payment_failed', declined)
  const detail = declineCode === null ? {} : { decline_code: declineCode }
  return new SandboxProblem(402, { ...failure, ...detail, payment_intent: declined })
}

function authorize(state: SandboxState, intent: IntentObject, charge: ChargeObject): IntentObject {
  state.charges.put({ ...charge, paid: true, status: 'succeeded' })
  const authorized: IntentObject = {
    ...intent,
    amount_capturable: intent.amount,
    status: 'requires_capture',
  }
  state.intents.put(authorized)
  if (intent.capture_method === 'manual') {
    emitEvent(state, 'payment_intent.amount_capturable_updated', authorized)
  }
  return authorized
}

function capture(state: SandboxState, intent: IntentObject, amount: number): IntentObject {
  const charge = chargeOfIntent(state, intent)
  const fee = estimateFee(amount, state.feeRule)
  const { currency } = intent
  const booked = bookBalance(state, { amount, currency, fee, source: charge.id, type: 'charge' })
  state.charges.put({
    ...charge,
    amount_captured: amount,
    amount_refunded: charge.amount - amount,
    balance_transaction: booked.id,
    captured: true,
  })
  const captured: IntentObject = {
    ...intent,
    amount_capturable: 0,
    amount_received: amount,
    status: 'succeeded',
  }
  state.intents.put(captured)
  emitEvent(state, 'payment_intent.succeeded', captured)
  return captured
}
