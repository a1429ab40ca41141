import { hashes, verify } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'

import {
  base64ToBytes,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
  type VerifySignature,
} from '@nightmarket/kernel'

// The one of the library's hashes that it leaves to its user.
hashes.sha512 = sha512

/**
 * Strict Ed25519 for checking receipts and slips in a browser, at once and without a network.
 * What is no key or no signature speaks for nothing.
 */
export const verifySignature: VerifySignature = (publicKey, message, signature) => {
  const key = base64ToBytes(publicKey)
  const signed = base64ToBytes(signature)
  if (key?.length !== PUBLIC_KEY_BYTES || signed?.length !== SIGNATURE_BYTES) return false
  try {
    return verify(signed, message, key, { zip215: false })
  } catch {
    return false
  }
}
