import { deepEqual, equal, ok } from 'node:assert/strict'
import { generateKeyPairSync, verify } from 'node:crypto'
import { test } from 'node:test'

import type { NodeId } from '@nightmarket/kernel'

import {
  isRequestSigned,
  NODE_HEADER,
  parseRequestClaim,
  SIGNATURE_HEADER,
  signRequest,
  type SignedRequest,
} from './request-signature.ts'
import { digest, signAsNode, verifyNode } from './testing/kernel-stall.ts'

const signer = { nodeId: 'edge-1' as NodeId, epoch: 3, sign: signAsNode, digest }
const request: SignedRequest = { method: 'POST', path: '/v1/exchange?a=1', body: '{"a":"ä"}' }

test('[SY1] a signature speaks for one method, path, query and body, under one key', async () => {
  const claim = claimOf(await signRequest(request, signer))
  ok(claim.ok)
  deepEqual({ ...claim.value, signature: '' }, { nodeId: 'edge-1', epoch: 3, signature: '' })
  const by = { publicKey: '', verify: verifyNode, digest }
  equal(isRequestSigned(request, claim.value, by), true)
  const changed: SignedRequest[] = [
    { ...request, method: 'PUT' },
    { ...request, path: '/v1/exchange?a=2' },
    { ...request, body: '{"a":"a"}' },
    { ...request, path: '/v1/exchange', body: `?a=1${request.body}` },
  ]
  for (const other of changed) equal(isRequestSigned(other, claim.value, by), false)
  const stranger = generateKeyPairSync('ed25519').publicKey
  const verifyStranger = (_key: string, message: Uint8Array, signature: string) =>
    verify(null, message, stranger, Buffer.from(signature, 'base64'))
  equal(isRequestSigned(request, claim.value, { ...by, verify: verifyStranger }), false)
})

test('[SY2] headers that are missing or not in their form are told apart', async () => {
  const good = await signRequest(request, signer)
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{}, 'signature_missing'],
    [{ [NODE_HEADER]: 'edge-1/1' }, 'signature_missing'],
    [{ [SIGNATURE_HEADER]: good[SIGNATURE_HEADER] ?? '' }, 'signature_missing'],
    [{ ...good, [NODE_HEADER]: 'edge-1' }, 'signature_malformed'],
    [{ ...good, [NODE_HEADER]: 'edge-1/0' }, 'signature_malformed'],
    [{ ...good, [NODE_HEADER]: 'edge-1/1/2' }, 'signature_malformed'],
    [{ ...good, [NODE_HEADER]: 'edge 1/1' }, 'signature_malformed'],
    [{ ...good, [NODE_HEADER]: `edge-1/${'9'.repeat(400)}` }, 'signature_malformed'],
    [{ ...good, [SIGNATURE_HEADER]: 'AAAA' }, 'signature_malformed'],
  ]
  for (const [headers, code] of cases) {
    const claim = claimOf(headers)
    equal(claim.ok ? 'taken' : claim.error.code, code, JSON.stringify(headers))
  }
})

function claimOf(headers: Readonly<Record<string, string>>) {
  return parseRequestClaim((name) => headers[name])
}
