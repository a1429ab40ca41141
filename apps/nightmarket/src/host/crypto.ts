import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'

import {
  bytesToBase64,
  PUBLIC_KEY_BYTES,
  type Digest,
  type Hash,
  type VerifySignature,
} from '@nightmarket/kernel'

/** SHA-256, as the kernel wants it. */
export const sha256: Digest = (bytes) => hash('sha256', bytes, 'buffer')

/** SHA-256 of a text as hex, which is how secrets are compared. */
export function hashText(text: string): Hash {
  return createHash('sha256').update(text).digest('hex')
}

/** What precedes the 32 raw bytes of an Ed25519 public key in DER (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** The most public keys kept ready: a core knows some dozens of nodes, `verify` meets them all. */
const KEYS_KEPT_MAX = 1_000

/** An Ed25519 key that signs, with its public half as certificates carry it. */
export interface SigningKey {
  /** Raw 32 bytes, base64. */
  readonly publicKey: string
  /** Ed25519 over the message, base64. */
  readonly sign: (message: Uint8Array) => string
}

/** Make a new private key, as PKCS #8 PEM. */
export function createPrivateKeyPem(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return String(privateKey.export({ format: 'pem', type: 'pkcs8' }))
}

/** Read a private key. Throws when the text is no PEM of an Ed25519 key. */
export function openSigningKey(pem: string): SigningKey {
  const key = createPrivateKey(pem)
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('this is not an Ed25519 key')
  return {
    publicKey: rawPublicKey(createPublicKey(key)),
    sign: (message) => sign(null, message, key).toString('base64'),
  }
}

function rawPublicKey(key: KeyObject): string {
  const der = key.export({ format: 'der', type: 'spki' })
  return bytesToBase64(der.subarray(SPKI_PREFIX.length))
}

/** Check signatures; keys stay parsed, since the same few nodes sign again and again. */
export function createVerifier(): VerifySignature {
  const keys = new Map<string, KeyObject | null>()
  function keyOf(publicKey: string): KeyObject | null {
    const known = keys.get(publicKey)
    if (known !== undefined) return known
    const key = parsePublicKey(publicKey)
    if (keys.size >= KEYS_KEPT_MAX) keys.clear()
    keys.set(publicKey, key)
    return key
  }
  return (publicKey, message, signature) => {
    const key = keyOf(publicKey)
    return key !== null && verify(null, message, key, Buffer.from(signature, 'base64'))
  }
}

/** A public key that is none speaks for nothing. */
function parsePublicKey(publicKey: string): KeyObject | null {
  const raw = Buffer.from(publicKey, 'base64')
  if (raw.length !== PUBLIC_KEY_BYTES) return null
  try {
    const der = Buffer.concat([SPKI_PREFIX, raw])
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch {
    return null
  }
}

/** The raw base64 of an Ed25519 public key in PEM, or `null` when the text is none. */
export function publicKeyOfPem(pem: string): string | null {
  try {
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? rawPublicKey(key) : null
  } catch {
    return null
  }
}
