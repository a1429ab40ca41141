import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { RefundId } from '@nightmarket/kernel'
import type Stripe from 'stripe'

import type { Charge } from '../processor.ts'
import { assertRefundable, refundOf } from './stripe-refund.ts'

const charge: Charge = {
  chargeId: 'pi_1',
  payKey: null,
  origin: null,
  state: 'captured',
  amountMinor: 1_000,
  capturedMinor: 1_000,
  refundedMinor: 400,
  disputedMinor: 0,
  feeMinor: 40,
  currency: 'EUR',
  createdAtMs: 0,
  declineCode: null,
}

test('[PR10] our rule holds where Stripe would allow it: an open inquiry is a dispute', () => {
  assertRefundable(charge, 600)
  const disputed = { ...charge, disputedMinor: 1 }
  throws(() => assertRefundable(disputed, 1), { code: 'conflict', reason: 'charge_disputed' })
})

test('[PR9] what is left bounds a refund, and only a capture can be refunded', () => {
  const reason = 'refund_exceeds_captured'
  throws(() => assertRefundable(charge, 601), { code: 'conflict', reason })
  for (const state of ['pending', 'authorized', 'declined', 'voided'] as const) {
    throws(() => assertRefundable({ ...charge, state }, 1), { reason: `charge_${state}` })
  }
})

test('[PR19] a refund status that this code does not know is pending', () => {
  const states = { succeeded: 'succeeded', failed: 'failed', canceled: 'failed', odd: 'pending' }
  for (const [status, expected] of Object.entries(states)) {
    const refund = { id: 're_1', amount: 1, status } as unknown as Stripe.Refund
    equal(refundOf(refund, 'rf-1' as RefundId).state, expected)
  }
})
