import { bookBalance } from './balance.ts'
import { emitEvent } from './event.ts'
import type { ChargeObject, DisputeObject, DisputeStatus } from './object.ts'
import { missing, SandboxProblem } from './problem.ts'
import type { SandboxState } from './state.ts'

/** Which charge is disputed, for how much, and why. */
export interface DisputeRequest {
  /** Either of the two names the charge. */
  readonly payment_intent?: string | undefined
  readonly charge?: string | undefined
  /** All that was captured, when absent. */
  readonly amount?: number | undefined
  readonly reason?: string | undefined
}

/** A cardholder disputes a captured charge: the money leaves at once, and refunds are refused. */
export function openDispute(state: SandboxState, request: DisputeRequest): DisputeObject {
  const charge = disputableCharge(state, request)
  const { amount = charge.amount_captured, reason = 'fraudulent' } = request
  if (amount < 1 || amount > charge.amount_captured) {
    throw refused(`a dispute of ${charge.id} is of 1 to ${charge.amount_captured}`)
  }
  const { currency } = charge
  const entry = { amount: -amount, currency, fee: 0, source: charge.id } as const
  const booked = bookBalance(state, { ...entry, type: 'adjustment' })
  const dispute: DisputeObject = {
    id: state.nextId('du'),
    object: 'dispute',
    amount,
    balance_transactions: [booked],
    charge: charge.id,
    created: state.nowSeconds(),
    currency,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason,
    status: 'needs_response',
  }
  state.disputes.put(dispute)
  state.charges.put({ ...charge, disputed: true })
  emitEvent(state, 'charge.dispute.created', dispute)
  return dispute
}

/** The bank decides. A dispute that is won gives the money back. */
export function closeDispute(
  state: SandboxState,
  id: string,
  status: Extract<DisputeStatus, 'won' | 'lost'>,
): DisputeObject {
  const dispute = state.disputes.get(id)
  if (dispute === undefined) throw missing('dispute', id, 'id')
  if (dispute.status === 'won' || dispute.status === 'lost') {
    throw refused(`${id} is ${dispute.status} already`)
  }
  const { amount, currency, charge: source } = dispute
  const entry = { amount, currency, fee: 0, source, type: 'adjustment' } as const
  const returned = status === 'won' ? [bookBalance(state, entry)] : []
  const closed: DisputeObject = {
    ...dispute,
    balance_transactions: [...dispute.balance_transactions, ...returned],
    status,
  }
  state.disputes.put(closed)
  emitEvent(state, 'charge.dispute.closed', closed)
  return closed
}

function disputableCharge(state: SandboxState, request: DisputeRequest): ChargeObject {
  const intentId = request.payment_intent ?? ''
  const id = request.charge ?? state.intents.get(intentId)?.latest_charge ?? intentId
  const charge = state.charges.get(id)
  if (charge === undefined) throw missing('charge', id, 'charge')
  if (!charge.captured) throw refused(`${charge.id} is not captured`)
  if (charge.disputed) throw refused(`${charge.id} is disputed already`)
  return charge
}

function refused(message: string): SandboxProblem {
  return new SandboxProblem(400, { type: 'invalid_request_error', message })
}
