import {
  addAmounts,
  type Digest,
  type HoldTaken,
  type JournalEntry,
  moveOrder,
  ORDER_KEEPS_UNITS,
  type OrderAccepted,
  type OrderId,
  type OrderMove,
  type OrderState,
  OUTCOME_MOVES,
  type StallEvent,
  unreachable,
} from '@nightmarket/kernel'

import { type Batch, giveUnitsBack, type OrderAccount, unsoldOf } from './batch.ts'
import { checkDeferred, checkPayment, checkPin, checkUnits } from './check-sale.ts'
import { foldCashCount, foldStockCount } from './fold-count.ts'
import type { FoldTools } from './fold-tools.ts'
import { foldHanded, foldTaken } from './fold-transfer.ts'
import { foldWallet, refusePayment, requestPayment } from './fold-payment.ts'
import { parseEvent } from './parse-event.ts'
import { poison } from './poison.ts'
import { saleOrderRow } from './sale-order-row.ts'

type Body<Type extends StallEvent['type']> = Extract<StallEvent, { readonly type: Type }>['body']

/**
 * Let one entry take effect in the batch.
 *
 * [S2] An entry that its node had no authority for stays in the log; its effect is refused, a
 * person sees it, and the entries after it are not held up by it. [I24]
 */
export function foldEntry(batch: Batch, entry: JournalEntry, tools: FoldTools): void {
  const { digest } = tools
  const parsed = parseEvent(entry)
  if (!parsed.ok) return poison(batch, entry, parsed.error)
  const event = parsed.value
  switch (event.type) {
    case 'order.accepted':
      return foldOrder(batch, entry, event.body, digest)
    case 'hold.taken':
      return foldHold(batch, entry, event.body, digest)
    case 'payment.requested':
      return foldPaymentRequest(batch, entry, event.body)
    case 'payment.settled':
      return foldSettled(batch, entry, event.body)
    case 'order.moved':
      return foldMoved(batch, entry, event.body)
    case 'lease.received':
      return foldReceived(batch, entry, event.body)
    case 'lease.returned':
      return foldReturned(batch, entry, event.body)
    case 'lease.disclaimed':
      return foldDisclaimed(batch, entry, event.body)
    case 'release.applied':
      return foldRelease(batch, entry, event.body)
    case 'lease.handed':
      return poisonIf(batch, entry, foldHanded(batch, entry, event.body))
    case 'lease.taken':
      return poisonIf(batch, entry, foldTaken(batch, entry, event.body, tools))
    case 'request.made':
      batch.requests.push({ entry, request: event.body })
      return
    case 'cash.counted':
      return foldCashCount(batch, entry, event.body)
    case 'stock.counted':
      return foldStockCount(batch, entry, event.body)
    case 'wallet.asked':
      return foldWallet(batch, entry, event.body)
    case 'tip.given':
      batch.tasks.push({ type: 'tip', entry, tip: event.body })
      return
    case 'wallet.closed':
      batch.tasks.push({ type: 'close_wallet', entry, end: event.body })
      return
    case 'stall.frozen':
      batch.isClosing ||= event.body.reason === 'closed'
      return
    case 'hold.ended':
    case 'ticket.joined':
    case 'ticket.left':
    case 'pool.reported':
    case 'clock.doubted':
    case 'clock.confirmed':
    case 'request.decided':
      return
    default:
      unreachable(event)
  }
}

function poisonIf(batch: Batch, entry: JournalEntry, reason: string | null): void {
  if (reason !== null) poison(batch, entry, reason)
}

function foldReceived(batch: Batch, entry: JournalEntry, body: Body<'lease.received'>): void {
  const lease = batch.findLease(body.leaseId)
  const isOurs =
    lease !== null &&
    lease.granted + lease.handed === body.quantity &&
    lease.row.item_id === body.itemId &&
    lease.row.drop_id === body.dropId
  if (!isOurs || lease.state === 'disclaimed') {
    return poison(batch, entry, 'lease_foreign')
  }
  if (lease.state === 'granted') lease.state = 'received'
}

/** [L4] Only the child's word brings units back; and it can only give what it can have. */
function foldReturned(batch: Batch, entry: JournalEntry, body: Body<'lease.returned'>): void {
  const lease = batch.findLease(body.leaseId)
  if (lease === null) return poison(batch, entry, 'lease_foreign')
  const told = body.feedPosition === null ? undefined : batch.known.told.get(body.feedPosition)
  const asked = told?.type === 'lease.recalled' ? told.body.quantity : 0
  lease.recalled = Math.max(0, lease.recalled - asked)
  if (body.quantity > unsoldOf(lease)) {
    // What a write-off counted as there is free already: the node only says the same.
    const isCounted = lease.state === 'written_off' && lease.writtenOff === 0
    const isGivenUp = lease.writtenOff > 0
    if (!isCounted) return poison(batch, entry, isGivenUp ? 'lease_written_off' : 'lease_overdrawn')
  }
  lease.returned += Math.min(body.quantity, unsoldOf(lease))
}

/**
 * [L4] A lease that never arrived is wholly back. One that did cannot be disclaimed.
 *
 * One that nobody knows is of a slip whose giver was not heard yet: its taker says so again when it
 * is asked.
 */
function foldDisclaimed(batch: Batch, entry: JournalEntry, body: Body<'lease.disclaimed'>): void {
  if (!batch.known.leases.has(body.leaseId)) return
  const lease = batch.findLease(body.leaseId)
  if (lease === null) return poison(batch, entry, 'lease_foreign')
  if (lease.state === 'disclaimed') return
  const isTouched = lease.sold > 0 || lease.returned > 0 || lease.handed > 0
  if (lease.state !== 'granted' || isTouched) {
    return poison(batch, entry, 'lease_received')
  }
  lease.returned = lease.granted
  lease.recalled = 0
  lease.state = 'disclaimed'
}

/** [I21] What a node applied was made current under that number. */
function foldRelease(batch: Batch, entry: JournalEntry, body: Body<'release.applied'>): void {
  if (!batch.known.activations.has(`${body.number}/${body.releaseId}`)) {
    poison(batch, entry, 'release_unknown')
  }
}

/** A hold that pays: the processor is asked, and takes no money before the node has answered. */
function foldHold(batch: Batch, entry: JournalEntry, hold: HoldTaken, digest: Digest): void {
  if (hold.paying === null) return
  const { orderId, payment } = hold.paying
  const reason =
    checkPin(batch, hold, digest) ??
    checkUnits(batch, hold, entry, true).poison ??
    (batch.known.orders.has(orderId) ? 'order_id_reused' : null) ??
    (payment.amountMinor === hold.totalMinor ? null : 'payment_amount_wrong') ??
    (batch.isPayKeyTaken(payment.payKey) ? 'pay_key_reused' : null)
  if (reason === null) return requestPayment(batch, entry, hold, orderId, payment, 'hold')
  poison(batch, entry, reason, { orderId })
  // Its node waits for an outcome: nobody was asked, so nothing was taken.
  refusePayment(batch, orderId, payment)
}

/**
 * An order: units, limits, price and payment are checked again. [I18, I22]
 *
 * What fails goes to rescue, contested, and a person sees it: the buyer was told yes. [L5, S5]
 */
function foldOrder(
  batch: Batch,
  entry: JournalEntry,
  order: OrderAccepted,
  digest: Digest,
): void {
  const { orderId, payment } = order
  const first = batch.known.orders.get(orderId)
  if (first !== undefined) return refuseSecond(batch, entry, order, first)
  const wasHeld = batch.isPayKeyTaken(payment.payKey) && order.holdId !== null
  const units = checkUnits(batch, order, entry, !wasHeld)
  const reason =
    checkPin(batch, order, digest) ??
    units.poison ??
    checkDeferred(batch, order) ??
    checkPayment(batch, order)
  const isHolding = units.leases.length > 0
  const releaseId = batch.known.releases.has(order.pin.releaseId)
    ? order.pin.releaseId
    : batch.known.activeReleaseId
  if (reason !== null) {
    const kind = units.poison === 'lease_written_off' ? 'units_oversold' : 'poisoned_entry'
    poison(batch, entry, reason, { kind, orderId })
  }
  // Without any release there is nobody to split the money between: the entry is all there is.
  if (releaseId === null) return
  if (isHolding) sellUnits(batch, order)
  const { nowMs } = batch.known
  batch.addOrder(saleOrderRow(entry, order, { reason, isHolding, releaseId, nowMs }), isHolding)
  if (reason === null) return payOrder(batch, entry, order)
  batch.decisions.push({ type: 'order.moved', body: { orderId, move: 'fail' } })
  const mayPay = reason !== 'payment_not_made' && !batch.isPayKeyTaken(payment.payKey)
  if (mayPay) requestPayment(batch, entry, order, orderId, payment, 'contested')
}

/**
 * An order whose id the books have from elsewhere: a device that went to another node with the tap
 * it was not answered, or a stranger's guess. The first to arrive is the order. The second is void
 * at its node, which gives the units on, and a hold on money for it is let go. [JR7]
 */
function refuseSecond(
  batch: Batch,
  entry: JournalEntry,
  { orderId, buyerId, payment }: OrderAccepted,
  first: OrderAccount,
): void {
  // Twice in one journal: no honest node does that, and to void the id would void the first.
  if (batch.isOwn(first.row)) return poison(batch, entry, 'order_id_reused', { orderId })
  const isSameTap = first.row.buyer_id === buyerId && first.row.pay_key === payment.payKey
  if (!isSameTap) poison(batch, entry, 'order_id_reused', { orderId })
  batch.decisions.push({ type: 'order.moved', body: { orderId, move: 'void' } })
  const { payKey } = payment
  const held = batch.known.payments.get(payKey)
  if (held !== undefined && batch.isOwn(held)) batch.tasks.push({ type: 'withdraw', payKey })
}

function sellUnits(batch: Batch, order: OrderAccepted): void {
  for (const { leaseId, quantity } of order.allocations) {
    const lease = batch.findLease(leaseId)
    if (lease !== null) lease.sold += quantity
  }
}

function payOrder(batch: Batch, entry: JournalEntry, order: OrderAccepted): void {
  const { orderId, payment } = order
  if (order.state === 'deferred') {
    const { deferred } = batch.known
    deferred.orders += 1
    deferred.sumMinor = addAmounts(deferred.sumMinor, order.totalMinor)
    deferred.byBuyer.set(order.buyerId, (deferred.byBuyer.get(order.buyerId) ?? 0) + 1)
  }
  const isMade = order.state !== 'deferred' && batch.known.payments.has(payment.payKey)
  if (isMade) batch.tasks.push({ type: 'capture', payKey: payment.payKey })
  else requestPayment(batch, entry, order, orderId, payment, 'order')
}

/** A rescue's other payment. One that crossed the end of its order is declined. [O5] */
function foldPaymentRequest(
  batch: Batch,
  entry: JournalEntry,
  { orderId, payment }: Body<'payment.requested'>,
): void {
  const order = batch.known.orders.get(orderId)
  if (order?.row.node_id !== entry.nodeId) {
    poison(batch, entry, 'order_unknown', { orderId })
    return refusePayment(batch, orderId, payment)
  }
  // Whatever the core makes of it: at its node it is the payment that counts now.
  order.nodePayKey = payment.payKey
  order.isDirty = true
  const isWrong = payment.amountMinor !== order.row.total_minor
  if (isWrong || batch.isPayKeyTaken(payment.payKey)) {
    poison(batch, entry, isWrong ? 'payment_amount_wrong' : 'pay_key_reused', { orderId })
    return refusePayment(batch, orderId, payment)
  }
  if (payment.method === 'cash') foldCash(batch, order, orderId)
  const isOpen = order.row.state === 'rescue' || payment.method === 'cash'
  if (!isOpen) return refusePayment(batch, orderId, payment)
  const purpose = order.row.is_contested === 1 ? 'contested' : 'order'
  const currency = { currency: order.row.currency }
  requestPayment(batch, entry, currency, orderId, payment, purpose)
}

/**
 * Cash pays at once. Taken for a rescue that had ended meanwhile, the core owes it back, and the
 * node, where the order is paid, is led to let go of the units. [JR9]
 */
function foldCash(batch: Batch, order: OrderAccount, orderId: OrderId): void {
  foldMove(batch, orderId, 'capture')
  if (order.row.state !== 'released' || order.nodeState !== 'captured') return
  const moves = ['owe', 'refund'] as const
  for (const move of moves) batch.decisions.push({ type: 'order.moved', body: { orderId, move } })
}

/** The kernel's rule: of a payment that does not count now only money that was taken does. */
function foldSettled(batch: Batch, entry: JournalEntry, body: Body<'payment.settled'>): void {
  const { orderId, payKey, outcome } = body
  if (!isTold(batch, 'payment.settled', body)) {
    return poison(batch, entry, 'decision_unknown', { orderId })
  }
  const isCurrent = batch.known.orders.get(orderId)?.nodePayKey === payKey
  if (isCurrent || outcome === 'captured') foldMove(batch, orderId, OUTCOME_MOVES[outcome])
}

function foldMoved(batch: Batch, entry: JournalEntry, body: Body<'order.moved'>): void {
  const { orderId, move } = body
  if (isTold(batch, 'order.moved', body)) return foldMove(batch, orderId, move)
  poison(batch, entry, 'decision_unknown', { orderId })
}

/** Whether the core decided just this at just this position. A node moves nothing by itself. */
function isTold(
  batch: Batch,
  type: 'payment.settled' | 'order.moved',
  { feedPosition, ...said }: Readonly<Record<string, unknown>> & { readonly feedPosition: number },
): boolean {
  const told = batch.known.told.get(feedPosition)
  if (told?.type !== type) return false
  return Object.entries(told.body).every(([name, value]) => said[name] === value)
}

/**
 * Follow the node's own view of an order. Units leave it when the node says so, not when the core
 * decided it: until then the node has not given them to anybody else. [LE4]
 */
function foldMove(batch: Batch, orderId: OrderId, move: OrderMove): void {
  const order = batch.known.orders.get(orderId)
  if (order?.row.node_id !== batch.nodeId || order.row.epoch !== batch.known.node.epoch) return
  const moved = moveOrder(order.nodeState, move)
  if (!moved.ok || moved.value === order.nodeState) return
  const keptUnits = ORDER_KEEPS_UNITS[order.nodeState]
  if (isDeferred(order.nodeState) && !isDeferred(moved.value)) closeDeferred(batch, order)
  order.nodeState = moved.value
  order.isDirty = true
  if (keptUnits && !ORDER_KEEPS_UNITS[moved.value] && order.holdsUnits) giveUnitsBack(batch, order)
}

function isDeferred(state: OrderState): boolean {
  return state === 'deferred' || state === 'unknown'
}

/** The node does not count it any more, so the core must not either. */
function closeDeferred({ known: { deferred } }: Batch, { row }: OrderAccount): void {
  if (row.state !== 'deferred') return
  deferred.orders -= 1
  deferred.sumMinor -= row.total_minor
  deferred.byBuyer.set(row.buyer_id, (deferred.byBuyer.get(row.buyer_id) ?? 0) - 1)
}

