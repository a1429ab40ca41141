import type { Digest, NodeId } from '@nightmarket/kernel'
import type { MethodVault, Processor } from '@nightmarket/payments'

import type { BooksDatabase } from './database/books-database.ts'

/** What every room of the core works with. Made once, by the composition root. */
export interface Core {
  readonly books: BooksDatabase
  readonly nowMs: () => number
  /** A fresh unique id, for leases, ledger entries and claims. */
  readonly newId: () => string
  /** Random bytes for enrolment and voucher codes. */
  readonly randomBytes: (count: number) => Uint8Array
  readonly digest: Digest
  readonly marketKey: MarketKey
  /** Ed25519: whether `signature` (base64) is `publicKey`'s (raw, base64) over `message`. */
  readonly verify: (publicKey: string, message: Uint8Array, signature: string) => boolean
  readonly processor: Processor
  /** Where buyers' payment methods are kept. */
  readonly vault: MethodVault
  readonly bell: FeedBell
}

/** The market's signing key: certifies nodes and co-signs checkpoints. */
export interface MarketKey {
  /** Ed25519 public key, raw 32 bytes as base64. */
  readonly publicKey: string
  /** Ed25519 signature, base64. */
  readonly sign: (message: Uint8Array) => string
}

/** Tells whoever waits that a node's feed grew. Only a hint: nothing is lost if it stays silent. */
export interface FeedBell {
  ring(nodeId: NodeId): void
  /** Resolves at the next ring for this node, after `timeoutMs`, or when `signal` aborts. */
  wait(nodeId: NodeId, timeoutMs: number, signal?: AbortSignal): Promise<void>
}
