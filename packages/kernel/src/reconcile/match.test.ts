import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import type { NodeId, OrderId, PayKey, RefundId } from '../id.ts'
import type { OrderState } from '../order/order-state.ts'
import {
  isPaymentOpen,
  type ChargeFact,
  type MatchCase,
  type OrderFact,
  type PaymentFact,
  type PaymentState,
  type RefundFact,
} from './facts.ts'
import { HOLD_EXPLAINS_MS, LIST_LAG_MS_MAX, MATCH_GRACE_MS, matchCase } from './match.ts'
import {
  createMismatch,
  END_WITHIN_MS,
  FLAG_WITHIN_MS,
  MISMATCH_RULES,
  mismatchIdOf,
  type MismatchKind,
} from './mismatch.ts'

const NOW = 10 * END_WITHIN_MS

describe('matchCase', () => {
  test('[RM1] every kind has an owner, an action and a time; all but a dispute an hour', () => {
    for (const [kind, rule] of Object.entries(MISMATCH_RULES)) {
      const about = { subject: 's', orderId: null, nodeId: null, detail: {} }
      const mismatch = createMismatch(kind as MismatchKind, 5, about)
      equal(mismatch.deadlineAtMs, 5 + rule.withinMs)
      equal(mismatchIdOf(mismatch), `${kind}:s`)
      ok(kind === 'disputed' || rule.withinMs <= END_WITHIN_MS)
    }
  })

  test('[RM2] a sale that agrees on three sides is no mismatch', () => {
    deepEqual(kindsOf(caseOf({})), [])
    const refunds = [refundOf({ state: 'succeeded', amountMinor: 400 })]
    const partly = { refundedMinor: 400 }
    deepEqual(kindsOf(caseOf({ payment: partly, charge: partly, refunds })), [])
  })

  test('[RM2] what has only begun is no mismatch within the grace', () => {
    const payment = { state: 'requested', capturedMinor: 0, requestedAtMs: NOW } as const
    const order = { state: 'deferred', seenAtMs: NOW } as const
    deepEqual(kindsOf(caseOf({ order, payment, charges: [] })), [])
    deepEqual(kindsOf(caseOf({ order, payment, charges: [] }), NOW + MATCH_GRACE_MS), [
      'unknown_outcome',
    ])
  })

  test('[RM4] money that nothing explains is given back, a hold on it voided', () => {
    const stray = { order: null, payments: [], refunds: [] }
    deepEqual(actionsOf({ ...stray, charges: [chargeOf({})] }), ['refund'])
    const held = chargeOf({ state: 'authorized', capturedMinor: 0 })
    deepEqual(actionsOf({ ...stray, charges: [held] }), ['void'])
    const foreign = chargeOf({ payKey: null, origin: null })
    deepEqual(actionsOf({ ...stray, charges: [foreign] }), ['inspect_charge'])
    const returned = chargeOf({ refundedMinor: 1_000 })
    deepEqual(actionsOf({ ...stray, charges: [returned] }), [])
  })

  test('[RM4] an authorised payment explains its charge while its order may still come', () => {
    const held = { state: 'authorized', capturedMinor: 0 } as const
    const payment = { ...held, requestedAtMs: 0, isToCapture: false }
    const facts = { ...caseOf({ payment, charge: held }), order: null }
    deepEqual(kindsOf(facts, HOLD_EXPLAINS_MS - 1), [])
    deepEqual(kindsOf(facts, HOLD_EXPLAINS_MS), ['charge_without_order'])
  })

  test('[RM5] a charge whose entry has not arrived waits for its node', () => {
    const origin = { nodeId: 'edge' as NodeId, epoch: 1, sequence: 9, isReceived: false }
    const [mismatch] = matchCase(
      { order: null, payments: [], refunds: [], charges: [chargeOf({ origin, seenAtMs: 7 })] },
      NOW,
    )
    equal(mismatch?.action, 'wait_for_node')
    equal(mismatch.deadlineAtMs, 7 + END_WITHIN_MS)
  })

  test('[RM3] a charge of a known order is never unmatched money to give back', () => {
    const states = fc.constantFrom<OrderState>('deferred', 'unknown', 'captured', 'rescue')
    const payments = fc.constantFrom<PaymentState>('requested', 'unknown', 'authorized', 'captured')
    fc.assert(
      fc.property(states, payments, fc.boolean(), fc.nat(NOW), (state, payment, isOurs, nowMs) => {
        const charge = isOurs ? {} : { payKey: 'other' as PayKey, chargeId: 'ch-other' }
        const facts = caseOf({ order: { state }, payment: { state: payment }, charge })
        const automatic = matchCase(facts, nowMs)
          .filter((mismatch) => mismatch.kind === 'charge_without_order')
          .filter((mismatch) => mismatch.action !== 'inspect_charge')
        deepEqual(automatic, [])
      }),
    )
  })

  test('[RM6] an order that counts as paid, or waits, without a payment is shown', () => {
    const none = { payments: [], refunds: [], charges: [] }
    for (const state of ['captured', 'fulfilled', 'deferred', 'authorized'] as const) {
      deepEqual(kindsOf({ ...none, order: orderOf({ state }) }), ['order_without_charge'])
    }
    for (const state of ['released', 'voided', 'rescue'] as const) {
      deepEqual(kindsOf({ ...none, order: orderOf({ state }) }), [])
    }
  })

  test('[RM7] a captured card that the list lacks is shown once the list has had its time', () => {
    const lacking = caseOf({ payment: { requestedAtMs: NOW }, charges: [] })
    deepEqual(kindsOf(lacking, NOW + LIST_LAG_MS_MAX - 1), [])
    deepEqual(kindsOf(lacking, NOW + LIST_LAG_MS_MAX), ['order_without_charge'])
    const cash = caseOf({ payment: { method: 'cash', chargeId: null }, charges: [] })
    deepEqual(kindsOf(cash), [])
  })

  test('[RM8] amounts that differ are shown, unless a refund is under way', () => {
    deepEqual(kindsOf(caseOf({ charge: { capturedMinor: 900 } })), ['amount_differs'])
    deepEqual(kindsOf(caseOf({ charge: { currency: 'USD' } })), ['amount_differs'])
    deepEqual(kindsOf(caseOf({ charge: { refundedMinor: 1 } })), ['amount_differs'])
    const refunds = [refundOf({ state: 'requested', requestedAtMs: NOW })]
    const moving = { payment: { refundedMinor: 1_000 }, charge: { refundedMinor: 1_000 }, refunds }
    deepEqual(kindsOf(caseOf(moving)), [])
  })

  test('[RM9] money for an order that ended without it is given back at once', () => {
    const late = caseOf({ order: { state: 'voided' } })
    const [mismatch] = matchCase(late, NOW)
    deepEqual([mismatch?.kind, mismatch?.action], ['late_capture', 'refund'])
    ok((mismatch?.deadlineAtMs ?? NOW) < NOW)
  })

  test('[RM10] of two payments that hold money the later one is given back', () => {
    const first = paymentOf({})
    const second = paymentOf({ payKey: 'second' as PayKey, requestedAtMs: 2, chargeId: 'ch-2' })
    const charges = [chargeOf({}), chargeOf({ payKey: 'second' as PayKey, chargeId: 'ch-2' })]
    const facts = { order: orderOf({}), payments: [second, first], refunds: [], charges }
    deepEqual(idsOf(facts), ['captured_twice:second'])
  })

  test('[RM11] an order without units is shown while it is in rescue', () => {
    const contested = { isContested: true, state: 'rescue' } as const
    const payment = { state: 'requested', capturedMinor: 0, chargeId: null } as const
    deepEqual(kindsOf(caseOf({ order: contested, payment, charges: [] })), ['units_oversold'])
    const poisoned = { ...contested, reason: 'deferred_over_limit' }
    deepEqual(kindsOf(caseOf({ order: poisoned, payment, charges: [] })), [])
  })

  test('[RM12] an outcome that stays unknown is shown', () => {
    for (const state of ['unknown', 'voiding', 'requested'] as const) {
      const payment = { state, capturedMinor: 0, chargeId: null }
      deepEqual(kindsOf(caseOf({ order: { state: 'unknown' }, payment, charges: [] })), [
        'unknown_outcome',
      ])
    }
  })

  test('[RM12] an authorisation that is not captured is shown, a hold that waits is not', () => {
    const order = { state: 'authorized', seenAtMs: NOW } as const
    const held = { state: 'authorized', capturedMinor: 0 } as const
    const due = caseOf({ order, payment: held, charge: held })
    deepEqual(kindsOf(due, NOW + MATCH_GRACE_MS - 1), [])
    deepEqual(kindsOf(due, NOW + MATCH_GRACE_MS), ['unknown_outcome'])
    const waiting = caseOf({ order, payment: { ...held, isToCapture: false }, charge: held })
    deepEqual(kindsOf(waiting, NOW + MATCH_GRACE_MS), [])
  })

  test('[RM13] a refund that failed, or dawdles, is shown until it is made good', () => {
    const failed = refundOf({ state: 'failed' })
    const order = { state: 'refund_due' } as const
    deepEqual(kindsOf(caseOf({ order, refunds: [failed] })), ['refund_failed'])
    const again = refundOf({ refundId: 'rf:ch:2' as RefundId, requestedAtMs: NOW })
    deepEqual(kindsOf(caseOf({ order, refunds: [failed, again] })), [])
    const owed = caseOf({ order, refunds: [refundOf({ state: 'owed', requestedAtMs: NOW })] })
    deepEqual(kindsOf(owed, NOW + FLAG_WITHIN_MS - MATCH_GRACE_MS), ['refund_failed'])
    deepEqual(actionsOf(owed, NOW + FLAG_WITHIN_MS), ['pay_out_cash'])
  })

  test('[RM14] a dispute is a person’s, and its failed refunds are no mismatch beside it', () => {
    const disputed = { disputedMinor: 1_000 }
    const facts = caseOf({
      order: { state: 'disputed' },
      payment: disputed,
      charge: disputed,
      refunds: [refundOf({ state: 'failed' })],
    })
    deepEqual(kindsOf(facts), ['disputed'])
  })

  test('a case of two sales is a defect', () => {
    const other = paymentOf({ orderId: 'other' as OrderId })
    throws(() => matchCase({ ...caseOf({}), payments: [other] }, NOW), /of one order/)
  })
})

test('a payment is open until the processor can take nothing more for it', () => {
  const states: readonly PaymentState[] = ['requested', 'unknown', 'authorized', 'voiding']
  ok(states.every(isPaymentOpen))
  ok(!(['captured', 'declined', 'voided'] as const).some(isPaymentOpen))
})

interface CaseFields {
  readonly order?: Partial<OrderFact>
  readonly payment?: Partial<PaymentFact>
  readonly charge?: Partial<ChargeFact>
  readonly charges?: readonly ChargeFact[]
  readonly refunds?: readonly RefundFact[]
}

function caseOf(fields: CaseFields): MatchCase {
  return {
    order: orderOf(fields.order ?? {}),
    payments: [paymentOf(fields.payment ?? {})],
    refunds: fields.refunds ?? [],
    charges: fields.charges ?? [chargeOf(fields.charge ?? {})],
  }
}

function orderOf(fields: Partial<OrderFact>): OrderFact {
  return {
    orderId: 'order' as OrderId,
    nodeId: 'edge' as NodeId,
    state: 'captured',
    totalMinor: 1_000,
    currency: 'EUR',
    seenAtMs: 0,
    deadlineAtMs: null,
    isContested: false,
    reason: null,
    ...fields,
  }
}

function paymentOf(fields: Partial<PaymentFact>): PaymentFact {
  return {
    payKey: 'key' as PayKey,
    orderId: 'order' as OrderId,
    nodeId: 'edge' as NodeId,
    method: 'card',
    state: 'captured',
    amountMinor: 1_000,
    currency: 'EUR',
    chargeId: 'ch',
    capturedMinor: 1_000,
    refundedMinor: 0,
    disputedMinor: 0,
    requestedAtMs: 0,
    isToCapture: true,
    ...fields,
  }
}

function chargeOf(fields: Partial<ChargeFact>): ChargeFact {
  return {
    chargeId: 'ch',
    payKey: 'key' as PayKey,
    origin: { nodeId: 'edge' as NodeId, epoch: 1, sequence: 1, isReceived: true },
    state: 'captured',
    amountMinor: 1_000,
    capturedMinor: 1_000,
    refundedMinor: 0,
    disputedMinor: 0,
    currency: 'EUR',
    seenAtMs: 0,
    ...fields,
  }
}

function refundOf(fields: Partial<RefundFact>): RefundFact {
  return {
    refundId: 'rf:ch:1' as RefundId,
    payKey: 'key' as PayKey,
    state: 'requested',
    amountMinor: 1_000,
    requestedAtMs: 0,
    ...fields,
  }
}

function kindsOf(facts: MatchCase, nowMs = NOW): readonly string[] {
  return matchCase(facts, nowMs).map((mismatch) => mismatch.kind)
}

function actionsOf(facts: MatchCase, nowMs = NOW): readonly string[] {
  return matchCase(facts, nowMs).map((mismatch) => mismatch.action)
}

function idsOf(facts: MatchCase): readonly string[] {
  return matchCase(facts, NOW).map(mismatchIdOf)
}
