import type { DropId, ItemId, LeaseId, OrderId, PayKey, ReleaseId } from '../id.ts'
import type { OrderMove } from '../order/order-state.ts'
import type { Release } from '../release/release.ts'
import type { FrozenReason, PaymentOutcome } from './event.ts'
import type { RequestDecided } from './till-request.ts'

/**
 * One decision of the parent for one child, numbered from 1 without gaps per child and epoch.
 * A child applies items in order and answers each with at least one journaled event.
 */
export type FeedItem = { readonly position: number; readonly atMs: number } & FeedDecision

/** What a parent can decide for a child. */
export type FeedDecision =
  | {
      readonly type: 'release.activated'
      readonly body: {
        readonly number: number
        readonly releaseId: ReleaseId
        readonly release: Release
      }
    }
  | {
      readonly type: 'lease.granted'
      readonly body: {
        readonly leaseId: LeaseId
        readonly dropId: DropId
        readonly itemId: ItemId
        readonly quantity: number
        readonly sellUntilMs: number
      }
    }
  /** The parent asks for up to `quantity` unsold units back. [L7] */
  | {
      readonly type: 'lease.recalled'
      readonly body: { readonly leaseId: LeaseId; readonly quantity: number }
    }
  /** The parent asks what became of a lease past its end: returned, or disclaimed. [L4] */
  | { readonly type: 'lease.queried'; readonly body: { readonly leaseId: LeaseId } }
  /** Whether anything is free, or could still come back, anywhere above this child. [H2] */
  | {
      readonly type: 'pool.reported'
      readonly body: {
        readonly dropId: DropId
        readonly itemId: ItemId
        readonly isExhausted: boolean
      }
    }
  | {
      readonly type: 'payment.settled'
      readonly body: {
        readonly orderId: OrderId
        readonly payKey: PayKey
        readonly outcome: PaymentOutcome
      }
    }
  | {
      readonly type: 'order.moved'
      readonly body: { readonly orderId: OrderId; readonly move: OrderMove }
    }
  | { readonly type: 'request.decided'; readonly body: RequestDecided }
  | { readonly type: 'stall.frozen'; readonly body: { readonly reason: FrozenReason } }

/** What a stall has and wants of one item in one drop, as it says at every exchange. */
export interface Demand {
  readonly dropId: DropId
  readonly itemId: ItemId
  readonly unsold: number
  readonly held: number
  /** Units that people in line are waiting for. */
  readonly waiting: number
  /** Units sold since the stall last asked. */
  readonly sold: number
}
