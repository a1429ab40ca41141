import { assert } from '../assert.ts'
import type {
  BuyerId,
  DropId,
  HoldId,
  ItemId,
  LeaseId,
  CountId,
  NodeId,
  OfferId,
  OrderId,
  PayKey,
  ReleaseId,
  RequestId,
  TicketId,
  TipId,
  TokenId,
  TransferId,
  VariantId,
  WalletId,
} from '../id.ts'
import type { OrderState } from '../order/order-state.ts'
import type { OfferTally } from '../release/offer-facts.ts'
import type { ReleaseIndex } from '../release/release-index.ts'
import type { Moment } from './command.ts'
import type {
  FrozenReason,
  HoldEnd,
  HoldTaken,
  OrderAccepted,
  PaymentRequest,
  TicketEnd,
  TicketJoined,
} from './event.ts'
import type { Drawer } from './count.ts'
import type { LeaseHanded } from './handover.ts'
import type { Line } from './line.ts'
import type { RequestRecord } from './till-request.ts'
import { Timetable } from './timetable.ts'
import type { TipGiven, WalletRecord } from './wallet.ts'

/**
 * Everything a stall knows: the fold of its journal and nothing else. [I12]
 *
 * Mutable on purpose: one writer owns it, and a copy per sale would cost more than the sale. Only
 * `applyEvent` and `forgetProcess` change it.
 */
export interface StallState {
  readonly nodeId: NodeId
  readonly epoch: number
  sequence: number
  feedPosition: number
  frozen: FrozenReason | null
  /** The latest wall clock in the journal: a clock that reads less went back. [L3] */
  lastAtMs: number
  /** How far this clock was behind the parent's when it was last heard; 0 when it was ahead. */
  behindParentMs: number
  /** Set when the wall clock was found to have gone back, until the parent has agreed. [L3] */
  isClockDoubted: boolean
  /** Both clocks at this process's last fact while they agreed; `null` before it. Not journaled. */
  clock: Moment | null
  active: AppliedRelease | null
  readonly releases: Map<ReleaseId, AppliedRelease>
  readonly leases: Map<LeaseId, LeaseAccount>
  /** Leases this node swore it never held; a late grant of one is refused. [L4] */
  readonly disclaimed: Set<LeaseId>
  /** By `poolKey(dropId, itemId)`. */
  readonly pools: Map<string, Pool>
  readonly holds: Map<HoldId, HoldRecord>
  /** The hold that a payment in flight belongs to. */
  readonly payingHolds: Map<PayKey, HoldId>
  readonly orders: Map<OrderId, OrderRecord>
  readonly tickets: Map<TicketId, TicketRecord>
  /** Open tickets of each drop, first come first served. */
  readonly lines: Map<DropId, Line>
  /** Holds that end by the clock; the ones that ended earlier are skipped. */
  readonly holdEnds: Timetable<HoldId>
  readonly spentTokens: Set<TokenId>
  /** Every pay key that was ever requested here: one key is one payment. [O1] */
  readonly payKeys: Set<PayKey>
  /** Units that buyers have bought, hold or wait for. */
  readonly claimed: Claims
  readonly deferred: DeferredAccount
  /** What was sold here under each offer, whatever release it was in. [RE19] */
  readonly offerTallies: Map<OfferId, OfferTally>
  /** Units handed to other nodes, by transfer, with the entry that the slip proves. */
  readonly handed: Map<
    TransferId,
    { readonly handed: LeaseHanded; readonly sequence: number }
  >
  /** What operators asked the core for. */
  readonly requests: Map<RequestId, RequestRecord>
  readonly drawer: Drawer
  /** Every count that was journaled: one id is one count. */
  readonly counts: Set<CountId>
  /** Amounts that buyers keep ready. Kept for the epoch, as orders are. */
  readonly wallets: Map<WalletId, WalletRecord>
  readonly walletEnds: Timetable<WalletId>
  readonly tips: Map<TipId, TipGiven>
}

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
  /** Whether another node handed it over, rather than the parent. Such units are not handed on. */
  readonly isBySlip: boolean
  readonly receivedAtMs: number
  /** `null` once the process that received it has ended: its monotonic clock ended with it. */
  receivedMonotonicMs: number | null
  readonly sellUntilMs: number
  readonly ttlMs: number
  /** Its place in its pool's list. */
  readonly index: number
}

/** What this stall has of one item in one drop, and who waits for it. */
export interface Pool {
  readonly dropId: DropId
  readonly itemId: ItemId
  /** In the order they arrived, which is the order they are sold from. */
  readonly leases: LeaseAccount[]
  /** No lease before this place has an unsold unit. */
  firstUnsold: number
  unsold: number
  held: number
  /** Units of orders in rescue: they may come back. */
  inRescue: number
  /** Units that tickets in line want. */
  waiting: number
  /** Units sold since the parent was last told. Not journaled: a hint for the allocator. */
  soldSinceReport: number
  /** The parent's word that nothing more can come. */
  isExhausted: boolean
}

/** A hold and how it ended. Kept for the epoch, so that its id keeps its answer. */
export interface HoldRecord {
  readonly hold: HoldTaken
  /** `null` while it lasts. */
  end: HoldEnd | null
}

/** A place in line and how the wait ended. */
export interface TicketRecord {
  readonly ticket: TicketJoined
  /** `null` while it waits. */
  end: TicketEnd | null
}

/** An order as this stall knows it; the core's decisions arrive by the feed. */
export interface OrderRecord {
  readonly order: OrderAccepted
  readonly sequence: number
  state: OrderState
  /** The payment that counts now: the first, or a later one made in rescue. */
  payment: PaymentRequest
  /** Whether the outcome of the payment that counts is still to come. */
  isBeingPaid: boolean
  /** Keys of payments that counted before; money taken under one of them is this order's too. */
  readonly formerPayKeys: PayKey[]
}

/** A release that this node sells by, or did. */
export interface AppliedRelease {
  readonly number: number
  readonly releaseId: ReleaseId
  readonly index: ReleaseIndex
  /** Set when a newer one was applied: its promises are kept until then. [O6] */
  honourUntilMs: number | null
}

/** Units per drop, variant and buyer. Nested: no key is put together on the way of a sale. */
export type Claims = Map<DropId, Map<VariantId, Map<BuyerId, number>>>

/** Orders accepted before their payment was checked, against the limits of the release. [O7] */
export interface DeferredAccount {
  sumMinor: number
  readonly ordersByBuyer: Map<BuyerId, number>
  /** When each open one was accepted, oldest first. */
  readonly acceptedAtMs: Map<OrderId, number>
}

/** A stall before its first entry. */
export function createStallState(nodeId: NodeId, epoch: number): StallState {
  assert(Number.isSafeInteger(epoch) && epoch > 0, 'epochs count from 1')
  return {
    nodeId,
    epoch,
    sequence: 0,
    feedPosition: 0,
    frozen: null,
    lastAtMs: 0,
    behindParentMs: 0,
    isClockDoubted: false,
    clock: null,
    active: null,
    releases: new Map(),
    leases: new Map(),
    disclaimed: new Set(),
    pools: new Map(),
    holds: new Map(),
    payingHolds: new Map(),
    orders: new Map(),
    tickets: new Map(),
    lines: new Map(),
    holdEnds: new Timetable(),
    spentTokens: new Set(),
    payKeys: new Set(),
    claimed: new Map(),
    handed: new Map(),
    requests: new Map(),
    drawer: { expectedMinor: 0, lastCount: null },
    counts: new Set(),
    wallets: new Map(),
    walletEnds: new Timetable(),
    tips: new Map(),
    deferred: { sumMinor: 0, ordersByBuyer: new Map(), acceptedAtMs: new Map() },
    offerTallies: new Map(),
  }
}

/** After a replay: what the journal says of monotonic clocks belongs to a process that is gone. */
export function forgetProcess(state: StallState): void {
  state.clock = null
  for (const lease of state.leases.values()) lease.receivedMonotonicMs = null
}

/**
 * After a replay by the process that wrote the journal: its monotonic clock still runs, and what it
 * had read of it counts on. [L3]
 */
export function rememberProcess(state: StallState, before: StallState): void {
  state.clock = before.clock
  state.behindParentMs = before.behindParentMs
  for (const { leaseId, receivedMonotonicMs } of before.leases.values()) {
    const lease = state.leases.get(leaseId)
    if (lease !== undefined) lease.receivedMonotonicMs = receivedMonotonicMs
  }
}

/** The key of a pool in the map of pools. */
export function poolKey(dropId: DropId, itemId: ItemId): string {
  return `${dropId}/${itemId}`
}

/** What a buyer has claimed of a variant in a drop. */
export function claimedBy(
  claims: Claims,
  dropId: DropId,
  variantId: VariantId,
  buyerId: BuyerId,
): number {
  return claims.get(dropId)?.get(variantId)?.get(buyerId) ?? 0
}

/** Units of a lease that nobody has or wants. [L1] */
export function unsoldOf(lease: LeaseAccount): number {
  return lease.granted - lease.held - lease.sold - lease.subleased - lease.returned
}

/** The release a promise was made under, if this node knows it. */
export function releaseOf(state: StallState, releaseId: ReleaseId): AppliedRelease {
  const applied = state.releases.get(releaseId)
  assert(applied !== undefined, 'a promise names a release that this stall has applied')
  return applied
}
