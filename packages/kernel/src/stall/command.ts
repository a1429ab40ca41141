import type {
  BuyerId,
  DropId,
  HoldId,
  ItemId,
  LeaseId,
  NodeId,
  OfferId,
  OperatorId,
  OrderId,
  PayKey,
  ReleaseId,
  TicketId,
  TipId,
  TokenId,
  TransferId,
  VariantId,
  WalletId,
} from '../id.ts'
import type { Hash } from '../journal/entry.ts'
import type { Slip } from '../journal/receipt.ts'
import type { OrderState } from '../order/order-state.ts'
import type { CashCounted, StockCounted } from './count.ts'
import type {
  HoldEnd,
  OrderAccepted,
  PaymentMethod,
  PaymentRequest,
  StallEvent,
  TicketEnd,
} from './event.ts'
import type { FeedItem } from './feed.ts'
import type { SlipProof } from './handover.ts'
import type { RequestMade } from './till-request.ts'
import type { WalletView } from './wallet.ts'

/** Both clocks, read by the shell when the command is decided. */
export interface Moment {
  /** Wall clock, epoch milliseconds. */
  readonly atMs: number
  /** Since the process started; never goes back. */
  readonly monotonicMs: number
}

/**
 * An offer token after its HMAC was checked: prices promised by this node to one buyer. [O6, O9]
 * Good until `expiresAtMs`, for one node and epoch, once.
 */
export interface OfferToken {
  readonly tokenId: TokenId
  /** `<nodeId>/<epoch>` of the one node that takes it. */
  readonly audience: string
  readonly buyerId: BuyerId
  readonly releaseId: ReleaseId
  readonly releaseNumber: number
  readonly dropId: DropId
  readonly offerId: OfferId | null
  readonly offerHash: Hash | null
  readonly prices: readonly TokenPrice[]
  /** The most units it buys over all lines. */
  readonly unitsMax: number
  readonly expiresAtMs: number
}

/** What one unit of a variant costs under a token. */
export interface TokenPrice {
  readonly variantId: VariantId
  readonly unitPriceMinor: number
}

/** A variant and how many of it. */
export interface WantedLine {
  readonly variantId: VariantId
  readonly quantity: number
}

/** What a buyer asks for, with the token that prices it. */
export interface Wish {
  readonly token: OfferToken
  readonly lines: readonly WantedLine[]
  readonly requestHash: Hash
  /** Who sells, at a till. */
  readonly operatorId?: OperatorId
}

/** How a buyer wants to pay, under a key of the device's own making. */
export interface PaymentWish {
  readonly payKey: PayKey
  readonly method: PaymentMethod
  readonly reference: string | null
  /** Cash as it was given, at least the sum; the change is what is over. */
  readonly tenderedMinor?: number
}

/** Everything a stall can be asked. Each is safe to repeat: the same id gives the same answer. */
export type StallCommand =
  /** Buy now: from free units, or a place in line. */
  | {
      readonly type: 'place_order'
      readonly orderId: OrderId
      readonly wish: Wish
      readonly payment: PaymentWish
      /**
       * Sell now or say no: neither a place in line nor a payment that has to be waited for. For a
       * till whose buyer stands at the counter.
       */
      readonly isNowOrNever?: boolean
    }
  /** Buy what a hold keeps. */
  | {
      readonly type: 'buy_hold'
      readonly orderId: OrderId
      readonly holdId: HoldId
      readonly buyerId: BuyerId
      readonly requestHash: Hash
      readonly payment: PaymentWish
    }
  /** Set units aside, or take a place in line. */
  | { readonly type: 'take_hold'; readonly holdId: HoldId; readonly wish: Wish }
  | { readonly type: 'release_hold'; readonly holdId: HoldId; readonly buyerId: BuyerId }
  | { readonly type: 'leave_line'; readonly ticketId: TicketId; readonly buyerId: BuyerId }
  /** Pay an order in rescue another way, under a fresh key after the old one was declined. */
  | {
      readonly type: 'pay_order'
      readonly orderId: OrderId
      readonly buyerId: BuyerId
      readonly payment: PaymentWish
      readonly operatorId?: OperatorId
      readonly why?: string
    }
  /**
   * What one contact with the parent brought: its decisions, in order, and its time. Without items
   * it still confirms the clock of a stall that stopped for it.
   */
  | {
      readonly type: 'apply_feed'
      readonly items: readonly FeedItem[]
      readonly parentTimeMs: number
    }
  /** End what is due: holds, lines of closed drops. */
  | { readonly type: 'tick' }
  /** Give back what is unsold of one lease, or of all. */
  | { readonly type: 'return_units'; readonly leaseId: LeaseId | null }
  /** Hand unsold units to another node, by a slip. */
  | {
      readonly type: 'hand_over'
      readonly transferId: TransferId
      readonly dropId: DropId
      readonly itemId: ItemId
      readonly quantity: number
      readonly toNodeId: NodeId
      readonly toEpoch: number
      readonly operatorId: OperatorId | null
    }
  /** Take units by a slip, whose proof was checked. */
  | {
      readonly type: 'take_slip'
      readonly proof: SlipProof
      readonly slip: Slip
      readonly operatorId: OperatorId | null
    }
  /** Refuse a slip for good: its units go back to the parent. */
  | { readonly type: 'refuse_slip'; readonly proof: SlipProof }
  /** Ask the core for something about an order: who, what and why. */
  | { readonly type: 'make_request'; readonly request: RequestMade }
  /** Put on record what is in the drawer, or what was put in or taken out. */
  | { readonly type: 'count_cash'; readonly count: Omit<CashCounted, 'expectedMinor' | 'currency'> }
  /** Put on record how many units lie here. */
  | { readonly type: 'count_stock'; readonly count: Omit<StockCounted, 'expectedQuantity'> }
  /** Have an amount set aside by the processor, for tips and small things. */
  | {
      readonly type: 'open_wallet'
      readonly walletId: WalletId
      readonly buyerId: BuyerId
      /** What the page said: another amount than the show's is refused. */
      readonly amountMinor: number
      readonly payment: PaymentWish
    }
  | {
      readonly type: 'give_tip'
      readonly tipId: TipId
      readonly walletId: WalletId
      readonly buyerId: BuyerId
      readonly amountMinor: number
    }
  /** Spend no more of it: what was drawn is captured, the rest is let go. */
  | { readonly type: 'close_wallet'; readonly walletId: WalletId; readonly buyerId: BuyerId }
  /** Stop selling for good: the last word of this epoch. */
  | { readonly type: 'freeze'; readonly reason: 'quarantined' | 'closed' }

/** What a command comes to: the facts to journal, then the answer to give once they are durable. */
export interface Decision {
  readonly events: readonly StallEvent[]
  readonly answer: StallAnswer
}

/** How a stall answers. `rejected` changes nothing; every other answer rests on journaled facts. */
export type StallAnswer =
  | {
      readonly status: 'accepted'
      readonly order: OrderAccepted
      readonly state: OrderState
      /** The journal entry that the receipt proves; `null` until the engine has numbered it. */
      readonly sequence: number | null
    }
  | {
      readonly status: 'paying'
      readonly orderId: OrderId
      readonly holdId: HoldId
      readonly payment: PaymentRequest
      readonly expiresAtMs: number
    }
  | { readonly status: 'held'; readonly holdId: HoldId; readonly expiresAtMs: number }
  | {
      readonly status: 'waiting'
      readonly ticketId: TicketId
      /** 1 is next. */
      readonly position: number
    }
  | { readonly status: 'hold_ended'; readonly holdId: HoldId; readonly reason: HoldEnd }
  | { readonly status: 'ticket_ended'; readonly ticketId: TicketId; readonly reason: TicketEnd }
  | { readonly status: 'wallet'; readonly wallet: WalletView }
  | { readonly status: 'done' }
  | { readonly status: 'rejected'; readonly rejection: StallRejection }

/** Why a stall says no. Closed: each code has a row in the table of problems. */
export type StallRejection =
  | { readonly code: 'sold_out'; readonly dropId: DropId }
  | { readonly code: 'drop_unknown'; readonly dropId: DropId }
  | { readonly code: 'drop_not_open'; readonly opensAtMs: number }
  | { readonly code: 'drop_closed'; readonly closesAtMs: number }
  | { readonly code: 'variant_unknown'; readonly variantId: VariantId }
  | { readonly code: 'quantity_over_limit'; readonly limit: number }
  | { readonly code: 'customer_limit'; readonly limit: number; readonly bought: number }
  | { readonly code: 'token_expired'; readonly expiredAtMs: number }
  | { readonly code: 'token_foreign'; readonly audience: string }
  | { readonly code: 'token_spent'; readonly tokenId: TokenId }
  | { readonly code: 'release_not_honoured'; readonly releaseNumber: number }
  | { readonly code: 'idempotency_key_reused' }
  | { readonly code: 'hold_unknown' }
  | { readonly code: 'hold_over'; readonly reason: HoldEnd }
  | { readonly code: 'ticket_unknown' }
  | { readonly code: 'order_unknown' }
  | { readonly code: 'order_not_in_rescue'; readonly state: OrderState }
  | { readonly code: 'pay_key_reused' }
  /** The order's last payment has no outcome yet. */
  | { readonly code: 'payment_in_flight' }
  | { readonly code: 'payment_method_refused'; readonly method: PaymentMethod }
  /** This node holds too few units, and the asker does not wait. */
  | { readonly code: 'units_short'; readonly dropId: DropId }
  /** The units that are here came from another node, and are not handed on once more. */
  | { readonly code: 'units_handed_before'; readonly dropId: DropId }
  /** The sale is above the deferred limits, and the asker does not wait for its payment. */
  | { readonly code: 'payment_not_deferrable' }
  | { readonly code: 'tendered_short'; readonly amountMinor: number }
  | { readonly code: 'slip_foreign'; readonly toNodeId: NodeId; readonly toEpoch: number }
  | { readonly code: 'slip_over'; readonly sellUntilMs: number }
  | { readonly code: 'slip_refused' }
  | { readonly code: 'slip_taken' }
  | { readonly code: 'order_not_paid_in_cash'; readonly state: OrderState }
  | { readonly code: 'paid_out_already'; readonly leftMinor: number }
  /** The release keeps no such amount ready, takes no such tip, or nothing so dear. */
  | { readonly code: 'wallet_not_offered' }
  | { readonly code: 'wallet_unknown' }
  | { readonly code: 'wallet_not_open'; readonly state: WalletView['state'] }
  | { readonly code: 'wallet_short'; readonly leftMinor: number }
  | { readonly code: 'not_selling'; readonly reason: NotSelling }

/** Why the stall as a whole does not sell now. */
export type NotSelling =
  | 'no_release'
  | 'revoked'
  | 'quarantined'
  | 'closed'
  /** The wall clock went back, or differs too much from the parent's: until the next contact. */
  | 'clock'
  /** The journal could not be written. */
  | 'storage'
