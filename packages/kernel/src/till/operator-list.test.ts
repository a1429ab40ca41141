import { equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'

import type { OperatorId } from '../id.ts'
import type { VerifySignature } from '../journal/signature.ts'
import { operatorListPayload, verifyOperatorList, type OperatorList } from './operator-list.ts'

/** A signature that anybody can check and, for the test's purpose, nobody else makes. */
const signatureOf = (key: string, message: Uint8Array) =>
  createHash('sha256').update(key).update(message).digest('base64')

const verify: VerifySignature = (publicKey, message, signature) =>
  signatureOf(publicKey, message) === signature

const pin = { salt: '0'.repeat(32), hash: 'a'.repeat(64) }
const ada = { operatorId: 'op-1' as OperatorId, name: 'Ada', role: 'steward', pin } as const
const unsigned = { operators: [ada], issuedAtMs: 7 }
const list: OperatorList = {
  ...unsigned,
  signature: signatureOf('market', operatorListPayload(unsigned)),
}

test('[OP1] a list that the market signed is taken; one that was changed is not', () => {
  ok(verifyOperatorList(JSON.parse(JSON.stringify(list)), 'market', verify).ok)
  const codeOf = (value: unknown, key = 'market') => {
    const verified = verifyOperatorList(value, key, verify)
    return verified.ok ? 'taken' : verified.error.code
  }
  equal(codeOf(list, 'other'), 'operators_not_signed')
  equal(codeOf({ ...list, issuedAtMs: 8 }), 'operators_not_signed')
  equal(codeOf({ ...list, operators: [] }), 'operators_not_signed')
  const seller = { ...ada, role: 'seller' }
  equal(codeOf({ ...list, operators: [seller] }), 'operators_not_signed')
  const other = { ...ada, pin: { ...pin, hash: 'b'.repeat(64) } }
  equal(codeOf({ ...list, operators: [other] }), 'operators_not_signed')
  const owner = { ...ada, role: 'owner' }
  equal(codeOf({ ...list, operators: [owner] }), 'operators_malformed')
  for (const value of [null, [], {}, { ...list, operators: [null] }]) {
    equal(codeOf(value), 'operators_malformed')
  }
})
