import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto'

import type { JournalTrust, NodeId } from '@nightmarket/kernel'
import type { TestSigner } from '@nightmarket/kernel/testing'

/** RFC 8410's frame around an Ed25519 seed. */
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex')

/** A key that is the same in every process of a test. */
const privateKey = createPrivateKey({
  key: Buffer.concat([PKCS8_HEADER, Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
})
const publicKey = createPublicKey(privateKey)

function digest(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}

/** Writes the journals of this package's tests, with real signatures. */
export const testSigner: TestSigner = {
  nodeId: 'edge-1' as NodeId,
  epoch: 1,
  digest,
  sign: (message) => sign(null, message, privateKey).toString('base64'),
}

/** What a journal by `testSigner` is checked with. */
export const testTrust: JournalTrust = {
  nodeId: testSigner.nodeId,
  epoch: testSigner.epoch,
  publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString(
    'base64',
  ),
  digest,
  verify: (_, message, signature) =>
    verify(null, message, publicKey, Buffer.from(signature, 'base64')),
}
