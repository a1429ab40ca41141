import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'

import {
  buyerPassPayload,
  isStoredMethod,
  storedMethodId,
  verifyBuyerPass,
  type BuyerPass,
} from './buyer-pass.ts'
import { tapText } from './tap.ts'

const PASS: BuyerPass = {
  methodId: storedMethodId('one'),
  label: 'Visa ·· 4242',
  credentialId: 'credential',
  publicKey: 'key',
  origin: 'https://market.example',
  expiresAtMs: 2_000,
  signature: 'signed',
}

/** A key that has signed `PASS` and nothing else. */
function check(value: unknown, nowMs = 1_000) {
  const signed = Buffer.from(buyerPassPayload(PASS)).toString()
  const verify = (_: string, message: Uint8Array, signature: string) =>
    Buffer.from(message).toString() === signed && signature === 'signed'
  const answer = verifyBuyerPass(value, { marketPublicKey: 'market', verify, nowMs })
  return answer.ok ? 'good' : answer.error.code
}

test('[BP1] a pass is good as it was signed, until it expires', () => {
  deepEqual([check(PASS), check(PASS, 1_999), check(PASS, 2_000)], ['good', 'good', 'pass_expired'])
  for (const name of Object.keys(PASS)) {
    const value = name === 'expiresAtMs' ? 9_999 : 'another'
    equal(check({ ...PASS, [name]: value }), 'pass_not_signed', name)
    equal(check({ ...PASS, [name]: undefined }), 'pass_malformed', name)
  }
  for (const value of [null, 'pass', [], {}]) equal(check(value), 'pass_malformed')
})

test('[BP2] what is signed tells every order, payment, method and amount apart', () => {
  const tap = { orderId: 'o', payKey: 'p', methodId: 'm', amountMinor: 950 }
  equal(tapText({ ...tap }), tapText(tap))
  const others = [{ orderId: 'o2' }, { payKey: 'p2' }, { methodId: 'm2' }, { amountMinor: 95 }]
  for (const other of others) notEqual(tapText({ ...tap, ...other }), tapText(tap))
  deepEqual(
    [isStoredMethod(PASS.methodId), isStoredMethod('pm_card_visa'), isStoredMethod(null)],
    [true, false, false],
  )
})
