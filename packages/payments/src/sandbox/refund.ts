import { z } from 'zod'

import { bookBalance } from './balance.ts'
import { emitEvent } from './event.ts'
import { metadata, wholeNumber } from './form.ts'
import { chargeOfIntent } from './intent.ts'
import type { ChargeObject, RefundObject } from './object.ts'
import { invalidParameter, missing, SandboxProblem } from './problem.ts'
import type { SandboxState } from './state.ts'

/** What a refund is made with: an intent or a charge, and an amount, or all that is left. */
export const refundParameters = z.strictObject({
  payment_intent: z.string().optional(),
  charge: z.string().optional(),
  amount: wholeNumber(1).optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata.default({}),
  expand: z.array(z.string()).default([]),
})

type RefundParameters = z.infer<typeof refundParameters>

/** Give back some or all that was captured and not given back yet, unless it is disputed. [SB7] */
export function createRefund(state: SandboxState, parameters: RefundParameters): RefundObject {
  const charge = refundableCharge(state, parameters)
  const left = charge.amount - charge.amount_refunded
  const amount = parameters.amount ?? left
  if (amount > left) {
    const message = `Refund amount (${amount}) is greater than unrefunded amount (${left})`
    throw invalidParameter('amount', message)
  }
  const failure = state.strike('refund_failure')
  const refund = book(state, charge, amount, parameters, failure === null ? 'succeeded' : 'pending')
  if (failure === null) return refund
  if (failure.delayMs === 0) return failRefund(state, refund.id, failure.reason)
  const dueMs = state.nowMs() + failure.delayMs
  state.timers.put({ id: refund.id, created: refund.created, dueMs, reason: failure.reason })
  return refund
}

/** Find a refund, or throw a 404 problem. */
export function readRefund(state: SandboxState, id: string): RefundObject {
  const refund = state.refunds.get(id)
  if (refund === undefined) throw missing('refund', id, 'refund')
  return refund
}

/** The bank sends the money back to us: the charge is as if the refund had not been. */
export function failRefund(state: SandboxState, id: string, reason: string): RefundObject {
  const refund = readRefund(state, id)
  const { amount, currency, charge: source } = refund
  bookBalance(state, { amount, currency, fee: 0, source, type: 'refund_failure' })
  const failed: RefundObject = { ...refund, failure_reason: reason, status: 'failed' }
  state.refunds.put(failed)
  const charge = state.charges.get(source)
  if (charge !== undefined) {
    const amountRefunded = charge.amount_refunded - amount
    state.charges.put({ ...charge, amount_refunded: amountRefunded, refunded: false })
  }
  emitEvent(state, 'refund.failed', failed)
  return failed
}

/** Fail the refunds whose time has come, and say how many. */
export function failDueRefunds(state: SandboxState): number {
  const due = [...state.timers.values()].filter(({ dueMs }) => dueMs <= state.nowMs())
  for (const { id, reason } of due) {
    state.timers.remove(id)
    failRefund(state, id, reason)
  }
  return due.length
}

function refundableCharge(state: SandboxState, parameters: RefundParameters): ChargeObject {
  const { payment_intent: intentId, charge: chargeId } = parameters
  const intent = intentId === undefined ? undefined : state.intents.get(intentId)
  if (intentId !== undefined && intent === undefined) {
    throw missing('payment_intent', intentId, 'payment_intent')
  }
  const byId = () => state.charges.get(chargeId ?? '')
  const found = intent === undefined ? byId() : chargeOfIntent(state, intent)
  if (found === undefined) throw missing('charge', chargeId ?? '', 'charge')
  if (!found.captured) throw refused('charge_not_refundable', `${found.id} was not captured`)
  if (found.disputed) {
    throw refused('charge_disputed', `Charge ${found.id} has been charged back; cannot refund it`)
  }
  if (found.refunded) {
    throw refused('charge_already_refunded', `Charge ${found.id} has already been refunded.`)
  }
  return found
}

function book(
  state: SandboxState,
  charge: ChargeObject,
  amount: number,
  parameters: RefundParameters,
  status: RefundObject['status'],
): RefundObject {
  const { currency } = charge
  const source = charge.id
  const booked = bookBalance(state, { amount: -amount, currency, fee: 0, source, type: 'refund' })
  const refund: RefundObject = {
    id: state.nextId('re'),
    object: 'refund',
    amount,
    balance_transaction: booked.id,
    charge: charge.id,
    created: state.nowSeconds(),
    currency,
    metadata: parameters.metadata,
    payment_intent: charge.payment_intent,
    reason: parameters.reason ?? null,
    status,
  }
  state.refunds.put(refund)
  const amountRefunded = charge.amount_refunded + amount
  const isWhole = amountRefunded === charge.amount
  const refunded = { ...charge, amount_refunded: amountRefunded, refunded: isWhole }
  state.charges.put(refunded)
  emitEvent(state, 'refund.created', refund)
  emitEvent(state, 'charge.refunded', refunded)
  return refund
}

function refused(code: string, message: string): SandboxProblem {
  return new SandboxProblem(400, { type: 'invalid_request_error', code, message })
}
