/**
 * What a client writes on an object. The objects here are those of Stripe's API that the sandbox
 * keeps, as they look on the wire, with times in seconds; the last three are its own.
 */
export type Metadata = Readonly<Record<string, string>>

/** The states that an intent of the sandbox can be in: it is confirmed as it is made. */
export type IntentStatus = 'requires_payment_method' | 'requires_capture' | 'succeeded' | 'canceled'

/** Why the last attempt to charge a card failed. */
export interface CardFailure {
  readonly type: 'card_error'
  readonly code: string
  readonly decline_code: string | null
  readonly message: string
  readonly charge: string
}

/** A payment that is wanted. Our processor's charge. */
export interface IntentObject {
  readonly id: string
  readonly object: 'payment_intent'
  readonly amount: number
  readonly amount_capturable: number
  readonly amount_received: number
  readonly canceled_at: number | null
  readonly cancellation_reason: string | null
  readonly capture_method: 'automatic' | 'manual'
  readonly client_secret: string
  readonly confirmation_method: 'automatic'
  readonly created: number
  readonly currency: string
  readonly last_payment_error: CardFailure | null
  readonly latest_charge: string
  readonly livemode: false
  readonly metadata: Metadata
  readonly next_action: null
  readonly payment_method: string | null
  readonly payment_method_types: readonly string[]
  readonly status: IntentStatus
}

/** One attempt to charge a card. */
export interface ChargeObject {
  readonly id: string
  readonly object: 'charge'
  readonly amount: number
  readonly amount_captured: number
  readonly amount_refunded: number
  readonly balance_transaction: string | null
  readonly captured: boolean
  readonly created: number
  readonly currency: string
  readonly disputed: boolean
  readonly failure_code: string | null
  readonly failure_message: string | null
  readonly livemode: false
  readonly metadata: Metadata
  readonly paid: boolean
  readonly payment_intent: string
  readonly payment_method: string
  readonly refunded: boolean
  readonly status: 'succeeded' | 'failed'
}

/** A movement of the balance: what came or went, and what it cost. */
export interface BalanceTransactionObject {
  readonly id: string
  readonly object: 'balance_transaction'
  readonly amount: number
  readonly created: number
  readonly currency: string
  readonly exchange_rate: null
  readonly fee: number
  readonly net: number
  readonly source: string
  readonly status: 'pending'
  readonly type: 'charge' | 'refund' | 'refund_failure' | 'adjustment'
}

/** Money on its way back to a card. */
export interface RefundObject {
  readonly id: string
  readonly object: 'refund'
  readonly amount: number
  readonly balance_transaction: string | null
  readonly charge: string
  readonly created: number
  readonly currency: string
  readonly failure_reason?: string
  readonly metadata: Metadata
  readonly payment_intent: string
  readonly reason: string | null
  readonly status: 'pending' | 'succeeded' | 'failed'
}

/** Whom cards are kept for. */
export interface CustomerObject {
  readonly id: string
  readonly object: 'customer'
  readonly created: number
  readonly livemode: false
  readonly metadata: Metadata
}

/** A card that may be charged again. */
export interface KeptMethodObject {
  readonly id: string
  readonly object: 'payment_method'
  readonly card: object
  readonly created: number
  readonly customer: string
  readonly livemode: false
  readonly metadata: Metadata
  readonly type: 'card'
}

/** An attempt to keep a card. */
export interface SetupIntentObject {
  readonly id: string
  readonly object: 'setup_intent'
  readonly created: number
  readonly customer: string
  readonly livemode: false
  readonly metadata: Metadata
  readonly payment_method: string | null
  readonly status: 'requires_payment_method' | 'requires_action' | 'succeeded'
  readonly usage: 'off_session' | 'on_session'
}

/** Where a dispute stands. The last two are final. */
export type DisputeStatus = 'needs_response' | 'under_review' | 'won' | 'lost'

/** A cardholder's bank has taken money back. */
export interface DisputeObject {
  readonly id: string
  readonly object: 'dispute'
  readonly amount: number
  readonly balance_transactions: readonly BalanceTransactionObject[]
  readonly charge: string
  readonly created: number
  readonly currency: string
  readonly is_charge_refundable: boolean
  readonly livemode: false
  readonly metadata: Metadata
  readonly payment_intent: string
  readonly reason: string
  readonly status: DisputeStatus
}

/** Something happened to an object, which it shows as it was then. */
export interface EventObject {
  readonly id: string
  readonly object: 'event'
  readonly api_version: string
  readonly created: number
  readonly data: { readonly object: IntentObject | ChargeObject | RefundObject | DisputeObject }
  readonly livemode: false
  readonly type: string
}

/** An address that wants to be told about events. */
export interface EndpointObject {
  readonly id: string
  readonly object: 'webhook_endpoint'
  readonly created: number
  readonly enabled_events: readonly string[]
  readonly livemode: false
  readonly secret: string
  readonly status: 'enabled'
  readonly url: string
}

/** One webhook still to be delivered. Outlives the process, like the event it carries. */
export interface Delivery {
  readonly id: string
  readonly created: number
  readonly eventId: string
  readonly endpointId: string
  readonly attempt: number
  readonly dueMs: number
}

/** A refund that will fail at `dueMs`. */
export interface RefundTimer {
  readonly id: string
  readonly created: number
  readonly dueMs: number
  readonly reason: string
}

/** The stored answer of an idempotency key. */
export interface StoredAnswer {
  readonly id: string
  readonly created: number
  /** Method, path and body of the first request. */
  readonly fingerprint: string
  readonly requestId: string
  readonly status: number
  readonly body: string
}
