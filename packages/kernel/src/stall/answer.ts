import { assert } from '../assert.ts'
import type { StallAnswer } from './command.ts'
import type { HoldRecord, OrderRecord, StallState, TicketRecord } from './state.ts'

/** How an accepted order stands now. */
export function acceptedAnswer({ order, state, sequence }: OrderRecord): StallAnswer {
  return { status: 'accepted', order, state, sequence }
}

/** How a hold stands now. */
export function holdAnswer({ hold, end }: HoldRecord): StallAnswer {
  const { holdId, expiresAtMs, paying } = hold
  if (end !== null) return { status: 'hold_ended', holdId, reason: end }
  if (paying === null) return { status: 'held', holdId, expiresAtMs }
  const { orderId, payment } = paying
  return { status: 'paying', orderId, holdId, payment, expiresAtMs }
}

/** How a ticket stands now: its true place in line, or how the wait ended. [S4] */
export function ticketAnswer(state: StallState, { ticket, end }: TicketRecord): StallAnswer {
  const { ticketId, dropId } = ticket
  if (end !== null) return { status: 'ticket_ended', ticketId, reason: end }
  const line = state.lines.get(dropId)
  assert(line !== undefined && line.has(ticketId), 'a waiting ticket is in its line')
  return { status: 'waiting', ticketId, position: line.placeOf(ticketId) }
}
