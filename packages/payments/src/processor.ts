import type { Currency, OrderId, PayKey, RefundId } from '@nightmarket/kernel'

/** Where a charge came from: tells a charge without an entry from a partitioned node. [O10] */
export interface ChargeOrigin {
  readonly orderId: OrderId
  readonly nodeId: string
  readonly epoch: number
  readonly sequence: number
}

/** What to charge, to what, and why. Amounts in minor units. */
export interface AuthorizeRequest {
  /** The idempotency key, made by the buyer's device. The same key is the same charge. [O1] */
  readonly payKey: PayKey
  /** The processor's payment-method id. */
  readonly reference: string
  /** Whom the processor keeps the method for; absent for one that is used once. */
  readonly customerId?: string
  readonly amountMinor: number
  readonly currency: Currency
  /** Capture at once, when the order is already accepted. */
  readonly capture: boolean
  readonly origin: ChargeOrigin
}

/** A charge as the processor has it now. Amounts in minor units. */
export interface Charge {
  /** The processor's id of the charge. */
  readonly chargeId: string
  /** From the charge's metadata; `null` if somebody else made it. */
  readonly payKey: PayKey | null
  readonly origin: ChargeOrigin | null
  readonly state: ChargeState
  readonly amountMinor: number
  readonly capturedMinor: number
  readonly refundedMinor: number
  readonly disputedMinor: number
  readonly feeMinor: number
  readonly currency: Currency
  readonly createdAtMs: number
  /** Why it was declined, as a stable code; `null` otherwise. */
  readonly declineCode: string | null
}

/** Where a charge stands. `declined` and `voided` are final. */
export type ChargeState = 'pending' | 'authorized' | 'captured' | 'declined' | 'voided'

/** Money given back, as the processor has it now. A failed one needs a new id. */
export interface Refund {
  readonly refundId: RefundId
  readonly processorRefundId: string
  readonly state: 'pending' | 'succeeded' | 'failed'
  readonly amountMinor: number
}

/** A webhook whose signature was checked. The object is always read again, never believed. */
export interface ProcessorNotice {
  readonly noticeId: string
  readonly chargeId: string
  readonly type: string
}

/**
 * A payment processor. Every call has a deadline, no call is made inside a transaction, and a call
 * that fails without an answer throws `ProcessorFault`: the outcome is unknown and is looked up
 * with the same key, never guessed. [O2, O3] Only code `conflict` is a known outcome: the processor
 * answered, and did nothing.
 *
 * - [PR1] The same `payKey` with the same request is one charge, however often it is sent, and the
 *   answer is the charge as it is now. The processor remembers a key for 24 hours: a request older
 *   than that is looked up, not sent again.
 * - [PR2] A decline is a `Charge` with state `declined`, not a fault.
 * - [PR3] `lookup` finds a charge by its pay key even when its answer was lost.
 * - [PR4] The same refund id is one refund.
 * - [PR5] A notice with a wrong signature, or an old one, is refused.
 * - [PR6] The same `payKey` with another request is a conflict, `key_reused`.
 * - [PR7] `capture` of a captured charge answers that charge; of a voided one it is a conflict.
 * - [PR8] `void` of a voided charge answers that charge; of a captured one it is a conflict.
 * - [PR9] Refunds of a charge that together exceed what was captured are a conflict.
 * - [PR10] A refund after a dispute began is a conflict, and the charge shows the disputed amount.
 * - [PR11] `list` yields every charge of the window once, oldest first, over any number of pages.
 * - [PR12] A call that gets no answer ends at its deadline with fault `timeout`.
 * - [PR13] Every charge carries its origin, and `read` gives it back.
 * - [PR21] A capture of a part takes that part once and lets the rest go, which is no refund.
 */
export interface Processor {
  readonly name: string
  authorize(request: AuthorizeRequest): Promise<Charge>
  /** Take what was authorised, or `amountMinor` of it: the rest is let go. [PR21] */
  capture(chargeId: string, payKey: PayKey, amountMinor?: number): Promise<Charge>
  void(chargeId: string, payKey: PayKey): Promise<Charge>
  refund(request: {
    readonly refundId: RefundId
    readonly chargeId: string
    readonly amountMinor: number
  }): Promise<Refund>
  read(chargeId: string): Promise<Charge>
  /**
   * `null` when the processor has no charge for this key as far as it can tell now. `sinceMs` is a
   * time before the first request with this key; without it the last 48 hours are looked through.
   */
  lookup(payKey: PayKey, sinceMs?: number): Promise<Charge | null>
  /** Charges created at or after `sinceMs`, oldest first, every page. */
  list(sinceMs: number): AsyncIterable<Charge>
  /** Throws `NoticeRefused` when the signature does not match. */
  parseNotice(body: string, signature: string): ProcessorNotice
}

/** Why a processor answered that it did nothing. */
export type ConflictReason =
  | 'key_reused'
  | 'charge_unknown'
  | 'charge_pending'
  | 'charge_authorized'
  | 'charge_captured'
  | 'charge_declined'
  | 'charge_voided'
  | 'charge_disputed'
  | 'charge_refunded'
  | 'refund_exceeds_captured'

/**
 * The processor did not answer, or not usefully: whether it acted is unknown, except for code
 * `conflict`, which is its word that it did nothing, for `reason`.
 */
export class ProcessorFault extends Error {
  override readonly name = 'ProcessorFault'
  readonly code: 'timeout' | 'unavailable' | 'rate_limited' | 'misconfigured' | 'conflict'
  /** Set with code `conflict` only. */
  readonly reason: ConflictReason | null
  constructor(
    code: ProcessorFault['code'],
    message: string,
    options?: ErrorOptions & { readonly reason?: ConflictReason },
  ) {
    super(message, options)
    this.code = code
    this.reason = options?.reason ?? null
  }
}

/**
 * A notice that nobody who knows the secret has signed, or that is too old, or (`unrelated`) that
 * concerns no charge, which a route acknowledges, so that it is not sent again.
 */
export class NoticeRefused extends Error {
  override readonly name = 'NoticeRefused'
  readonly code = 'notice_refused'
  readonly reason: 'signature' | 'age' | 'malformed' | 'unrelated'
  constructor(reason: NoticeRefused['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
