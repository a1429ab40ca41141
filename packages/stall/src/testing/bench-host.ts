import {
  createHash,
  generateKeyPairSync,
  sign as signWith,
  verify as verifyWith,
  type KeyObject,
} from 'node:crypto'

import {
  certificatePayload,
  type Digest,
  type LeaseId,
  type Moment,
  type NodeCertificate,
  type VerifySignature,
} from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'
import type { JournalStore } from '@nightmarket/storage'

import type { Stall, StallHost } from '../stall.ts'

/** SHA-256 as the server does it. */
export const digest: Digest = (bytes) => createHash('sha256').update(bytes).digest()

/** Ed25519 as the server does it: raw keys and signatures in base64. */
export const verifySignature: VerifySignature = (publicKey, message, signature) => {
  const x = Buffer.from(publicKey, 'base64').toString('base64url')
  const key = { key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' } as const
  return verifyWith(null, message, key, Buffer.from(signature, 'base64'))
}

/** A market with one edge, for tests of everything that runs on a stall. */
export interface TestMarket {
  readonly publicKey: string
  readonly certificate: NodeCertificate
  readonly sign: (message: Uint8Array) => string
  /** What only the market's own key may say: certificates, passes. */
  readonly signAsMarket: (message: Uint8Array) => string
}

/** Make keys and the certificate that ties them together. */
export function createTestMarket(): TestMarket {
  const market = generateKeyPairSync('ed25519')
  const node = generateKeyPairSync('ed25519')
  const unsigned = {
    nodeId: EVENING.nodeId,
    epoch: 1,
    kind: 'edge',
    publicKey: rawOf(node.publicKey),
    issuedAtMs: EVENING.startMs,
  } as const
  const signature = signer(market.privateKey)(certificatePayload(unsigned))
  return {
    publicKey: rawOf(market.publicKey),
    certificate: { ...unsigned, signature },
    sign: signer(node.privateKey),
    signAsMarket: signer(market.privateKey),
  }
}

/** A host whose time a test moves by hand. */
export interface ManualHost extends StallHost {
  pass(durationMs: number): void
  /** How many timers are armed. */
  timers(): number
}

/** Build a host on a store. Time stands at the evening's start until `pass` moves it. */
export function createManualHost(
  store: JournalStore,
  market: Omit<TestMarket, 'signAsMarket'>,
): ManualHost {
  let moment: Moment = { atMs: EVENING.startMs, monotonicMs: 0 }
  const timers = new Set<{ readonly atMs: number; readonly work: () => void }>()
  return {
    store,
    identity: market,
    digest,
    now: () => moment,
    setTimer(delayMs, work) {
      const timer = { atMs: moment.atMs + delayMs, work }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    defer: (work) => void setImmediate(work),
    timers: () => timers.size,
    pass(durationMs) {
      moment = {
        atMs: moment.atMs + durationMs,
        monotonicMs: moment.monotonicMs + durationMs,
      }
      for (const timer of Array.from(timers)) {
        if (timer.atMs > moment.atMs || !timers.delete(timer)) continue
        timer.work()
      }
    },
  }
}

/** Open the evening's drop at a stall: one release and one lease of mugs. */
export async function openEvening(
  stall: Stall,
  units: number,
  release = releaseOfEvening(),
): Promise<void> {
  const { startMs, endMs, releaseId, dropId, mugItem } = EVENING
  const lease = { leaseId: 'l1' as LeaseId, dropId, itemId: mugItem, quantity: units }
  await stall.run({
    type: 'apply_feed',
    parentTimeMs: startMs,
    items: [
      {
        type: 'release.activated',
        position: 1,
        atMs: startMs,
        body: { number: 1, releaseId, release },
      },
      {
        type: 'lease.granted',
        position: 2,
        atMs: startMs,
        body: { ...lease, sellUntilMs: endMs + 600_000 },
      },
    ],
  })
}

function rawOf(key: KeyObject): string {
  const { x } = key.export({ format: 'jwk' })
  return Buffer.from(x ?? '', 'base64url').toString('base64')
}

function signer(key: KeyObject): (message: Uint8Array) => string {
  return (message) => signWith(null, message, key).toString('base64')
}
