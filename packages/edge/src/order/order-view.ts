import {
  acceptedAnswer,
  holdAnswer,
  payingHoldId,
  ticketAnswer,
  unreachable,
  type BuyerId,
  type HoldId,
  type OrderId,
  type OrderRecord,
  type StallAnswer,
  type StallState,
  type TicketId,
} from '@nightmarket/kernel'

import type { OrderView, PendingAnswer } from '../contract/answer-schema.ts'

/** What a stall knows under an id, and whose it is. */
export interface Standing {
  readonly buyerId: BuyerId
  readonly answer: StallAnswer
  readonly record: OrderRecord | null
}

/** How an order stands: sold, being paid, waiting, or set aside under the same id. */
export function findOrder(state: StallState, orderId: OrderId): Standing | null {
  const record = state.orders.get(orderId)
  if (record !== undefined) {
    return { buyerId: record.order.buyerId, answer: acceptedAnswer(record), record }
  }
  return findHold(state, payingHoldId(orderId)) ?? findHold(state, orderId as string as HoldId)
}

/** How a hold stands, or the place in line that it may come from: both have one id. */
export function findHold(state: StallState, holdId: HoldId): Standing | null {
  const hold = state.holds.get(holdId)
  if (hold !== undefined) {
    return { buyerId: hold.hold.buyerId, answer: holdAnswer(hold), record: null }
  }
  return findTicket(state, holdId as string as TicketId)
}

/** How a place in line stands. */
export function findTicket(state: StallState, ticketId: TicketId): Standing | null {
  const ticket = state.tickets.get(ticketId)
  if (ticket === undefined) return null
  const { buyerId } = ticket.ticket
  return { buyerId, answer: ticketAnswer(state, ticket), record: null }
}

/** What an asker is shown: an order id alone shows only how it stands. [ED5] */
export function viewOrder(orderId: OrderId, standing: Standing, asker: string | null): OrderView {
  const { answer, record, buyerId } = standing
  const isBuyer = asker === buyerId
  const status = answer.status as OrderView['status']
  return {
    orderId,
    status,
    state: answer.status === 'accepted' ? answer.state : null,
    order: isBuyer && record !== null ? viewRecord(record) : null,
    pending: isBuyer && record === null ? viewPending(answer) : null,
  }
}

function viewRecord({ order, payment, sequence }: OrderRecord): OrderView['order'] {
  const { dropId, lines, totalMinor, currency } = order
  const { payKey, method, amountMinor } = payment
  return {
    dropId,
    lines: lines.map((line) => ({ ...line })),
    totalMinor,
    currency,
    payment: { payKey, method, amountMinor },
    sequence,
  }
}

/** What is no sale yet, in the words of the interface. */
export function viewPending(answer: StallAnswer): PendingAnswer {
  switch (answer.status) {
    case 'paying': {
      const { status, orderId, holdId, payment, expiresAtMs } = answer
      return { status, orderId, holdId, amountMinor: payment.amountMinor, expiresAtMs }
    }
    case 'held':
    case 'waiting':
    case 'hold_ended':
    case 'ticket_ended':
      return { ...answer }
    case 'accepted':
    case 'wallet':
    case 'done':
    case 'rejected':
      throw new TypeError(`a ${answer.status} answer is not pending`)
    default:
      return unreachable(answer)
  }
}

/** The one word by which an asker says what it has seen. */
export function stageOf({ answer }: Standing): string {
  return answer.status === 'accepted' ? answer.state : answer.status
}
