import Stripe from 'stripe'

import {
  ProcessorFault,
  type AuthorizeRequest,
  type Charge,
  type ConflictReason,
} from '../processor.ts'

type ErrorName = Extract<keyof typeof Stripe.errors, `Stripe${string}`>

/**
 * The fault for each error class of the SDK. Total: an error class that a new SDK brings is a type
 * error here. Card errors reach it only where no card is asked, which is not a decline. [PR15]
 */
const FAULT_CODES = {
  StripeError: 'unavailable',
  StripeCardError: 'unavailable',
  StripeInvalidRequestError: 'misconfigured',
  StripeAPIError: 'unavailable',
  StripeAuthenticationError: 'misconfigured',
  StripePermissionError: 'misconfigured',
  StripeRateLimitError: 'rate_limited',
  StripeConnectionError: 'unavailable',
  StripeSignatureVerificationError: 'misconfigured',
  StripeIdempotencyError: 'conflict',
  StripeOAuthError: 'misconfigured',
  StripeInvalidGrantError: 'misconfigured',
  StripeInvalidClientError: 'misconfigured',
  StripeOAuthInvalidRequestError: 'misconfigured',
  StripeInvalidScopeError: 'misconfigured',
  StripeUnsupportedGrantTypeError: 'misconfigured',
  StripeUnsupportedResponseTypeError: 'misconfigured',
} as const satisfies Record<ErrorName, ProcessorFault['code']>

const REFUND_CONFLICTS: Readonly<Record<string, ConflictReason>> = {
  charge_already_refunded: 'charge_refunded',
  charge_disputed: 'charge_disputed',
  refund_disputed_payment: 'charge_disputed',
}

/** Say what an error of the SDK means to us. What is not the SDK's is thrown on as it is. */
export function faultOf(error: unknown): ProcessorFault {
  if (error instanceof ProcessorFault) return error
  if (!(error instanceof Stripe.errors.StripeError)) throw error
  const reason = conflictOf(error)
  if (reason !== null) return conflict(reason, error)
  const message = `${error.type} ${error.code ?? ''} ${error.requestId ?? ''}: ${error.message}`
  return new ProcessorFault(codeOf(error), message, { cause: error })
}

/** A refusal of the processor: it did nothing, for this reason. */
export function conflict(reason: ConflictReason, cause?: unknown): ProcessorFault {
  const detail = cause instanceof Error ? `: ${cause.message}` : ''
  return new ProcessorFault('conflict', `${reason}${detail}`, { cause, reason })
}

function codeOf(error: Stripe.errors.StripeError): ProcessorFault['code'] {
  if (error instanceof Stripe.errors.StripeConnectionError && isTimeout(error)) return 'timeout'
  // The first request with this key is still running: its outcome is not known yet.
  if (error.code === 'idempotency_key_in_use') return 'unavailable'
  if (error.statusCode !== undefined && error.statusCode >= 500) return 'unavailable'
  return error.type in FAULT_CODES ? FAULT_CODES[error.type as ErrorName] : 'unavailable'
}

function conflictOf(error: Stripe.errors.StripeError): ConflictReason | null {
  if (error.code === 'idempotency_key_in_use') return null
  if (error instanceof Stripe.errors.StripeIdempotencyError) return 'key_reused'
  if (error.code === 'resource_missing' && error.param !== 'payment_method') return 'charge_unknown'
  return REFUND_CONFLICTS[error.code ?? ''] ?? null
}

function isTimeout(error: Stripe.errors.StripeConnectionError): boolean {
  const { detail } = error
  return detail instanceof Error && 'code' in detail && detail.code === 'ETIMEDOUT'
}

/** The parameters of one order: refusing them says no to this order, not to our configuration. */
const ORDER_PARAMETERS: ReadonlySet<string> = new Set(['payment_method', 'amount'])

/**
 * The declined charge for a request refused before there was an intent: a payment method that does
 * not exist or may not be used again, or an amount the processor does not take. [PR2, PR16]
 */
export function refusedCharge(error: unknown, request: AuthorizeRequest): Charge | null {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) {
    if (!(error instanceof Stripe.errors.StripeCardError)) return null
  } else if (!ORDER_PARAMETERS.has(error.param ?? '')) return null
  return {
    chargeId: `none:${request.payKey}`,
    payKey: request.payKey,
    origin: request.origin,
    state: 'declined',
    amountMinor: request.amountMinor,
    capturedMinor: 0,
    refundedMinor: 0,
    disputedMinor: 0,
    feeMinor: 0,
    currency: request.currency,
    createdAtMs: 0,
    declineCode: declineCodeOf(error),
  }
}

function declineCodeOf(error: Stripe.errors.StripeError): string {
  if (error.param === 'payment_method') return 'reference_invalid'
  return error.decline_code || (error.code ?? 'generic_decline')
}
