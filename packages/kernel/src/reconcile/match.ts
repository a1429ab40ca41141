import { assert } from '../assert.ts'
import {
  isPaymentOpen,
  type ChargeFact,
  type MatchCase,
  type OrderFact,
  type PaymentFact,
  type RefundFact,
} from './facts.ts'
import { createMismatch, FLAG_WITHIN_MS, type Mismatch, type MismatchAction } from './mismatch.ts'

/** How long what is normally over in a second may take before it is shown as a mismatch. */
export const MATCH_GRACE_MS = 60_000

/** How far behind a processor's list may be before a charge that it lacks is a mismatch. */
export const LIST_LAG_MS_MAX = 20 * 60_000

/**
 * How long an authorised payment may wait for the order it is for. Its node hears of it within a
 * second and answers with the order; one that was lost with its journal never will.
 */
export const HOLD_EXPLAINS_MS = 10 * 60_000

/**
 * Compare the three sides of one sale: what a node journaled, what the books hold, what the
 * processor says. Pure; the same facts at the same time give the same mismatches.
 *
 * - [RM2] What agrees, or may still agree by itself within the grace, is no mismatch.
 * - [RM3] A charge whose order is at the core is never one without an order. [I17]
 */
export function matchCase(facts: MatchCase, nowMs: number): readonly Mismatch[] {
  assertOneSale(facts)
  return [
    ...unexplainedCharges(facts, nowMs),
    ...unpaidOrder(facts, nowMs),
    ...missingCharges(facts, nowMs),
    ...differingAmounts(facts, nowMs),
    ...unwantedCaptures(facts),
    ...doubleCaptures(facts),
    ...contestedUnits(facts),
    ...unknownOutcomes(facts, nowMs),
    ...stuckRefunds(facts, nowMs),
    ...disputes(facts),
  ]
}

/** What a charge still holds of the buyer's money. */
export function heldOf(money: {
  readonly capturedMinor: number
  readonly refundedMinor: number
  readonly disputedMinor: number
}): number {
  return Math.max(0, money.capturedMinor - money.refundedMinor - money.disputedMinor)
}

/**
 * [RM4] Money, or a hold on money, that nothing at the core explains. Made by us, it is given back
 * when it is due; made by somebody else with the same account at the processor, or for an order
 * that the core knows under another key, a person looks. [I17]
 * [RM5] When it names an entry that has not arrived, its node is cut off and may still explain it:
 * the core waits until the deadline. [O10]
 */
function unexplainedCharges(
  { order, payments, charges }: MatchCase,
  nowMs: number,
): readonly Mismatch[] {
  const explained = new Set(
    payments
      .filter((payment) => payment.nodeId === order?.nodeId || isStillAwaited(payment, nowMs))
      .map((payment) => payment.payKey),
  )
  return charges
    .filter((charge) => charge.state === 'authorized' || heldOf(charge) > 0)
    .filter((charge) => charge.payKey === null || !explained.has(charge.payKey))
    .map((charge) =>
      createMismatch('charge_without_order', charge.seenAtMs, {
        subject: charge.chargeId,
        orderId: order?.orderId ?? null,
        nodeId: charge.origin?.nodeId ?? null,
        detail: { heldMinor: heldOf(charge), currency: charge.currency, origin: originOf(charge) },
        action:
          order === null || isHoldOfAnother(charge, order, payments)
            ? actionForUnexplained(charge)
            : 'inspect_charge',
      }),
    )
}

/** Whether it is a hold on money that another node asked for under this order's id. [JR7] */
function isHoldOfAnother(
  { payKey, state }: ChargeFact,
  order: OrderFact,
  payments: readonly PaymentFact[],
): boolean {
  const payment = payments.find((each) => each.payKey === payKey)
  return state === 'authorized' && payment !== undefined && payment.nodeId !== order.nodeId
}

/** A payment whose order has not come yet explains its charge while the order may still come. */
function isStillAwaited({ state, requestedAtMs }: PaymentFact, nowMs: number): boolean {
  if (state === 'captured') return false
  return state !== 'authorized' || nowMs - requestedAtMs < HOLD_EXPLAINS_MS
}

function actionForUnexplained(charge: ChargeFact): MismatchAction {
  if (charge.payKey === null || charge.origin === null) return 'inspect_charge'
  if (!charge.origin.isReceived) return 'wait_for_node'
  return charge.state === 'authorized' ? 'void' : 'refund'
}

function originOf({ origin }: ChargeFact): string | null {
  return origin === null ? null : `${origin.nodeId}/${origin.epoch}/${origin.sequence}`
}

/** [RM6] An order that counts as paid without money, or waits for a payment nobody asked for. */
function unpaidOrder({ order, payments }: MatchCase, nowMs: number): readonly Mismatch[] {
  if (order === null || order.isContested) return []
  const isPaid = order.state === 'captured' || order.state === 'fulfilled'
  const isWaiting =
    order.state === 'accepted' || order.state === 'deferred' || order.state === 'authorized'
  const captured = payments.some((payment) => payment.capturedMinor > 0)
  const open = payments.some((payment) => isPaymentOpen(payment.state))
  const isShort = (isPaid && !captured && !open) || (isWaiting && !captured && !open)
  if (!isShort || nowMs - order.seenAtMs < MATCH_GRACE_MS) return []
  return [
    createMismatch('order_without_charge', order.seenAtMs, {
      ...about(order),
      subject: order.orderId,
      detail: { state: order.state, totalMinor: order.totalMinor, currency: order.currency },
    }),
  ]
}

/** [RM7] A card payment the books call captured and the processor's list does not have. */
function missingCharges({ payments, charges }: MatchCase, nowMs: number): readonly Mismatch[] {
  const listed = new Set(charges.map((charge) => charge.chargeId))
  return payments
    .filter((payment) => payment.method === 'card' && payment.state === 'captured')
    .filter((payment) => payment.chargeId === null || !listed.has(payment.chargeId))
    .filter((payment) => nowMs - payment.requestedAtMs >= LIST_LAG_MS_MAX)
    .map((payment) =>
      createMismatch('order_without_charge', payment.requestedAtMs + LIST_LAG_MS_MAX, {
        ...about(payment),
        subject: payment.payKey,
        detail: { chargeId: payment.chargeId, capturedMinor: payment.capturedMinor },
      }),
    )
}

/** [RM8] Books and processor name different amounts for one charge, and nothing is under way. */
function differingAmounts(facts: MatchCase, nowMs: number): readonly Mismatch[] {
  return facts.payments.flatMap((payment) => {
    if (nowMs - payment.requestedAtMs < MATCH_GRACE_MS) return []
    const moving = refundsOf(facts, payment).some((refund) => refund.state === 'requested')
    const charge = facts.charges.find((each) => each.payKey === payment.payKey)
    if (charge === undefined || moving) return []
    const [books, processor] = [sumsOfPayment(facts, payment), sumsOfCharge(charge)]
    if (JSON.stringify(books) === JSON.stringify(processor)) return []
    return [
      createMismatch('amount_differs', charge.seenAtMs, {
        ...about(payment),
        subject: charge.chargeId,
        detail: { books, processor },
      }),
    ]
  })
}

function sumsOfPayment(facts: MatchCase, payment: PaymentFact) {
  const { amountMinor, capturedMinor, disputedMinor, currency } = payment
  const refundedMinor = succeededOf(facts, payment)
  return { amountMinor, capturedMinor, refundedMinor, disputedMinor, currency }
}

function sumsOfCharge(charge: ChargeFact) {
  const { amountMinor, capturedMinor, refundedMinor, disputedMinor, currency } = charge
  return { amountMinor, capturedMinor, refundedMinor, disputedMinor, currency }
}

/** [RM9] Money taken for an order that had already ended without it: given back at once. [O5] */
function unwantedCaptures(facts: MatchCase): readonly Mismatch[] {
  const { order, payments } = facts
  if (order === null || (order.state !== 'voided' && order.state !== 'released')) return []
  return payments
    .filter((payment) => unreturnedOf(facts, payment) > 0)
    .map((payment) =>
      createMismatch('late_capture', payment.requestedAtMs, {
        ...about(order),
        subject: payment.payKey,
        detail: { heldMinor: unreturnedOf(facts, payment), undecidedMinor: heldOf(payment) },
      }),
    )
}

/** [RM10] Two payments of one order hold money: the later one is given back at once. [I14] */
function doubleCaptures(facts: MatchCase): readonly Mismatch[] {
  const holding = facts.payments
    .filter((payment) => unreturnedOf(facts, payment) > 0)
    .toSorted((a, b) => heldOf(b) - heldOf(a) || a.requestedAtMs - b.requestedAtMs)
  return holding.slice(1).map((payment) =>
    createMismatch('captured_twice', payment.requestedAtMs, {
      ...about(payment),
      subject: payment.payKey,
      detail: { heldMinor: unreturnedOf(facts, payment), undecidedMinor: heldOf(payment) },
    }),
  )
}

/** Contested for these, an order's units were sold twice; for others its entry was poisoned. */
const OVERSOLD_REASONS: ReadonlySet<string | null> = new Set([null, 'lease_written_off', 'forked'])

/** [RM11] An order whose units were not there: rescue first, in sight of a person. [L5] */
function contestedUnits({ order }: MatchCase): readonly Mismatch[] {
  if (order === null || !order.isContested || order.state !== 'rescue') return []
  const { reason, totalMinor, currency } = order
  if (!OVERSOLD_REASONS.has(reason)) return []
  const detail = { reason, totalMinor, currency }
  return [
    createMismatch('units_oversold', order.seenAtMs, {
      ...about(order),
      subject: order.orderId,
      detail,
    }),
  ]
}

/**
 * [RM12] A payment whose outcome is not known after the grace, or whose order has waited as long
 * for its capture. Never guessed: looked up. [O3, R3]
 */
function unknownOutcomes({ order, payments }: MatchCase, nowMs: number): readonly Mismatch[] {
  if (order !== null && order.isContested) return []
  return payments.flatMap((payment) => {
    const sinceMs = undecidedSinceMs(payment, order)
    if (sinceMs === null || nowMs - sinceMs < MATCH_GRACE_MS) return []
    return [
      createMismatch('unknown_outcome', sinceMs, {
        ...about(payment),
        subject: payment.payKey,
        detail: { state: payment.state, amountMinor: payment.amountMinor },
      }),
    ]
  })
}

/** A hold's authorisation is nobody's worry until its order came and wants the money. */
function undecidedSinceMs(payment: PaymentFact, order: OrderFact | null): number | null {
  const { state, isToCapture, requestedAtMs } = payment
  if (state === 'authorized') {
    return isToCapture ? Math.max(requestedAtMs, order?.seenAtMs ?? 0) : null
  }
  return isPaymentOpen(state) ? requestedAtMs : null
}

/** [RM13] A refund that failed and was not made good, or is still under way after half an hour. */
function stuckRefunds(facts: MatchCase, nowMs: number): readonly Mismatch[] {
  return facts.refunds.flatMap((refund) => {
    const payment = facts.payments.find((each) => each.payKey === refund.payKey)
    const late = nowMs - refund.requestedAtMs >= FLAG_WITHIN_MS - MATCH_GRACE_MS
    const isStuck =
      refund.state === 'failed' ? !isMadeGood(facts, refund) : refund.state !== 'succeeded' && late
    if (payment === undefined || !isStuck) return []
    return [
      createMismatch('refund_failed', refund.requestedAtMs, {
        ...about(payment),
        subject: refund.refundId,
        detail: { state: refund.state, amountMinor: refund.amountMinor },
        action: refund.state === 'owed' ? 'pay_out_cash' : 'refund_again',
      }),
    ]
  })
}

function isMadeGood(facts: MatchCase, failed: RefundFact): boolean {
  const payment = facts.payments.find((each) => each.payKey === failed.payKey)
  if (payment !== undefined && payment.disputedMinor > 0) return true
  return facts.refunds.some(
    (refund) =>
      refund.payKey === failed.payKey &&
      refund.state !== 'failed' &&
      refund.requestedAtMs >= failed.requestedAtMs,
  )
}

/** [RM14] A bank took money back: a person answers it, and nothing is refunded. [I15] */
function disputes({ payments }: MatchCase): readonly Mismatch[] {
  return payments
    .filter((payment) => payment.disputedMinor > 0)
    .map((payment) =>
      createMismatch('disputed', payment.requestedAtMs, {
        ...about(payment),
        subject: payment.payKey,
        detail: { disputedMinor: payment.disputedMinor, refundedMinor: payment.refundedMinor },
      }),
    )
}

function refundsOf({ refunds }: MatchCase, payment: PaymentFact): readonly RefundFact[] {
  return refunds.filter((refund) => refund.payKey === payment.payKey)
}

function succeededOf(facts: MatchCase, payment: PaymentFact): number {
  return refundsOf(facts, payment)
    .filter((refund) => refund.state === 'succeeded')
    .reduce((sum, refund) => sum + refund.amountMinor, 0)
}

/** What a payment holds until its refunds have really been made. */
function unreturnedOf(facts: MatchCase, payment: PaymentFact): number {
  return heldOf({ ...payment, refundedMinor: succeededOf(facts, payment) })
}

function about(fact: OrderFact | PaymentFact) {
  return { orderId: fact.orderId, nodeId: fact.nodeId }
}

function assertOneSale({ order, payments, refunds }: MatchCase): void {
  const keys = new Set(payments.map((payment) => payment.payKey))
  assert(keys.size === payments.length, 'a pay key is one payment')
  assert(
    payments.every((payment) => order === null || payment.orderId === order.orderId),
    'the payments of a case are of one order',
  )
  assert(
    refunds.every((refund) => keys.has(refund.payKey)),
    'a refund belongs to a payment of its case',
  )
}

