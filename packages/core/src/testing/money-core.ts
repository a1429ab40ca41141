import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'

import { HASH_ZERO, type Digest, type Release } from '@nightmarket/kernel'
import { createStripeProcessor, createStripeVault } from '@nightmarket/payments'
import type { SandboxHost } from '@nightmarket/payments/sandbox'

import type { Core } from '../core.ts'
import type { BooksDatabase } from '../database/books-database.ts'

/** What the sandbox signs its webhooks with. */
export const WEBHOOK_SECRET = 'whsec_money_market'

/**
 * How long the client of the processor waits in these tests. Each timeout costs it, and a busy
 * machine must not run into it.
 */
const CALL_DEADLINE_MS = 1_500

const LISTING = { variantId: 'mug', priceMinor: 1_000, perCustomer: 2, priceWindows: [] }

/** A release of one mug at any price, shared 70 : 30. */
export function releaseOf(terms: Partial<Release['terms']> = {}): Release {
  const shares = [
    { partyId: 'creator', basisPoints: 7_000 },
    { partyId: 'coop', basisPoints: 3_000 },
  ]
  return {
    format: 1,
    currency: 'EUR',
    show: { showId: 'show', title: 'Show', hosts: [], languages: ['en'] },
    variants: [],
    drops: [{ dropId: 'drop', listings: [LISTING] }],
    offers: [],
    split: shares,
    terms: { rescueMs: 600_000, fallbackVoucherMinor: 0, ...terms },
  } as unknown as Release
}

/** A core with real keys, on a sandbox, whose clock is moved by hand. */
export function coreOf(
  books: BooksDatabase,
  sandbox: SandboxHost,
  clock: { readonly nowMs: number },
  ring: () => void,
): Core {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const digest: Digest = (bytes) => createHash('sha256').update(bytes).digest()
  return {
    books,
    nowMs: () => clock.nowMs,
    newId: randomUUID,
    randomBytes: (count) => randomBytes(count),
    digest,
    marketKey: {
      publicKey: rawKey(publicKey),
      sign: (message) => sign(null, message, privateKey).toString('base64'),
    },
    verify: verifySignature,
    vault: createStripeVault({ secretKey: 'sk_test_money_market', baseUrl: sandbox.url }),
    processor: createStripeProcessor({
      secretKey: 'sk_test_money_market',
      webhookSecret: WEBHOOK_SECRET,
      baseUrl: sandbox.url,
      deadlineMs: CALL_DEADLINE_MS,
      now: () => clock.nowMs,
    }),
    bell: { ring, wait: async () => {} },
  }
}

/** A public key as the books keep it: raw, base64. */
export function rawKey(publicKey: KeyObject): string {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
}

function verifySignature(publicKey: string, message: Uint8Array, signature: string): boolean {
  const x = Buffer.from(publicKey, 'base64').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, message, key, Buffer.from(signature, 'base64'))
}

/** An active edge in its first epoch. */
export function nodeRow(nodeId: string, nowMs: number) {
  return {
    node_id: nodeId,
    kind: 'edge',
    name: nodeId,
    epoch: 1,
    public_key: '',
    certificate: '',
    state: 'active',
    enrolled_at_ms: nowMs,
    head_hash: HASH_ZERO,
    frontier: '[]',
  }
}
