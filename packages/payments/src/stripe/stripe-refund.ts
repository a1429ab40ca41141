import type Stripe from 'stripe'
import type { RefundId } from '@nightmarket/kernel'

import type { Charge, ConflictReason, Refund } from '../processor.ts'
import { conflict } from './stripe-fault.ts'

/** A refund with an id of its own, which is also its idempotency key. */
export interface RefundRequest {
  readonly refundId: RefundId
  readonly chargeId: string
  readonly amountMinor: number
}

/** Stripe's refund in our words. A status that is new to us is pending until it is known. */
export function refundOf(refund: Stripe.Refund, refundId: RefundId): Refund {
  return {
    refundId,
    processorRefundId: refund.id,
    state: stateOf(refund.status),
    amountMinor: refund.amount,
  }
}

function stateOf(status: string | null): Refund['state'] {
  switch (status) {
    case 'succeeded':
      return 'succeeded'
    case 'failed':
    case 'canceled':
      return 'failed'
    case null:
    default:
      return 'pending'
  }
}

/**
 * The refund that was made with this id before, however long ago: a key is forgotten after a day,
 * the list of a charge's refunds never is. The same id for another amount is a conflict. [PR4]
 */
export async function findRefund(stripe: Stripe, request: RefundRequest): Promise<Refund | null> {
  const refunds = stripe.refunds.list({ payment_intent: request.chargeId, limit: 100 })
  for await (const refund of refunds) {
    if (refund.metadata?.['refundId'] !== request.refundId) continue
    if (refund.amount !== request.amountMinor) throw conflict('key_reused')
    return refundOf(refund, request.refundId)
  }
  return null
}

/**
 * Refuse a refund that the charge cannot bear, by what the processor says of it at this moment. It
 * checks again itself; this names the reason, and keeps our rule where Stripe is more lenient:
 * nothing is refunded after a dispute began. [O4, PR9, PR10]
 */
export function assertRefundable(charge: Charge, amountMinor: number): void {
  const reason = refusalOf(charge, amountMinor)
  if (reason !== null) throw conflict(reason)
}

function refusalOf(charge: Charge, amountMinor: number): ConflictReason | null {
  if (charge.state !== 'captured') return `charge_${charge.state}`
  if (charge.disputedMinor > 0) return 'charge_disputed'
  const leftMinor = charge.capturedMinor - charge.refundedMinor
  if (leftMinor === 0) return 'charge_refunded'
  return amountMinor > leftMinor ? 'refund_exceeds_captured' : null
}
