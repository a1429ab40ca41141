import { assert, unreachable } from '../assert.ts'
import type { DropId, HoldId, ItemId, LeaseId, TicketId } from '../id.ts'
import type { Moment } from './command.ts'
import type { HoldTaken, StallEvent, TicketEnd } from './event.ts'
import { holdOf, intentOf, needsOfTicket } from './sale.ts'
import { unsoldOf, type StallState, type TicketRecord } from './state.ts'
import { canStillCome, collectUnits, isAttainableHere, sellableUnits } from './stock.ts'
import { closeWallets } from './wallet.ts'

/**
 * End the holds whose time is over and the lines of drops that closed.
 *
 * - [H1] A hold ends at its end, to the millisecond that the shell's timer allows; its units go to
 *   the first in line in the same batch.
 */
export function endWhatIsDue(state: StallState, moment: Moment): readonly StallEvent[] {
  const isOpen = (holdId: HoldId) => state.holds.get(holdId)?.end === null
  const holds = state.holdEnds.due(moment.atMs).filter(isOpen)
  const events: StallEvent[] = holds.map((holdId) => holdEnded(holdId, 'expired'))
  for (const [dropId, line] of state.lines) {
    if (line.size === 0 || moment.atMs < closingMs(state, dropId)) continue
    for (const ticketId of line) events.push(ticketLeft(ticketId, 'closed'))
  }
  return events
}

/** When something ends next by the clock, for the shell's timer; `null` when nothing will. */
export function nextDueMs(state: StallState): number | null {
  let nextMs = earlier(state.holdEnds.nextMs, state.walletEnds.nextMs)
  for (const [dropId, line] of state.lines) {
    if (line.size === 0) continue
    nextMs = earlier(nextMs, closingMs(state, dropId))
  }
  return nextMs
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

/** A line ends with its drop, as the release that is active says; without the drop, at once. */
function closingMs(state: StallState, dropId: DropId): number {
  return state.active?.index.drops.get(dropId)?.drop.closesAtMs ?? 0
}

/**
 * The next step of a drop's line: the first ticket that can be served gets a hold, or one that can
 * never be served is told so. `null` when the line stands. Asked again after each step, since each
 * changes what is left.
 *
 * - [H1] Units go to the first in line; nobody behind is served from a pool that somebody ahead
 *   waits for.
 * - [H2] A ticket is told `sold_out` only when nothing is free, held, in rescue or above.
 */
export function nextInLine(
  state: StallState,
  dropId: DropId,
  moment: Moment,
): readonly StallEvent[] | null {
  const line = state.lines.get(dropId)
  if (line === undefined || line.size === 0 || state.frozen !== null) return null
  const taken = new Set<ItemId>()
  for (const ticketId of line) {
    const record = state.tickets.get(ticketId)
    assert(record !== undefined, 'a line holds known tickets')
    const step = stepTicket(state, record, taken, moment)
    if (step !== null) return step
    if (isNothingLeft(state, dropId, taken, moment)) return null
  }
  return null
}

function stepTicket(
  state: StallState,
  { ticket }: TicketRecord,
  taken: Set<ItemId>,
  moment: Moment,
): readonly StallEvent[] | null {
  const needs = needsOfTicket(state, ticket.ticketId)
  if (!canStillCome(state, ticket.dropId, needs, moment)) {
    return [ticketLeft(ticket.ticketId, 'sold_out')]
  }
  if (!isAttainableHere(state, ticket.dropId, needs, moment)) return null
  const isBehind = needs.some(({ itemId }) => taken.has(itemId))
  const allocations = isBehind ? null : collectUnits(state, ticket.dropId, needs, moment)
  if (allocations === null) {
    for (const { itemId } of needs) taken.add(itemId)
    return null
  }
  const holdId = ticket.ticketId as string as HoldId
  const { ticketId } = ticket
  const hold: HoldTaken = holdOf(
    state,
    { intent: intentOf(ticket), holdId, allocations, ticketId },
    moment,
  )
  return [ticketLeft(ticketId, 'served'), { type: 'hold.taken', body: hold }]
}

/** Nobody further back could be served, nor would have to be told that nothing can come. */
function isNothingLeft(
  state: StallState,
  dropId: DropId,
  taken: ReadonlySet<ItemId>,
  moment: Moment,
): boolean {
  for (const pool of state.pools.values()) {
    if (pool.dropId !== dropId || pool.waiting === 0) continue
    if (pool.isExhausted) return false
    if (!taken.has(pool.itemId) && sellableUnits(pool, moment) > 0) return false
  }
  return true
}

/** Give unsold units of one lease, or of all, back to the parent. [L7] */
export function returnUnits(state: StallState, leaseId: LeaseId | null): readonly StallEvent[] {
  const leases = leaseId === null ? [...state.leases.values()] : [state.leases.get(leaseId)]
  return leases.flatMap((lease) => {
    const quantity = lease === undefined ? 0 : unsoldOf(lease)
    if (lease === undefined || quantity === 0) return []
    const body = { feedPosition: null, leaseId: lease.leaseId, quantity }
    return [{ type: 'lease.returned', body } as const]
  })
}

/** The last facts of an epoch that closes in order: nobody waits, nothing is kept. */
export function closeDown(state: StallState): readonly StallEvent[] {
  const events: StallEvent[] = [...closeWallets(state)]
  for (const [holdId, { hold, end }] of state.holds) {
    if (end === null && hold.paying === null) events.push(holdEnded(holdId, 'released'))
  }
  for (const line of state.lines.values()) {
    for (const ticketId of line) events.push(ticketLeft(ticketId, 'closed'))
  }
  return events
}

/** The fact that a hold ended. */
export function holdEnded(
  holdId: HoldId,
  reason: Extract<StallEvent, { readonly type: 'hold.ended' }>['body']['reason'],
): StallEvent {
  return { type: 'hold.ended', body: { holdId, reason } }
}

/** The fact that somebody left the line. */
export function ticketLeft(ticketId: TicketId, reason: TicketEnd): StallEvent {
  return { type: 'ticket.left', body: { reason, ticketId } }
}

/** The drops whose pools an event may have changed for the people in line. */
export function dropsTouchedBy(state: StallState, event: StallEvent): readonly DropId[] {
  switch (event.type) {
    case 'lease.received':
    case 'lease.taken':
    case 'lease.handed':
    case 'pool.reported':
      return [event.body.dropId]
    case 'hold.ended':
      return dropOf(state.holds.get(event.body.holdId)?.hold.dropId)
    case 'ticket.left':
      return event.body.reason === 'left'
        ? dropOf(state.tickets.get(event.body.ticketId)?.ticket.dropId)
        : []
    case 'payment.settled':
    case 'order.moved':
      return dropOf(state.orders.get(event.body.orderId)?.order.dropId)
    case 'lease.returned':
      return dropOf(state.leases.get(event.body.leaseId)?.dropId)
    case 'order.accepted':
      return state.lines.has(event.body.dropId) ? [event.body.dropId] : []
    case 'release.applied':
    case 'lease.disclaimed':
    case 'hold.taken':
    case 'ticket.joined':
    case 'payment.requested':
    case 'clock.doubted':
    case 'clock.confirmed':
    case 'stall.frozen':
    case 'request.made':
    case 'request.decided':
    case 'cash.counted':
    case 'stock.counted':
    case 'wallet.asked':
    case 'tip.given':
    case 'wallet.closed':
      return []
    default:
      return unreachable(event)
  }
}

function dropOf(dropId: DropId | undefined): readonly DropId[] {
  return dropId === undefined ? [] : [dropId]
}
