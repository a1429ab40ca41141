import { assert } from '../assert.ts'
import type { HoldId, OrderId } from '../id.ts'
import { err, type Result } from '../result.ts'
import { admit, notSelling, type Admitted } from './admission.ts'
import type {
  Decision,
  Moment,
  PaymentWish,
  StallAnswer,
  StallCommand,
  StallRejection,
  Wish,
} from './command.ts'
import { mayDefer } from './deferral.ts'
import type {
  Allocation,
  HoldTaken,
  Intent,
  OrderAccepted,
  PaymentRequest,
  TicketJoined,
} from './event.ts'
import { acceptedAnswer } from './answer.ts'
import { refuses, says } from './decision.ts'
import { releaseOf, type HoldRecord, type StallState } from './state.ts'
import { isOwnHold, knownHold, knownOrder, payingHoldId, ticketIdOf } from './known.ts'
import { drawForOrder } from './wallet.ts'
import {
  canStillCome,
  collectUnits,
  findPool,
  isAttainableHere,
  leaseEndMs,
  needsOf,
  type Need,
} from './stock.ts'

type Command<Type extends StallCommand['type']> = Extract<StallCommand, { readonly type: Type }>

/**
 * Decide a tap on "buy".
 *
 * - [O1] The same id gives the same answer; with another body it is refused.
 * - [O2] The order, its units and its payment request are one fact, durable before any payment.
 * - [H2] Without free units the answer is a place in line, until nothing can come any more.
 * - [O7] Above the deferred limits the units are held while the payment runs.
 */
export function placeOrder(
  state: StallState,
  command: Command<'place_order'>,
  moment: Moment,
): Decision {
  const { orderId, wish, payment } = command
  const known = knownOrder(state, orderId, wish.requestHash)
  if (known !== null) return says(known)
  const admitted = admitPaid(state, wish, payment, moment)
  if (!admitted.ok) return refuses(admitted.error)
  const { index, intent } = admitted.value
  const found = findUnits(state, admitted.value, wish, moment)
  if (found === 'sold_out') return refuses({ code: 'sold_out', dropId: intent.dropId })
  const { isNowOrNever = false } = command
  if (found === 'wait') {
    if (isNowOrNever) return refuses({ code: 'units_short', dropId: intent.dropId })
    return joinLine(state, intent, ticketIdOf(orderId))
  }
  const purchase = { index, intent, orderId, allocations: found, holdId: null, payment }
  return buy(state, { ...purchase, isNowOrNever }, moment)
}

/**
 * Why a sale would be refused at this moment, or `null`; nothing is changed. A till asks before a
 * card is held to its reader, so that no card says yes to a sale that cannot be. [TP5]
 */
export function saleRefusal(
  state: StallState,
  command: Command<'place_order'>,
  moment: Moment,
): StallRejection | null {
  const { answer } = placeOrder(state, command, moment)
  return answer.status === 'rejected' ? answer.rejection : null
}

/**
 * Decide a buyer's wish to set units aside.
 *
 * - [H1] The hold ends `holdMs` after it was taken, and never after its lease. [I6]
 */
export function takeHold(
  state: StallState,
  command: Command<'take_hold'>,
  moment: Moment,
): Decision {
  const { holdId, wish } = command
  const known = knownHold(state, holdId, wish.requestHash)
  if (known !== null) return says(known)
  const admitted = admit(state, wish, moment)
  if (!admitted.ok) return refuses(admitted.error)
  const { intent } = admitted.value
  const found = findUnits(state, admitted.value, wish, moment)
  if (found === 'sold_out') return refuses({ code: 'sold_out', dropId: intent.dropId })
  if (found === 'wait') return joinLine(state, intent, ticketIdOf(holdId))
  const hold = holdOf(state, { intent, holdId, allocations: found, ticketId: null }, moment)
  return { events: [{ type: 'hold.taken', body: hold }], answer: heldAnswer(hold) }
}

/**
 * Decide the purchase of what a hold keeps, at the price it keeps.
 *
 * - [H3] The hold's price stands, whatever release is active by now.
 */
export function buyHold(
  state: StallState,
  command: Command<'buy_hold'>,
  moment: Moment,
): Decision {
  const { orderId, holdId, buyerId, payment, requestHash } = command
  const known = knownOrder(state, orderId, requestHash)
  if (known !== null && !isOwnHold(state, orderId, holdId)) return says(known)
  const record = state.holds.get(holdId)
  if (record === undefined || record.hold.buyerId !== buyerId) {
    return refuses({ code: 'hold_unknown' })
  }
  const refusal = holdRefusal(state, record, payment, moment)
  if (refusal !== null) return refuses(refusal)
  const { hold } = record
  const { index } = releaseOf(state, hold.pin.releaseId)
  const intent = { ...intentOfHold(hold), requestHash }
  const { allocations } = hold
  const purchase = { index, intent, orderId, allocations, holdId, payment, isNowOrNever: false }
  const bought = buy(state, purchase, moment)
  const end = { type: 'hold.ended', body: { holdId, reason: 'bought' } } as const
  return { events: [end, ...bought.events], answer: bought.answer }
}

/**
 * Decide a payment for an order whose first one failed: a fresh key, after a terminal decline.
 *
 * - [O3] One payment at a time: a second one waits for the outcome of the first.
 */
export function payOrder(state: StallState, command: Command<'pay_order'>): Decision {
  const { orderId, buyerId, payment, operatorId, why } = command
  const record = state.orders.get(orderId)
  if (record === undefined || record.order.buyerId !== buyerId) {
    return refuses({ code: 'order_unknown' })
  }
  const isLater = record.payment !== record.order.payment
  const isRepeat = isLater && record.payment.payKey === payment.payKey
  if (isRepeat) return says(acceptedAnswer(record))
  if (state.payKeys.has(payment.payKey)) return refuses({ code: 'pay_key_reused' })
  if (record.state !== 'rescue') {
    return refuses({ code: 'order_not_in_rescue', state: record.state })
  }
  if (record.isBeingPaid) return refuses({ code: 'payment_in_flight' })
  // A rescue waits for money that moves; what is set aside for small things is for new ones.
  if (payment.method === 'wallet') {
    return refuses({ code: 'payment_method_refused', method: 'wallet' })
  }
  const { totalMinor } = record.order
  if (isShort(payment, totalMinor)) {
    return refuses({ code: 'tendered_short', amountMinor: totalMinor })
  }
  const request = paymentOf(payment, totalMinor)
  return {
    events: [{ type: 'payment.requested', body: { operatorId, why, orderId, payment: request } }],
    answer: acceptedAnswer(record),
  }
}

function admitPaid(
  state: StallState,
  wish: Wish,
  payment: PaymentWish,
  moment: Moment,
): Result<Admitted, StallRejection> {
  if (state.payKeys.has(payment.payKey)) return err({ code: 'pay_key_reused' })
  return admit(state, wish, moment)
}

/** Units now, a place in line, or the truth that there will be none. */
function findUnits(
  state: StallState,
  { index, intent }: Admitted,
  wish: Wish,
  moment: Moment,
): readonly Allocation[] | 'wait' | 'sold_out' {
  const needs = needsOf(index, wish.lines)
  const allocations = collectUnits(state, intent.dropId, needs, moment)
  if (allocations !== null && !isLineAhead(state, intent, needs, moment)) return allocations
  return canStillCome(state, intent.dropId, needs, moment) ? 'wait' : 'sold_out'
}

/** Whoever waits for one of these items, and could be served here, goes first. [H1] */
function isLineAhead(
  state: StallState,
  { dropId }: Intent,
  needs: readonly Need[],
  moment: Moment,
): boolean {
  const wanted = needs.map(({ itemId }) => itemId)
  const isWaitedFor = wanted.some((item) => (findPool(state, dropId, item)?.waiting ?? 0) > 0)
  if (!isWaitedFor) return false
  for (const ticketId of state.lines.get(dropId) ?? []) {
    const theirs = needsOfTicket(state, ticketId)
    const isRival = theirs.some(({ itemId }) => wanted.includes(itemId))
    if (isRival && isAttainableHere(state, dropId, theirs, moment)) return true
  }
  return false
}

/** What somebody in line waits for. */
export function needsOfTicket(state: StallState, ticketId: TicketJoined['ticketId']) {
  const record = state.tickets.get(ticketId)
  assert(record !== undefined, 'a line holds known tickets')
  const { ticket } = record
  return needsOf(releaseOf(state, ticket.pin.releaseId).index, ticket.lines)
}

function joinLine(
  state: StallState,
  intent: Intent,
  ticketId: TicketJoined['ticketId'],
): Decision {
  const position = (state.lines.get(intent.dropId)?.size ?? 0) + 1
  return {
    events: [{ type: 'ticket.joined', body: { ...intent, ticketId } }],
    answer: { status: 'waiting', ticketId, position },
  }
}

interface Purchase {
  readonly index: Admitted['index']
  readonly intent: Intent
  readonly orderId: OrderId
  readonly allocations: readonly Allocation[]
  readonly holdId: HoldId | null
  readonly payment: PaymentWish
  readonly isNowOrNever: boolean
}

function buy(state: StallState, purchase: Purchase, moment: Moment): Decision {
  const { index, intent, payment } = purchase
  if (isShort(payment, intent.totalMinor)) {
    return refuses({ code: 'tendered_short', amountMinor: intent.totalMinor })
  }
  if (payment.method === 'cash') return accept(state, purchase, 'captured')
  if (payment.method === 'wallet') return buyFromWallet(state, purchase, moment)
  if (mayDefer(state, index, intent, moment)) return accept(state, purchase, 'deferred')
  if (purchase.isNowOrNever) return refuses({ code: 'payment_not_deferrable' })
  const { orderId, allocations } = purchase
  const request = paymentOf(payment, intent.totalMinor)
  const holdId = payingHoldId(orderId)
  const hold = {
    ...holdOf(state, { intent, holdId, allocations, ticketId: null }, moment),
    paying: { orderId, payment: request },
  }
  return {
    events: [{ type: 'hold.taken', body: hold }],
    answer: { status: 'paying', orderId, holdId, payment: request, expiresAtMs: hold.expiresAtMs },
  }
}

/** Money that is set aside already: nobody has to be asked, however long the node is cut off. */
function buyFromWallet(state: StallState, purchase: Purchase, moment: Moment): Decision {
  const { intent, payment } = purchase
  const draw = { ...intent, walletId: payment.reference, amountMinor: intent.totalMinor }
  const drawn = drawForOrder(state, draw, moment)
  if ('code' in drawn) return refuses(drawn)
  const { events, answer } = accept(state, purchase, 'authorized')
  return { events: [...events, ...drawn], answer }
}

function accept(
  state: StallState,
  { intent, orderId, allocations, holdId, payment }: Purchase,
  stage: OrderAccepted['state'],
): Decision {
  const order: OrderAccepted = {
    allocations,
    buyerId: intent.buyerId,
    currency: intent.currency,
    dropId: intent.dropId,
    holdId,
    lines: intent.lines,
    operatorId: intent.operatorId,
    orderId,
    payment: paymentOf(payment, intent.totalMinor),
    pin: intent.pin,
    requestHash: intent.requestHash,
    state: stage,
    tokenId: intent.tokenId,
    totalMinor: intent.totalMinor,
  }
  const sequence = state.sequence + (holdId === null ? 1 : 2)
  return {
    events: [{ type: 'order.accepted', body: order }],
    answer: { status: 'accepted', order, state: stage, sequence },
  }
}

/** A paying hold whose payment was authorised becomes the order it was for. */
export function acceptPaid(
  hold: HoldTaken,
  stage: 'authorized' | 'captured',
): OrderAccepted | null {
  if (hold.paying === null) return null
  const { orderId, payment } = hold.paying
  const { allocations, holdId } = hold
  return { ...intentOfHold(hold), allocations, holdId, orderId, payment, state: stage }
}

/** The hold that units become, ending in time for the lease they come from. [H1, I6] */
export function holdOf(
  state: StallState,
  hold: Pick<HoldTaken, 'holdId' | 'allocations' | 'ticketId'> & { readonly intent: Intent },
  moment: Moment,
): HoldTaken {
  const { intent, holdId, allocations, ticketId } = hold
  const { terms } = releaseOf(state, intent.pin.releaseId).index.release
  const ends = allocations.map(({ leaseId }) => {
    const lease = state.leases.get(leaseId)
    assert(lease !== undefined, 'units come from a lease that was received')
    return leaseEndMs(lease)
  })
  const expiresAtMs = Math.min(moment.atMs + terms.holdMs, ...ends)
  return { ...intent, allocations, expiresAtMs, holdId, paying: null, ticketId }
}

function intentOfHold(hold: HoldTaken | TicketJoined): Intent {
  const { buyerId, currency, dropId, lines, operatorId, pin, requestHash, tokenId } = hold
  const { totalMinor } = hold
  return { buyerId, currency, dropId, lines, operatorId, pin, requestHash, tokenId, totalMinor }
}

/** What a ticket, a hold or an order has in common. */
export const intentOf = intentOfHold

function paymentOf(
  { payKey, method, reference, tenderedMinor }: PaymentWish,
  amountMinor: number,
): PaymentRequest {
  return { amountMinor, method, payKey, reference, tenderedMinor }
}

/** Cash that was given must cover what is to be paid. */
function isShort({ tenderedMinor }: PaymentWish, amountMinor: number): boolean {
  return tenderedMinor !== undefined && tenderedMinor < amountMinor
}

function holdRefusal(
  state: StallState,
  { hold, end }: HoldRecord,
  payment: PaymentWish,
  moment: Moment,
): StallRejection | null {
  if (end !== null) return { code: 'hold_over', reason: end }
  const reason = notSelling(state, moment)
  if (reason !== null) return { code: 'not_selling', reason }
  if (hold.paying !== null || state.payKeys.has(payment.payKey)) return { code: 'pay_key_reused' }
  return moment.atMs >= hold.expiresAtMs ? { code: 'hold_over', reason: 'expired' } : null
}

function heldAnswer({ holdId, expiresAtMs }: HoldTaken): StallAnswer {
  return { status: 'held', holdId, expiresAtMs }
}
