import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type Stripe from 'stripe'

import { estimateFee, FEE_RULE_DEFAULT } from './fee.ts'
import { chargeOf } from './stripe-charge.ts'

const intent = {
  id: 'pi_1',
  object: 'payment_intent',
  amount: 1_000,
  amount_received: 1_000,
  created: 1_700_000_000,
  currency: 'eur',
  last_payment_error: null,
  latest_charge: null,
  metadata: {},
  status: 'succeeded',
} as unknown as Stripe.PaymentIntent

function withBooking(booking: object): Stripe.PaymentIntent {
  const card = { amount_refunded: 0, balance_transaction: booking } as unknown as Stripe.Charge
  return { ...intent, latest_charge: card }
}

test('[PR14] a fee that is not booked yet is estimated, whole and never above the amount', () => {
  equal(chargeOf(intent, FEE_RULE_DEFAULT, 0).feeMinor, 40)
  const amounts = fc.integer({ min: 0, max: 1_000_000_000 })
  fc.assert(
    fc.property(amounts, (amountMinor) => {
      const feeMinor = estimateFee(amountMinor, FEE_RULE_DEFAULT)
      return Number.isSafeInteger(feeMinor) && feeMinor >= 0 && feeMinor <= amountMinor
    }),
  )
})

test('[PR14] a fee booked in another currency is converted by its rate', () => {
  const booking = { currency: 'usd', fee: 55, exchange_rate: 1.1 }
  equal(chargeOf(withBooking(booking), FEE_RULE_DEFAULT, 0).feeMinor, 50)
  const same = { currency: 'eur', fee: 33, exchange_rate: null }
  equal(chargeOf(withBooking(same), FEE_RULE_DEFAULT, 0).feeMinor, 33)
})

test('[PR13] a charge that somebody else made has no key and no origin', () => {
  const { payKey, origin } = chargeOf(intent, FEE_RULE_DEFAULT, 0)
  deepEqual([payKey, origin], [null, null])
  const metadata = { payKey: 'k', orderId: 'o', nodeId: 'n', epoch: '-1', sequence: '1' }
  equal(chargeOf({ ...intent, metadata }, FEE_RULE_DEFAULT, 0).origin, null)
})

test('[PR19] a status that this code does not know is pending, never an outcome', () => {
  const states = ['processing', 'requires_action', 'requires_confirmation', 'new_in_2031']
  for (const status of states) {
    equal(chargeOf({ ...intent, status }, FEE_RULE_DEFAULT, 0).state, 'pending')
  }
})
