import type { HoldId, OrderId, WalletId } from '../id.ts'
import { acceptedAnswer, holdAnswer, ticketAnswer } from './answer.ts'
import type { StallAnswer } from './command.ts'
import type { TicketJoined } from './event.ts'
import type { StallState } from './state.ts'

/** A place in line has the id of the order or the hold that it stands for. */
export function ticketIdOf(id: OrderId | HoldId): TicketJoined['ticketId'] {
  return id as string as TicketJoined['ticketId']
}

/** The hold of an order whose payment is in flight. */
export function payingHoldId(orderId: OrderId): HoldId {
  return `${orderId}~pay` as HoldId
}

/** What this stall has said about an id before, whatever became of it since. [O1] */
export function knownOrder(
  state: StallState,
  orderId: OrderId,
  requestHash: string,
): StallAnswer | null {
  const record = state.orders.get(orderId)
  if (record !== undefined) {
    return record.order.requestHash === requestHash ? acceptedAnswer(record) : REUSED
  }
  if (state.wallets.has(orderId as string as WalletId)) return REUSED
  if (state.holds.size === 0 && state.tickets.size === 0) return null
  const paying = state.holds.get(payingHoldId(orderId))
  if (paying !== undefined) {
    return paying.hold.requestHash === requestHash ? holdAnswer(paying) : REUSED
  }
  return knownHold(state, orderId as string as HoldId, requestHash)
}

/** What this stall has said about a hold's id before. */
export function knownHold(
  state: StallState,
  holdId: HoldId,
  requestHash: string,
): StallAnswer | null {
  const record = state.holds.get(holdId)
  if (record !== undefined) {
    return record.hold.requestHash === requestHash ? holdAnswer(record) : REUSED
  }
  const ticket = state.tickets.get(ticketIdOf(holdId))
  if (ticket === undefined) return null
  return ticket.ticket.requestHash === requestHash ? ticketAnswer(state, ticket) : REUSED
}

/** A hold served from the line carries the id of the order that waited; buying it is no repeat. */
export function isOwnHold(state: StallState, orderId: OrderId, holdId: HoldId): boolean {
  const isBought = state.orders.has(orderId) || state.holds.has(payingHoldId(orderId))
  return !isBought && (orderId as string) === (holdId as string)
}

const REUSED: StallAnswer = {
  status: 'rejected',
  rejection: { code: 'idempotency_key_reused' },
}
