import type {
  BuyerId,
  DropId,
  HoldId,
  ItemId,
  LeaseId,
  OfferId,
  OperatorId,
  OrderId,
  PayKey,
  ReleaseId,
  TicketId,
  TokenId,
  VariantId,
} from '../id.ts'
import type { Hash } from '../journal/entry.ts'
import type { Currency } from '../money.ts'
import type { OrderMove } from '../order/order-state.ts'
import type { Release } from '../release/release.ts'
import type { CashCounted, StockCounted } from './count.ts'
import type { LeaseHanded, LeaseTaken } from './handover.ts'
import type { RequestDecided, RequestMade } from './till-request.ts'
import type { TipGiven, WalletAsked, WalletClosed } from './wallet.ts'

/** One line of an order: a variant, how many, and the price of each as it was promised. */
export interface OrderLine {
  readonly variantId: VariantId
  readonly quantity: number
  readonly unitPriceMinor: number
}

/** Units of one lease given to a hold or an order. */
export interface Allocation {
  readonly leaseId: LeaseId
  readonly itemId: ItemId
  readonly quantity: number
}

/** What an order was promised under. Honoured after a rollback, and checked by the core. [O6] */
export interface OrderPin {
  readonly releaseId: ReleaseId
  readonly releaseNumber: number
  /** `null` sells at the listing's own price. */
  readonly offerId: OfferId | null
  readonly offerHash: Hash | null
}

/**
 * How an order is paid. `card` is the processor's business, `cash` is in the drawer at once,
 * `wallet` is drawn from money that the processor has set aside.
 */
export type PaymentMethod = 'card' | 'cash' | 'voucher' | 'wallet'

/**
 * A payment to be made, with the key that makes it exactly once.
 *
 * `reference` is opaque: a processor's payment-method id for a card, the SHA-256 of the code for a
 * voucher, the wallet's id, `null` for cash. Never a card number or a voucher code.
 */
export interface PaymentRequest {
  readonly payKey: PayKey
  readonly method: PaymentMethod
  readonly reference: string | null
  readonly amountMinor: number
  /** Cash as the buyer gave it; the change is what is over. */
  readonly tenderedMinor?: number | undefined
}

/** What became of a payment, in the words of the core. `declined` and `voided` are final. */
export type PaymentOutcome = 'authorized' | 'captured' | 'declined' | 'unknown' | 'voided'

/** What a buyer wants, promised at a price: the part that holds, tickets and orders share. */
export interface Intent {
  readonly buyerId: BuyerId
  readonly dropId: DropId
  readonly lines: readonly OrderLine[]
  readonly totalMinor: number
  readonly currency: Currency
  readonly pin: OrderPin
  /** The offer token that authorised the price; spent by the entry that names it. */
  readonly tokenId: TokenId
  /** SHA-256 of the request, so that the same id with another body is refused. [O1] */
  readonly requestHash: Hash
  /** Who sold it, at a till. */
  readonly operatorId?: OperatorId | undefined
}

/**
 * Units set aside until `expiresAtMs`. With a `payment` in flight the hold outlives its end until
 * the outcome is known: units move on only after a terminal decline or a void. [O5]
 */
export interface HoldTaken extends Intent {
  readonly holdId: HoldId
  readonly allocations: readonly Allocation[]
  readonly expiresAtMs: number
  /** The order this hold becomes when its payment is authorised; `null` waits for the buyer. */
  readonly paying: { readonly orderId: OrderId; readonly payment: PaymentRequest } | null
  /** The place in line this hold came from. */
  readonly ticketId: TicketId | null
}

/** A place in line for units that are held or on their way. */
export interface TicketJoined extends Intent {
  readonly ticketId: TicketId
}

/** A sale. Its journal entry is what a receipt proves. */
export interface OrderAccepted extends Intent {
  readonly orderId: OrderId
  readonly allocations: readonly Allocation[]
  readonly holdId: HoldId | null
  readonly payment: PaymentRequest
  /**
   * `deferred`: accepted before the processor was asked, within the limits. [O7]
   * `authorized`: the outcome was known first. `captured`: cash, in the drawer.
   */
  readonly state: 'deferred' | 'authorized' | 'captured'
}

/** Why a hold ended. Its units go to the next in line. */
export type HoldEnd = 'bought' | 'expired' | 'released' | 'declined' | 'voided'

/** Why a ticket left the line. `sold_out` is only said when nothing is free, held or coming. */
export type TicketEnd = 'served' | 'left' | 'sold_out' | 'closed'

/** Why a stall sells nothing until a person, or its parent, has looked. */
export type FrozenReason = 'revoked' | 'quarantined' | 'closed'

/**
 * Every fact a stall journals. `feedPosition` is the parent's decision that caused it; a stall has
 * applied its feed exactly up to the greatest position in its journal.
 */
export type StallEvent =
  | {
      readonly type: 'release.applied'
      readonly body: {
        readonly number: number
        readonly releaseId: ReleaseId
        readonly release: Release
        readonly feedPosition: number
      }
    }
  | {
      readonly type: 'lease.received'
      readonly body: {
        readonly leaseId: LeaseId
        readonly dropId: DropId
        readonly itemId: ItemId
        readonly quantity: number
        /** The parent's clock: no sale at or after this moment. */
        readonly sellUntilMs: number
        /** From receipt, on the child's monotonic clock. [L3] */
        readonly ttlMs: number
        readonly feedPosition: number
      }
    }
  | {
      readonly type: 'lease.returned'
      readonly body: {
        readonly leaseId: LeaseId
        readonly quantity: number
        readonly feedPosition: number | null
      }
    }
  | {
      readonly type: 'lease.disclaimed'
      readonly body: {
        readonly leaseId: LeaseId
        /** `null` when the node refused a slip by itself. */
        readonly feedPosition: number | null
      }
    }
  | {
      readonly type: 'pool.reported'
      readonly body: {
        readonly dropId: DropId
        readonly itemId: ItemId
        readonly isExhausted: boolean
        readonly feedPosition: number
      }
    }
  | { readonly type: 'hold.taken'; readonly body: HoldTaken }
  | {
      readonly type: 'hold.ended'
      readonly body: { readonly holdId: HoldId; readonly reason: HoldEnd }
    }
  | { readonly type: 'ticket.joined'; readonly body: TicketJoined }
  | {
      readonly type: 'ticket.left'
      readonly body: { readonly ticketId: TicketId; readonly reason: TicketEnd }
    }
  | { readonly type: 'order.accepted'; readonly body: OrderAccepted }
  | {
      readonly type: 'payment.requested'
      readonly body: {
        readonly orderId: OrderId
        readonly payment: PaymentRequest
        /** Who took it at a till, and why the sale is paid another time. */
        readonly operatorId?: OperatorId | undefined
        readonly why?: string | undefined
      }
    }
  | {
      readonly type: 'payment.settled'
      readonly body: {
        readonly orderId: OrderId
        readonly payKey: PayKey
        readonly outcome: PaymentOutcome
        readonly feedPosition: number
      }
    }
  | {
      readonly type: 'order.moved'
      readonly body: {
        readonly orderId: OrderId
        readonly move: OrderMove
        readonly feedPosition: number
      }
    }
  | { readonly type: 'lease.handed'; readonly body: LeaseHanded }
  | { readonly type: 'lease.taken'; readonly body: LeaseTaken }
  | { readonly type: 'request.made'; readonly body: RequestMade }
  | {
      readonly type: 'request.decided'
      readonly body: RequestDecided & { readonly feedPosition: number }
    }
  | { readonly type: 'cash.counted'; readonly body: CashCounted }
  | { readonly type: 'stock.counted'; readonly body: StockCounted }
  | { readonly type: 'wallet.asked'; readonly body: WalletAsked }
  | { readonly type: 'tip.given'; readonly body: TipGiven }
  | { readonly type: 'wallet.closed'; readonly body: WalletClosed }
  | {
      /** The wall clock reads much less than it should: nothing is sold until it was confirmed. */
      readonly type: 'clock.doubted'
      readonly body: { readonly expectedAtMs: number }
    }
  | {
      readonly type: 'clock.confirmed'
      readonly body: { readonly parentTimeMs: number }
    }
  | {
      readonly type: 'stall.frozen'
      readonly body: { readonly reason: FrozenReason; readonly feedPosition: number | null }
    }
