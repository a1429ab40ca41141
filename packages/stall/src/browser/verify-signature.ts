import { ed25519 } from '@noble/curves/ed25519.js'

import {
  base64ToBytes,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
  type VerifySignature,
} from '@nightmarket/kernel'

/**
 * Strict Ed25519 for checking receipts and slips in a browser, at once and without a network.
 * What is no key or no signature speaks for nothing.
 */
export const verifySignature: VerifySignature = (publicKey, message, signature) => {
  const key = base64ToBytes(publicKey)
  const signed = base64ToBytes(signature)
  if (key?.length !== PUBLIC_KEY_BYTES || signed?.length !== SIGNATURE_BYTES) return false
  try {
    return ed25519.verify(signed, message, key, { zip215: false })
  } catch {
    return false
  }
}
