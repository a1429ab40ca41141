import type { NodeId } from '../id.ts'

/** A SHA-256 digest as 64 lower-case hexadecimal digits. */
export type Hash = string

/** SHA-256 of bytes, synchronous: `node:crypto` on a server, `@noble/hashes` in a browser. */
export type Digest = (bytes: Uint8Array) => Uint8Array

/** What precedes the first entry of a journal. */
export const HASH_ZERO: Hash = '0'.repeat(64)

/** A plain JSON value: what a journal entry's body may hold. Numbers are safe integers. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/**
 * One fact in a node's journal.
 *
 * `hash = SHA-256(0x00 ‖ RFC 8785 JSON of every other field)`, which is also the entry's RFC 6962
 * leaf hash, so that the chain and the Merkle tree share one digest.
 */
export interface JournalEntry {
  readonly nodeId: NodeId
  readonly epoch: number
  /** 1 for a journal's first entry; no gaps. */
  readonly sequence: number
  readonly previousHash: Hash
  /** The node's wall clock, epoch milliseconds. */
  readonly atMs: number
  /** The node's monotonic clock since it started, milliseconds. */
  readonly monotonicMs: number
  readonly type: string
  readonly body: Json
}

/**
 * An entry as it is stored and sent: the canonical text that was hashed, and its hash.
 *
 * The text travels, not the object: nobody re-serialises what somebody else signed.
 */
export interface SealedEntry {
  readonly sequence: number
  readonly hash: Hash
  /** RFC 8785 JSON of the `JournalEntry`. */
  readonly text: string
}

/** Where a journal ends: the last sequence number and the hash that seals everything before it. */
export interface JournalHead {
  readonly sequence: number
  readonly hash: Hash
}

/** The head of a journal that has no entry yet. */
export const JOURNAL_EMPTY: JournalHead = { sequence: 0, hash: HASH_ZERO }
