import { createHmac, createSecretKey } from 'node:crypto'

import { assert } from '@nightmarket/kernel'

import type { TokenMac } from '../offer/offer-token.ts'

/** How long the secret of an edge's tokens is, in bytes: as long as the digest. */
export const TOKEN_SECRET_BYTES = 32

/** HMAC-SHA256 under an edge's secret; the key object is made once. */
export function createTokenMac(secret: Uint8Array): TokenMac {
  assert(secret.length === TOKEN_SECRET_BYTES, 'a token secret has 32 bytes')
  const key = createSecretKey(secret)
  return (text) => createHmac('sha256', key).update(text).digest('base64url')
}
