import { assert, unreachable } from '../assert.ts'
import type { LeaseId } from '../id.ts'
import type { Moment } from './command.ts'
import type { PaymentOutcome, StallEvent } from './event.ts'
import type { FeedDecision, FeedItem } from './feed.ts'
import { acceptPaid } from './sale.ts'
import { unsoldOf, type StallState } from './state.ts'
import { closeDown, holdEnded } from './upkeep.ts'

type Item<Type extends FeedDecision['type']> = Extract<FeedItem, { readonly type: Type }>

/**
 * Turn one decision of the parent into facts. The first of them carries the feed position, so that
 * the decision and its being read are one write; a decision read before yields nothing.
 *
 * - [L2] A lease that is known, or was disclaimed, is not received again. [L4]
 * - [I21] The applied release number never falls.
 */
export function followParent(
  state: StallState,
  item: FeedItem,
  parentTimeMs: number,
  moment: Moment,
): readonly StallEvent[] {
  if (item.position <= state.feedPosition) return []
  assert(item.position === state.feedPosition + 1, 'the feed is read without gaps')
  const feedPosition = item.position
  switch (item.type) {
    case 'release.activated':
      return [{ type: 'release.applied', body: { feedPosition, ...item.body } }]
    case 'lease.granted':
      return [receiveLease(state, item, Math.max(parentTimeMs, moment.atMs))]
    case 'lease.recalled':
      return [giveBack(state, item.body.leaseId, item.body.quantity, feedPosition)]
    case 'lease.queried':
      return [giveBack(state, item.body.leaseId, Number.POSITIVE_INFINITY, feedPosition)]
    case 'pool.reported':
      return [{ type: 'pool.reported', body: { feedPosition, ...item.body } }]
    case 'payment.settled':
      return settlePayment(state, item)
    case 'order.moved':
      return [{ type: 'order.moved', body: { feedPosition, ...item.body } }]
    case 'request.decided':
      return [{ type: 'request.decided', body: { feedPosition, ...item.body } }]
    case 'stall.frozen': {
      const last = item.body.reason === 'closed' ? [...closeDown(state)] : []
      return [...last, { type: 'stall.frozen', body: { feedPosition, reason: item.body.reason } }]
    }
    default:
      return unreachable(item)
  }
}

/** [L3] The time left is counted by whichever clock is ahead, the parent's or this node's. */
function receiveLease(
  state: StallState,
  item: Item<'lease.granted'>,
  latestMs: number,
): StallEvent {
  const { leaseId, sellUntilMs } = item.body
  const feedPosition = item.position
  assert(!state.leases.has(leaseId), 'a lease is granted once')
  if (state.disclaimed.has(leaseId)) {
    return { type: 'lease.disclaimed', body: { feedPosition, leaseId } }
  }
  const ttlMs = Math.max(0, sellUntilMs - latestMs)
  return { type: 'lease.received', body: { feedPosition, ttlMs, ...item.body } }
}

/** A lease that was never held is disclaimed, for good; of one that was, unsold units go back. */
function giveBack(
  state: StallState,
  leaseId: LeaseId,
  quantityMax: number,
  feedPosition: number,
): StallEvent {
  const lease = state.leases.get(leaseId)
  if (lease === undefined) return { type: 'lease.disclaimed', body: { feedPosition, leaseId } }
  const quantity = Math.min(unsoldOf(lease), quantityMax)
  return { type: 'lease.returned', body: { feedPosition, leaseId, quantity } }
}

function settlePayment(state: StallState, item: Item<'payment.settled'>): readonly StallEvent[] {
  const { outcome, payKey } = item.body
  const settled: StallEvent = {
    type: 'payment.settled',
    body: { feedPosition: item.position, ...item.body },
  }
  const holdId = state.payingHolds.get(payKey)
  if (holdId === undefined) return [settled]
  const record = state.holds.get(holdId)
  assert(record !== undefined, 'a paying hold is known')
  const end = HOLD_ENDS[outcome]
  if (end === null) return [settled]
  if (end !== 'bought') return [settled, holdEnded(holdId, end)]
  const order = acceptPaid(record.hold, outcome === 'captured' ? 'captured' : 'authorized')
  assert(order !== null, 'a paying hold knows its order')
  return [settled, holdEnded(holdId, 'bought'), { type: 'order.accepted', body: order }]
}

/** How a hold ends when its payment does; `null` goes on waiting. [O5] */
const HOLD_ENDS = {
  authorized: 'bought',
  captured: 'bought',
  declined: 'declined',
  voided: 'voided',
  unknown: null,
} as const satisfies Record<PaymentOutcome, 'bought' | 'declined' | 'voided' | null>

/** The facts with which a stall stops for good. */
export function freeze(
  state: StallState,
  reason: 'quarantined' | 'closed',
): readonly StallEvent[] {
  if (state.frozen !== null) return []
  const last = reason === 'closed' ? closeDown(state) : []
  return [...last, { type: 'stall.frozen', body: { feedPosition: null, reason } }]
}
