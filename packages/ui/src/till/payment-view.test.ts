import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { EVENING, openBench, releaseOfEvening } from '@nightmarket/kernel/testing'

import { isUsedHere, methodOf, parsePaymentToken, paymentStanding } from './payment-view.ts'

test('[SV4] a stored method is taken by its reference, and a card number never', () => {
  deepEqual(parsePaymentToken(' pm_card_visa\n'), { reference: 'pm_card_visa' })
  deepEqual(parsePaymentToken('4242 4242 4242 4242'), { refusal: 'card_number' })
  deepEqual(parsePaymentToken('4242424242424242'), { refusal: 'card_number' })
  deepEqual(parsePaymentToken('hello'), { refusal: 'not_a_token' })
  deepEqual(parsePaymentToken(`pm_${'x'.repeat(300)}`), { refusal: 'not_a_token' })
  equal(methodOf('token'), 'card')
  equal(methodOf('voucher'), 'voucher')
})

test('[SV5] a till knows what it has sold for already', () => {
  const bench = openBench(releaseOfEvening())
  bench.grant('l1', 5)
  equal(isUsedHere(bench.state, 'pm_card_visa'), false)
  bench.place('o1', { lines: [{ variantId: EVENING.mug, quantity: 1 }] })
  const reference = [...bench.state.orders.values()][0]?.payment.reference ?? ''
  equal(isUsedHere(bench.state, reference), true)
})

test('[SV6] only cash is certain at once, a promise is shown as one until the core decided', () => {
  equal(paymentStanding('cash', 'captured', false), 'in_drawer')
  equal(paymentStanding('card', 'deferred', false), 'promised')
  equal(paymentStanding('card', 'deferred', true), 'stored')
  equal(paymentStanding('voucher', 'captured', false), 'paid')
  equal(paymentStanding('voucher', 'rescue', false), 'refused')
})
