import { unreachable } from '../assert.ts'
import type { DropId } from '../id.ts'
import { isClockBack } from './admission.ts'
import { holdAnswer, ticketAnswer } from './answer.ts'
import { applyEvent } from './apply-event.ts'
import type { Decision, Moment, StallAnswer, StallCommand } from './command.ts'
import type { StallEvent } from './event.ts'
import { followParent, freeze } from './parent-decision.ts'
import { countCash, countStock } from './count.ts'
import { refuses, says } from './decision.ts'
import { handOver, refuseSlip, takeSlip } from './handover.ts'
import { buyHold, payOrder, placeOrder, takeHold } from './sale.ts'
import { makeRequest } from './till-request.ts'
import { closeWallet, endWallets, giveTip, openWallet } from './wallet.ts'
import type { StallState } from './state.ts'
import {
  dropsTouchedBy,
  endWhatIsDue,
  holdEnded,
  nextInLine,
  returnUnits,
  ticketLeft,
} from './upkeep.ts'

/** How far the wall clock may be from the parent's for a stopped stall to go on. */
export const CLOCK_SKEW_MS_MAX = 30_000

/**
 * How far the wall clock may fall behind what it should read before it is doubted for good. The
 * margin of a lease covers less; more, unnoticed, would sell too long after a restart.
 */
export const CLOCK_DOUBT_MS = 4_000

/**
 * Decide a command and fold its facts into the state. The one way a stall changes.
 *
 * Whatever a command sets free goes to the people in line in the same batch: no fact is durable
 * without its consequence. The answer may be given once every returned event is durable.
 */
export function runCommand(state: StallState, command: StallCommand, moment: Moment): Decision {
  const events: StallEvent[] = []
  const answer = runParts(state, command, moment, events)
  // What an epoch that closed gets back later goes up as well: nothing sells it here any more.
  if (state.frozen === 'closed') carryOut(state, returnUnits(state, null), moment, events)
  return { events, answer }
}

function runParts(
  state: StallState,
  command: StallCommand,
  moment: Moment,
  into: StallEvent[],
): StallAnswer {
  carryOut(state, doubtClock(state, moment), moment, into)
  if (command.type !== 'apply_feed') {
    const decision = decide(state, command, moment)
    carryOut(state, decision.events, moment, into)
    return decision.answer
  }
  const { items, parentTimeMs } = command
  carryOut(state, confirmClock(state, parentTimeMs, moment), moment, into)
  // Not journaled: after a restart, what the leases in the journal say of it stands in.
  state.behindParentMs = Math.max(0, parentTimeMs - moment.atMs)
  for (const item of items) {
    carryOut(state, followParent(state, item, parentTimeMs, moment), moment, into)
  }
  return { status: 'done' }
}

function decide(
  state: StallState,
  command: Exclude<StallCommand, { readonly type: 'apply_feed' }>,
  moment: Moment,
): Decision {
  switch (command.type) {
    case 'place_order':
      return placeOrder(state, command, moment)
    case 'buy_hold':
      return buyHold(state, command, moment)
    case 'take_hold':
      return takeHold(state, command, moment)
    case 'pay_order':
      return payOrder(state, command)
    case 'release_hold':
      return releaseHold(state, command)
    case 'leave_line':
      return leaveLine(state, command)
    case 'tick':
      return facts([...endWhatIsDue(state, moment), ...endWallets(state, moment)])
    case 'open_wallet':
      return openWallet(state, command, moment)
    case 'give_tip':
      return giveTip(state, command, moment)
    case 'close_wallet':
      return closeWallet(state, command)
    case 'hand_over':
      return handOver(state, command, moment)
    case 'take_slip':
      return takeSlip(state, command, moment)
    case 'refuse_slip':
      return refuseSlip(state, command)
    case 'make_request':
      return makeRequest(state, command)
    case 'count_cash':
      return countCash(state, command)
    case 'count_stock':
      return countStock(state, command)
    case 'return_units':
      return facts(returnUnits(state, command.leaseId))
    case 'freeze':
      return facts(freeze(state, command.reason))
    default:
      return unreachable(command)
  }
}

/** Fold the facts, then serve the lines of the drops they touched, until every line stands. */
function carryOut(
  state: StallState,
  decided: readonly StallEvent[],
  moment: Moment,
  into: StallEvent[],
): void {
  if (decided.length === 0) return
  const touched = new Set<DropId>()
  for (const event of decided) {
    applyEvent(state, event, moment)
    into.push(event)
    if (state.lines.size === 0) continue
    for (const dropId of dropsTouchedBy(state, event)) touched.add(dropId)
  }
  for (const dropId of touched) serveLine(state, dropId, moment, into)
}

function serveLine(state: StallState, dropId: DropId, moment: Moment, into: StallEvent[]): void {
  for (;;) {
    const step = nextInLine(state, dropId, moment)
    if (step === null) return
    for (const event of step) {
      applyEvent(state, event, moment)
      into.push(event)
    }
  }
}

function releaseHold(
  state: StallState,
  { holdId, buyerId }: Extract<StallCommand, { readonly type: 'release_hold' }>,
): Decision {
  const record = state.holds.get(holdId)
  if (record === undefined || record.hold.buyerId !== buyerId) {
    return refuses({ code: 'hold_unknown' })
  }
  if (record.end !== null || record.hold.paying !== null) return says(holdAnswer(record))
  const answer: StallAnswer = { status: 'hold_ended', holdId, reason: 'released' }
  return { events: [holdEnded(holdId, 'released')], answer }
}

function leaveLine(
  state: StallState,
  { ticketId, buyerId }: Extract<StallCommand, { readonly type: 'leave_line' }>,
): Decision {
  const record = state.tickets.get(ticketId)
  if (record === undefined || record.ticket.buyerId !== buyerId) {
    return refuses({ code: 'ticket_unknown' })
  }
  if (record.end !== null) return says(ticketAnswer(state, record))
  const answer: StallAnswer = { status: 'ticket_ended', ticketId, reason: 'left' }
  return { events: [ticketLeft(ticketId, 'left')], answer }
}

/**
 * [L3] A clock that went back by more than a correction is written down: a process that starts
 * anew, with another monotonic clock, could not tell any more.
 */
function doubtClock(state: StallState, moment: Moment): readonly StallEvent[] {
  if (state.isClockDoubted || state.active === null) return []
  const { clock, lastAtMs } = state
  const elapsedMs = clock === null ? 0 : moment.monotonicMs - clock.monotonicMs
  const expectedAtMs = Math.max(lastAtMs, clock === null ? 0 : clock.atMs + elapsedMs)
  if (moment.atMs >= expectedAtMs - CLOCK_DOUBT_MS) return []
  return [{ type: 'clock.doubted', body: { expectedAtMs } }]
}

/** [L3] A clock that went back is trusted again once the parent's agrees with it. */
function confirmClock(
  state: StallState,
  parentTimeMs: number,
  moment: Moment,
): readonly StallEvent[] {
  const isBack = isClockBack(state, moment)
  const isClose = Math.abs(moment.atMs - parentTimeMs) <= CLOCK_SKEW_MS_MAX
  return isBack && isClose ? [{ type: 'clock.confirmed', body: { parentTimeMs } }] : []
}

function facts(events: readonly StallEvent[]): Decision {
  return { events, answer: { status: 'done' } }
}
