import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'

import type { OrderId, PayKey, RefundId } from '@nightmarket/kernel'

import { Bank } from './bank.ts'

const HOUR_MS = 3_600_000

function openBank() {
  const clock = { nowMs: 0 }
  const told: string[] = []
  const bank = new Bank(
    () => clock.nowMs,
    ({ type }) => told.push(type),
  )
  const ask = (
    payKey: string,
    fields: { amountMinor?: number; capture?: boolean; reference?: string } = {},
  ) =>
    bank.authorize(
      {
        payKey: payKey as PayKey,
        reference: 'pm_fine',
        amountMinor: 500,
        currency: 'EUR',
        capture: false,
        origin: { orderId: 'o' as OrderId, nodeId: 'n', epoch: 1, sequence: 1 },
        ...fields,
      },
      false,
    )
  return { bank, ask, clock, told }
}

test('[SM8] a key is one charge for a day, another request under it is a conflict', () => {
  const { ask, clock } = openBank()
  const first = ask('k')
  deepEqual(ask('k'), first)
  throws(() => ask('k', { amountMinor: 501 }), { code: 'conflict', reason: 'key_reused' })
  clock.nowMs = 25 * HOUR_MS
  equal(ask('k').chargeId === first.chargeId, false)
})

test('[SM8] captures, voids and declines answer as the port says', () => {
  const { bank, ask } = openBank()
  const held = ask('a')
  equal(bank.capture(held.chargeId).capturedMinor, 500)
  equal(bank.capture(held.chargeId).state, 'captured')
  throws(() => bank.void(held.chargeId), { code: 'conflict', reason: 'charge_captured' })
  const other = ask('b')
  equal(bank.void(other.chargeId).state, 'voided')
  equal(bank.void(other.chargeId).state, 'voided')
  throws(() => bank.capture(other.chargeId), { code: 'conflict', reason: 'charge_voided' })
  equal(ask('c', { reference: 'pm_decline' }).state, 'declined')
})

test('[SM8] refunds stay within the capture, are one per id, and end with a dispute', () => {
  const { bank, ask } = openBank()
  const { chargeId } = ask('a', { capture: true })
  const refund = (id: string, amountMinor: number) =>
    bank.refund(id as RefundId, chargeId, amountMinor, false)
  deepEqual(refund('r1', 300), refund('r1', 300))
  throws(() => refund('r2', 300), { code: 'conflict', reason: 'refund_exceeds_captured' })
  equal(bank.dispute(chargeId), true)
  throws(() => refund('r3', 100), { code: 'conflict', reason: 'charge_disputed' })
  equal(bank.read(chargeId).refundedMinor, 300)
})
