import type { NodeId, OrderId, PayKey, RefundId } from '../id.ts'
import type { Currency } from '../money.ts'
import type { OrderState } from '../order/order-state.ts'
import type { PaymentMethod } from '../stall/event.ts'

/**
 * Where a payment stands in the books.
 *
 * ```
 * requested ──► authorized ──► captured          any of the first four ──► voiding ──► voided
 *     │    ╲        │  ▲          ▲
 *     ▼     ╲       ▼  │          │ (found by a lookup, however late)
 *  declined  └──► unknown ────────┘
 * ```
 *
 * `voiding`: nobody wants it any more, the processor was not reached yet. `captured` is reachable
 * from everywhere: what the processor took is a fact, and is refunded when nobody wanted it.
 */
export type PaymentState =
  | 'requested'
  | 'unknown'
  | 'authorized'
  | 'captured'
  | 'declined'
  | 'voiding'
  | 'voided'

/** Where a refund stands. `owed`: cash that a person still has to hand over. */
export type RefundState = 'requested' | 'owed' | 'succeeded' | 'failed'

/** An order as the books have it. */
export interface OrderFact {
  readonly orderId: OrderId
  readonly nodeId: NodeId
  readonly state: OrderState
  readonly totalMinor: number
  readonly currency: Currency
  /** When the core first saw it: deadlines count from here. */
  readonly seenAtMs: number
  readonly deadlineAtMs: number | null
  readonly isContested: boolean
  /** Why it is contested, or what its last move was for; a stable code. */
  readonly reason: string | null
}

/** A payment as the books have it. Amounts in minor units. */
export interface PaymentFact {
  readonly payKey: PayKey
  readonly orderId: OrderId
  readonly nodeId: NodeId
  readonly method: PaymentMethod
  readonly state: PaymentState
  readonly amountMinor: number
  readonly currency: Currency
  readonly chargeId: string | null
  readonly capturedMinor: number
  /** Refunds decided, whether or not the processor has made them. */
  readonly refundedMinor: number
  readonly disputedMinor: number
  readonly requestedAtMs: number
  /** Its order wants the money now; a hold's waits for its node's answer. */
  readonly isToCapture: boolean
}

/** A refund as the books have it. Amount in minor units. */
export interface RefundFact {
  readonly refundId: RefundId
  readonly payKey: PayKey
  readonly state: RefundState
  readonly amountMinor: number
  readonly requestedAtMs: number
}

/** A charge as the processor last said it was. */
export interface ChargeFact {
  readonly chargeId: string
  /** `null` when somebody else made it. */
  readonly payKey: PayKey | null
  readonly origin: ChargeFactOrigin | null
  readonly state: 'pending' | 'authorized' | 'captured' | 'declined' | 'voided'
  readonly amountMinor: number
  readonly capturedMinor: number
  readonly refundedMinor: number
  readonly disputedMinor: number
  readonly currency: Currency
  readonly seenAtMs: number
}

/** The journal entry a charge was made for. [O10] */
export interface ChargeFactOrigin {
  readonly nodeId: NodeId
  readonly epoch: number
  readonly sequence: number
  /** Whether the core has that entry: if not, its node is cut off and may still explain it. */
  readonly isReceived: boolean
}

/** All that is known of one sale on its three sides: journal, books and processor. */
export interface MatchCase {
  readonly order: OrderFact | null
  readonly payments: readonly PaymentFact[]
  readonly refunds: readonly RefundFact[]
  readonly charges: readonly ChargeFact[]
}

const PAYMENT_IS_OPEN: Readonly<Record<PaymentState, boolean>> = {
  requested: true,
  unknown: true,
  authorized: true,
  voiding: true,
  captured: false,
  declined: false,
  voided: false,
}

/** Whether the processor may still take money for it, so that its units must not move on. [O5] */
export function isPaymentOpen(state: PaymentState): boolean {
  return PAYMENT_IS_OPEN[state]
}
