import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { cardBehaviour } from '../sandbox/payment-method.ts'
import type { ReaderAnswer } from './card-reader.ts'
import { createSandboxReader } from './sandbox-reader.ts'

const wish = (payKey: string, amountMinor = 1_250) => ({ payKey, amountMinor, currency: 'EUR' })

const referenceOf = (answer: ReaderAnswer) =>
  answer.status === 'authorized' ? answer.reference : answer.status

test('[RD1] a repeated tap gets the same answer; what took nothing is tried again', async () => {
  const reader = createSandboxReader()
  const first = await reader.authorize(wish('pay-1'))
  reader.card = 'mastercard'
  deepEqual(await reader.authorize(wish('pay-1')), first)
  reader.card = 'chargeDeclined'
  deepEqual(await reader.authorize(wish('pay-2')), { status: 'declined', code: 'card_declined' })
  reader.isConnected = false
  const away = await reader.authorize(wish('pay-2'))
  deepEqual(away, { status: 'unavailable', reason: 'not_connected' })
  reader.isConnected = true
  reader.card = 'visa'
  equal((await reader.authorize(wish('pay-2'))).status, 'authorized')
})

test('[RD2] offline, a reader stores within its limits, and says so', async () => {
  const reader = createSandboxReader({ paymentMinorMax: 2_000, sumMinorMax: 3_000 })
  reader.isOnline = false
  const stored = await reader.authorize(wish('pay-1', 2_000))
  ok(stored.status === 'authorized' && stored.isStored)
  const over = await reader.authorize(wish('pay-2', 2_001))
  deepEqual(over, { status: 'unavailable', reason: 'over_limit' })
  const full = await reader.authorize(wish('pay-3', 1_001))
  deepEqual(full, { status: 'unavailable', reason: 'store_full' })
  equal((await reader.authorize(wish('pay-4', 1_000))).status, 'authorized')
})

test('[RD3] what a reader stored is taken or declined when the processor hears of it', async () => {
  const reader = createSandboxReader()
  reader.isOnline = false
  const good = referenceOf(await reader.authorize(wish('0a1b-2c')))
  reader.card = 'chargeDeclinedInsufficientFunds'
  const bad = referenceOf(await reader.authorize(wish('0a1b-3d')))
  equal(cardBehaviour(good).type, 'accepted')
  deepEqual(cardBehaviour(bad), {
    type: 'declined',
    code: 'card_declined',
    declineCode: 'insufficient_funds',
  })
})
