import type { Currency, OrderId, PayKey, RefundId } from '@nightmarket/kernel'

/** Where a charge came from: tells a charge without an entry from a partitioned node. [O10] */
export interface ChargeOrigin {
  readonly orderId: OrderId
  readonly nodeId: string
  readonly epoch: number
  readonly sequence: number
}

export interface AuthorizeRequest {
  /** The idempotency key, made by the buyer's device. The same key is the same charge. [O1] */
  readonly payKey: PayKey
  /** The processor's payment-method id. */
  readonly reference: string
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

export type ChargeState = 'pending' | 'authorized' | 'captured' | 'declined' | 'voided'

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
 * with the same key, never guessed. [O2, O3]
 *
 * - [PR1] The same `payKey` with the same request is one charge, however often it is sent.
 * - [PR2] A decline is a `Charge` with state `declined`, not a fault.
 * - [PR3] `lookup` finds a charge by its pay key even when its answer was lost.
 * - [PR4] The same refund id is one refund.
 * - [PR5] A notice with a wrong signature, or an old one, is refused.
 */
export interface Processor {
  readonly name: string
  authorize(request: AuthorizeRequest): Promise<Charge>
  capture(chargeId: string, payKey: PayKey): Promise<Charge>
  void(chargeId: string, payKey: PayKey): Promise<Charge>
  refund(request: {
    readonly refundId: RefundId
    readonly chargeId: string
    readonly amountMinor: number
  }): Promise<Refund>
  read(chargeId: string): Promise<Charge>
  /** `null` when the processor has no charge for this key as far as it can tell now. */
  lookup(payKey: PayKey): Promise<Charge | null>
  /** Charges created at or after `sinceMs`, oldest first, every page. */
  list(sinceMs: number): AsyncIterable<Charge>
  /** Throws `NoticeRefused` when the signature does not match. */
  parseNotice(body: string, signature: string): ProcessorNotice
}

/** The processor did not answer, or not usefully: whether it acted is unknown. */
export class ProcessorFault extends Error {
  override readonly name = 'ProcessorFault'
  readonly code: 'timeout' | 'unavailable' | 'rate_limited' | 'misconfigured' | 'conflict'
  constructor(code: ProcessorFault['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** A notice that nobody who knows the secret has signed, or that is too old. */
export class NoticeRefused extends Error {
  override readonly name = 'NoticeRefused'
  readonly code = 'notice_refused'
}
