import type { NodeId } from '../id.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Hash } from './entry.ts'

/** The core's word that a public key speaks for a node at an epoch. Signed by the market's key. */
export interface NodeCertificate {
  readonly nodeId: NodeId
  readonly epoch: number
  readonly kind: 'edge' | 'till' | 'core'
  /** Ed25519 public key, raw 32 bytes as base64. */
  readonly publicKey: string
  readonly issuedAtMs: number
  /** Ed25519 by the market's key over the RFC 8785 JSON of the other fields, base64. */
  readonly signature: string
}

/**
 * Proof that an entry is in a node's journal, checkable by anyone offline with the market's public
 * key: the entry, its RFC 6962 inclusion path, the checkpoint it leads to and who may sign it.
 */
export interface EntryProof<Format extends string> {
  readonly format: Format
  /** RFC 8785 text of the entry. */
  readonly entry: string
  /** Position of the entry among the checkpoint's leaves, from 0: its sequence minus one. */
  readonly leafIndex: number
  readonly path: readonly Hash[]
  readonly checkpoint: Checkpoint
  readonly certificate: NodeCertificate
}

/** Proof that a node accepted an order: its entry is an `order.accepted`. */
export type Receipt = EntryProof<'nightmarket-receipt/1'>

/** Proof that a node handed units to another: its entry is a `lease.handed`. */
export type Slip = EntryProof<'nightmarket-slip/1'>
