import { assert, unreachable } from '../assert.ts'
import type { DropId, OrderId, WalletId } from '../id.ts'
import { moveOrder, ORDER_KEEPS_UNITS, type OrderMove } from '../order/order-state.ts'
import { indexRelease } from '../release/release-index.ts'
import type { Moment } from './command.ts'
import type {
  HoldTaken,
  OrderAccepted,
  PaymentOutcome,
  StallEvent,
  TicketJoined,
} from './event.ts'
import {
  applyCashCount,
  applyHanded,
  applyRequest,
  applyStockCount,
  applyVerdict,
} from './apply-till.ts'
import { claim } from './claim.ts'
import { Line } from './line.ts'
import {
  releaseOf,
  unsoldOf,
  type LeaseAccount,
  type OrderRecord,
  type StallState,
} from './state.ts'
import { needsOf } from './stock.ts'
import { tallyOffer } from './offer-tally.ts'
import { leaseOf, moveUnits, poolOf, skipEmpty } from './units.ts'
import {
  applyDraw,
  applyTip,
  applyWallet,
  applyWalletClosed,
  applyWalletSettled,
} from './wallet.ts'

type Body<Type extends StallEvent['type']> = Extract<StallEvent, { readonly type: Type }>['body']

/** Which order move a payment's outcome is. */
export const OUTCOME_MOVES = {
  authorized: 'authorize',
  captured: 'capture',
  declined: 'fail',
  unknown: 'lose',
  voided: 'void',
} as const satisfies Record<PaymentOutcome, OrderMove>

/**
 * Fold one journaled event into the state. Total: every event a journal holds was decided by
 * `runCommand`, so a fact that does not fit is a defect and stops the process.
 */
export function applyEvent(state: StallState, event: StallEvent, moment: Moment): void {
  state.sequence += 1
  state.lastAtMs = Math.max(state.lastAtMs, moment.atMs)
  // A doubt that could not be written comes up again: the last good reading stays.
  if (!state.isClockDoubted && event.type !== 'clock.doubted') state.clock = moment
  noteFeedPosition(state, event)
  switch (event.type) {
    case 'order.accepted':
      return applyOrder(state, event.body, moment)
    case 'hold.taken':
      return applyHold(state, event.body)
    case 'hold.ended':
      return applyHoldEnd(state, event.body)
    case 'ticket.joined':
      return applyTicket(state, event.body)
    case 'ticket.left':
      return applyTicketEnd(state, event.body)
    case 'payment.requested':
      return applyPaymentRequest(state, event.body)
    case 'payment.settled':
      return applyPaymentSettled(state, event.body)
    case 'order.moved':
      return move(state, event.body.orderId, event.body.move)
    case 'lease.received':
      // The time to live was counted by whichever clock is ahead.
      state.behindParentMs = event.body.sellUntilMs - event.body.ttlMs - moment.atMs
      return applyLease(state, event.body, false, moment)
    case 'lease.taken':
      return applyLease(state, event.body, true, moment)
    case 'lease.handed': {
      const lease = leaseOf(state, event.body.leaseId)
      const pool = poolOf(state, lease.dropId, lease.itemId)
      applyHanded(state, event.body, lease, pool)
      return skipEmpty(pool)
    }
    case 'lease.returned':
      return applyLeaseReturn(state, event.body)
    case 'lease.disclaimed':
      state.disclaimed.add(event.body.leaseId)
      return
    case 'pool.reported':
      poolOf(state, event.body.dropId, event.body.itemId).isExhausted = event.body.isExhausted
      return
    case 'release.applied':
      return applyRelease(state, event.body, moment)
    case 'request.made':
      return applyRequest(state, event.body, moment)
    case 'request.decided':
      return applyVerdict(state, event.body)
    case 'cash.counted':
      return applyCashCount(state, event.body)
    case 'stock.counted':
      return applyStockCount(state, event.body)
    case 'wallet.asked':
      return applyWallet(state, event.body)
    case 'tip.given':
      return applyTip(state, event.body)
    case 'wallet.closed':
      return applyWalletClosed(state, event.body)
    case 'clock.doubted':
      state.isClockDoubted = true
      return
    case 'clock.confirmed':
      state.lastAtMs = moment.atMs
      state.isClockDoubted = false
      state.clock = moment
      return
    case 'stall.frozen':
      state.frozen = event.body.reason
      return
    default:
      unreachable(event)
  }
}

function noteFeedPosition(state: StallState, event: StallEvent): void {
  const position = 'feedPosition' in event.body ? event.body.feedPosition : null
  if (position === null) return
  assert(position === state.feedPosition + 1, 'the feed is applied in order and without gaps')
  state.feedPosition = position
}

function applyRelease(state: StallState, body: Body<'release.applied'>, moment: Moment): void {
  const before = state.active
  assert(before === null || body.number > before.number, 'a release number never falls')
  if (before !== null && before.releaseId !== body.releaseId) {
    before.honourUntilMs = moment.atMs + before.index.release.terms.honourMs
  }
  const index = state.releases.get(body.releaseId)?.index ?? indexRelease(body.release)
  const { number, releaseId } = body
  state.active = { number, releaseId, index, honourUntilMs: null }
  state.releases.set(releaseId, state.active)
}

function applyLease(
  state: StallState,
  body: Omit<Body<'lease.received'>, 'feedPosition'>,
  isBySlip: boolean,
  moment: Moment,
): void {
  assert(!state.leases.has(body.leaseId), 'a lease is received once')
  assert(body.quantity > 0, 'a lease has units')
  const pool = poolOf(state, body.dropId, body.itemId)
  const lease: LeaseAccount = {
    leaseId: body.leaseId,
    dropId: body.dropId,
    itemId: body.itemId,
    granted: body.quantity,
    held: 0,
    sold: 0,
    subleased: 0,
    returned: 0,
    isBySlip,
    receivedAtMs: moment.atMs,
    receivedMonotonicMs: moment.monotonicMs,
    sellUntilMs: body.sellUntilMs,
    ttlMs: body.ttlMs,
    index: pool.leases.length,
  }
  pool.leases.push(lease)
  state.leases.set(lease.leaseId, lease)
  pool.unsold += body.quantity
  pool.firstUnsold = Math.min(pool.firstUnsold, lease.index)
}

function applyLeaseReturn(state: StallState, body: Body<'lease.returned'>): void {
  const lease = leaseOf(state, body.leaseId)
  assert(body.quantity >= 0 && body.quantity <= unsoldOf(lease), 'only unsold units go back')
  lease.returned += body.quantity
  const pool = poolOf(state, lease.dropId, lease.itemId)
  pool.unsold -= body.quantity
  skipEmpty(pool)
}

function applyHold(state: StallState, hold: HoldTaken): void {
  assert(!state.holds.has(hold.holdId), 'a hold is taken once')
  state.holds.set(hold.holdId, { hold, end: null })
  moveUnits(state, hold.allocations, 'unsold', 'held')
  claim(state, hold, 1)
  state.spentTokens.add(hold.tokenId)
  if (hold.paying === null) {
    state.holdEnds.add(hold.expiresAtMs, hold.holdId)
    return
  }
  const { payKey } = hold.paying.payment
  assert(!state.payKeys.has(payKey), 'a pay key is one payment')
  state.payKeys.add(payKey)
  state.payingHolds.set(payKey, hold.holdId)
}

function applyHoldEnd(state: StallState, body: Body<'hold.ended'>): void {
  const record = state.holds.get(body.holdId)
  assert(record !== undefined && record.end === null, 'only an open hold ends')
  record.end = body.reason
  moveUnits(state, record.hold.allocations, 'held', 'unsold')
  claim(state, record.hold, -1)
  state.holdEnds.trim((holdId) => state.holds.get(holdId)?.end !== null)
  if (record.hold.paying !== null) state.payingHolds.delete(record.hold.paying.payment.payKey)
}

function applyTicket(state: StallState, ticket: TicketJoined): void {
  assert(!state.tickets.has(ticket.ticketId), 'a ticket is drawn once')
  state.tickets.set(ticket.ticketId, { ticket, end: null })
  lineOf(state, ticket.dropId).join(ticket.ticketId)
  wait(state, ticket, 1)
  claim(state, ticket, 1)
  state.spentTokens.add(ticket.tokenId)
}

function applyTicketEnd(state: StallState, body: Body<'ticket.left'>): void {
  const record = state.tickets.get(body.ticketId)
  assert(record !== undefined && record.end === null, 'only a waiting ticket leaves')
  record.end = body.reason
  lineOf(state, record.ticket.dropId).leave(body.ticketId)
  wait(state, record.ticket, -1)
  claim(state, record.ticket, -1)
}

function applyOrder(state: StallState, order: OrderAccepted, moment: Moment): void {
  assert(!state.orders.has(order.orderId), 'an order is accepted once')
  const { payment, state: stage } = order
  state.payKeys.add(payment.payKey)
  state.orders.set(order.orderId, {
    order,
    sequence: state.sequence,
    state: stage,
    payment,
    isBeingPaid: stage === 'deferred',
    formerPayKeys: [],
  })
  moveUnits(state, order.allocations, 'unsold', 'sold')
  claim(state, order, 1)
  state.spentTokens.add(order.tokenId)
  tallyOffer(state, order)
  if (payment.method === 'cash') state.drawer.expectedMinor += order.totalMinor
  if (payment.method === 'wallet') {
    applyDraw(state, payment.reference as string as WalletId, order.totalMinor)
  }
  if (stage !== 'deferred') return
  const { deferred } = state
  deferred.sumMinor += order.totalMinor
  deferred.acceptedAtMs.set(order.orderId, moment.atMs)
  const ofBuyer = deferred.ordersByBuyer.get(order.buyerId) ?? 0
  deferred.ordersByBuyer.set(order.buyerId, ofBuyer + 1)
}

function applyPaymentRequest(state: StallState, body: Body<'payment.requested'>): void {
  const record = orderOf(state, body.orderId)
  assert(record.state === 'rescue', 'only an order in rescue is paid again')
  record.formerPayKeys.push(record.payment.payKey)
  record.payment = body.payment
  record.isBeingPaid = body.payment.method !== 'cash'
  state.payKeys.add(body.payment.payKey)
  if (body.payment.method !== 'cash') return
  state.drawer.expectedMinor += body.payment.amountMinor
  move(state, body.orderId, 'capture')
}

/**
 * An outcome counts when it is of the payment that counts now. Of an older key only money that was
 * taken after all does: it pays the order like any other.
 */
function applyPaymentSettled(state: StallState, body: Body<'payment.settled'>): void {
  const { orderId, payKey, outcome } = body
  const record = state.orders.get(orderId)
  // A wallet's hold on money is asked for, and answered, under the wallet's own id.
  if (record === undefined) return applyWalletSettled(state, orderId as string as WalletId, outcome)
  const isCurrent = record.payment.payKey === payKey
  if (isCurrent && outcome !== 'unknown') record.isBeingPaid = false
  const isLate = outcome === 'captured' && record.formerPayKeys.includes(payKey)
  if (isCurrent || isLate) move(state, orderId, OUTCOME_MOVES[outcome])
}

/** A move that the table refuses changes nothing: the core knew more than this node. */
function move(state: StallState, orderId: OrderId, orderMove: OrderMove): void {
  const record = state.orders.get(orderId)
  if (record === undefined) return
  const moved = moveOrder(record.state, orderMove)
  if (!moved.ok || moved.value === record.state) return
  const before = record.state
  record.state = moved.value
  if (moved.value !== 'deferred' && moved.value !== 'unknown') closeDeferred(state, record)
  countRescue(state, record, before)
  if (ORDER_KEEPS_UNITS[before] && !ORDER_KEEPS_UNITS[record.state]) {
    moveUnits(state, record.order.allocations, 'sold', 'unsold')
    claim(state, record.order, -1)
  }
}

function countRescue(state: StallState, record: OrderRecord, before: OrderRecord['state']): void {
  const change = Number(record.state === 'rescue') - Number(before === 'rescue')
  if (change === 0) return
  for (const { itemId, quantity } of record.order.allocations) {
    poolOf(state, record.order.dropId, itemId).inRescue += change * quantity
  }
}

function closeDeferred(state: StallState, { order }: OrderRecord): void {
  const { deferred } = state
  if (!deferred.acceptedAtMs.delete(order.orderId)) return
  deferred.sumMinor -= order.totalMinor
  const left = (deferred.ordersByBuyer.get(order.buyerId) ?? 0) - 1
  assert(left >= 0 && deferred.sumMinor >= 0, 'deferred orders are counted once')
  if (left === 0) deferred.ordersByBuyer.delete(order.buyerId)
  else deferred.ordersByBuyer.set(order.buyerId, left)
}

function wait(state: StallState, ticket: TicketJoined, sign: 1 | -1): void {
  const { index } = releaseOf(state, ticket.pin.releaseId)
  for (const { itemId, quantity } of needsOf(index, ticket.lines)) {
    poolOf(state, ticket.dropId, itemId).waiting += sign * quantity
  }
}

function lineOf(state: StallState, dropId: DropId): Line {
  const found = state.lines.get(dropId)
  if (found !== undefined) return found
  const line = new Line()
  state.lines.set(dropId, line)
  return line
}

function orderOf(state: StallState, orderId: OrderId): OrderRecord {
  const record = state.orders.get(orderId)
  assert(record !== undefined, 'a decision names an order that was accepted here')
  return record
}
