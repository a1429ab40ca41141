import type {
  BuyerId,
  DropId,
  HoldId,
  ItemId,
  LeaseId,
  NodeId,
  OrderId,
  PayKey,
  ReleaseId,
  TicketId,
  TokenId,
} from '../id.ts'
import type { OrderState } from '../order/order-state.ts'
import type { Release } from '../release/release.ts'
import type {
  FrozenReason,
  HoldEnd,
  HoldTaken,
  OrderAccepted,
  PaymentRequest,
  TicketEnd,
  TicketJoined,
} from './event.ts'

/**
 * One lease's account. [L1] `granted = unsold + held + sold + subleased + returned`, always;
 * `unsold` is what the others leave.
 */
export interface LeaseAccount {
  readonly leaseId: LeaseId
  readonly dropId: DropId
  readonly itemId: ItemId
  readonly granted: number
  held: number
  sold: number
  subleased: number
  returned: number
  readonly sellUntilMs: number
  /** When it was received, on both clocks of the process that received it. */
  readonly receivedAtMs: number
  readonly receivedMonotonicMs: number
  readonly ttlMs: number
}

/** What this stall has of one item in one drop, and who waits for it. */
export interface Pool {
  readonly dropId: DropId
  readonly itemId: ItemId
  /** In the order they arrived; units are taken from the one that ends first. */
  readonly leases: LeaseAccount[]
  /** The parent's word that nothing more can come. */
  isExhausted: boolean
}

export interface HoldRecord {
  readonly hold: HoldTaken
  /** `null` while it lasts. */
  end: HoldEnd | null
}

export interface TicketRecord {
  readonly ticket: TicketJoined
  end: TicketEnd | null
}

/** An order as this stall knows it; the core's decisions arrive by the feed. */
export interface OrderRecord {
  readonly order: OrderAccepted
  readonly sequence: number
  state: OrderState
  /** The payment that counts now: the first, or a later one made in rescue. */
  payment: PaymentRequest
}

export interface AppliedRelease {
  readonly number: number
  readonly releaseId: ReleaseId
  readonly release: Release
  readonly appliedAtMs: number
  /** Set when a newer one was applied: its promises are honoured until then. [O6] */
  honourUntilMs: number | null
}

/**
 * Everything a stall knows: the fold of its journal and nothing else. [I12]
 *
 * Mutable on purpose: one writer owns it, and a copy per sale would cost more than the sale. Only
 * `applyEvent` changes it.
 */
export interface StallState {
  readonly nodeId: NodeId
  readonly epoch: number
  sequence: number
  feedPosition: number
  frozen: FrozenReason | null
  /** The latest wall clock in the journal: a clock that reads less went back. [L3] */
  lastAtMs: number
  active: AppliedRelease | null
  readonly releases: Map<ReleaseId, AppliedRelease>
  readonly leases: Map<LeaseId, LeaseAccount>
  /** By `poolKey(dropId, itemId)`. */
  readonly pools: Map<string, Pool>
  readonly holds: Map<HoldId, HoldRecord>
  readonly orders: Map<OrderId, OrderRecord>
  readonly tickets: Map<TicketId, TicketRecord>
  /** Open tickets of each drop, first come first served. */
  readonly lines: Map<DropId, Set<TicketId>>
  /** Open holds that end by the clock, by their end. */
  readonly holdsByPayKey: Map<PayKey, HoldId>
  readonly openHolds: Set<HoldId>
  readonly spentTokens: Set<TokenId>
  /** Units each buyer has bought or holds, by `buyerKey(dropId, buyerId, variantId)`. */
  readonly bought: Map<string, number>
  readonly deferred: DeferredAccount
}

/** Orders accepted before their payment was checked, against the limits of the release. [O7] */
export interface DeferredAccount {
  orders: number
  sumMinor: number
  readonly ordersByBuyer: Map<BuyerId, number>
  /** When each open one was accepted, oldest first. */
  readonly acceptedAtMs: Map<OrderId, number>
}
