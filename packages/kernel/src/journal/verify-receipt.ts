import type { NodeId } from '../id.ts'
import { err, ok, type Result } from '../result.ts'
import { certificatePayload, parseCertificate } from './certificate.ts'
import {
  checkpointNote,
  checkpointOrigin,
  parseCheckpoint,
  type Checkpoint,
} from './checkpoint.ts'
import { utf8ToBytes } from './encoding.ts'
import type { Digest, JournalEntry } from './entry.ts'
import { findFieldInvalid, isCount, isMembers, type FieldChecks } from './fields.ts'
import { hashEntryText, isHash } from './hash.ts'
import { verifyInclusion } from './merkle-proof.ts'
import { bodyToOrder, findOrderFieldInvalid, type ReceiptOrder } from './receipt-order.ts'
import type { EntryProof, NodeCertificate } from './receipt.ts'
import { openEntry, type EntryRejection } from './seal.ts'
import type { VerifySignature } from './signature.ts'

/** The longest inclusion path there can be: one hash per bit of a size. */
export const RECEIPT_PATH_LENGTH_MAX = 53

/** The primitives that proofs are checked with, passed in so that a browser can check too. */
export interface ProofCheck {
  readonly digest: Digest
  readonly verify: VerifySignature
}

/** What a receipt that verifies proves. */
export interface ReceiptProof {
  readonly nodeId: NodeId
  readonly epoch: number
  readonly entry: JournalEntry
  readonly order: ReceiptOrder
  readonly checkpoint: Checkpoint
  readonly certificate: NodeCertificate
}

/** Why a receipt proves nothing: the step that failed, and what stands against what. */
export type ReceiptRejection =
  | { readonly code: 'receipt_malformed'; readonly field: string }
  | { readonly code: 'certificate_malformed'; readonly field: string }
  | { readonly code: 'checkpoint_malformed'; readonly field: string }
  | { readonly code: 'certificate_not_signed_by_market'; readonly nodeId: NodeId }
  | { readonly code: 'checkpoint_not_signed_by_node'; readonly nodeId: NodeId }
  | EntryRejection
  | ReceiptMismatch<'origin_mismatch', string>
  | ReceiptMismatch<'leaf_index_mismatch', number>
  | ReceiptMismatch<'entry_type_mismatch', string>
  | { readonly code: 'inclusion_not_proven'; readonly leafIndex: number; readonly size: number }
  | { readonly code: 'order_field_invalid'; readonly field: string }

interface ReceiptMismatch<Code extends string, Value> {
  readonly code: Code
  readonly expected: Value
  readonly actual: Value
}

/**
 * Check an untrusted receipt offline, with nothing but the market's public key (base64).
 *
 * - [RC1] A receipt as a node cut it verifies, and gives the order that was sold.
 * - [RC2] The market's key vouches for the node's key, and that key signed the checkpoint.
 * - [RC3] Certificate, checkpoint and entry speak of the same node and epoch.
 * - [RC4] The entry is in the checkpoint's tree, at the place its sequence says.
 * - [RC5] The entry is an `order.accepted`, whole and in its canonical spelling.
 * - [RC6] Whatever else was sent is refused with the member that is wrong, never by a throw.
 */
export function verifyReceipt(
  receipt: unknown,
  marketPublicKey: string,
  check: ProofCheck,
): Result<ReceiptProof, ReceiptRejection> {
  const proven = verifyProof(receipt, 'nightmarket-receipt/1', marketPublicKey, check)
  if (!proven.ok) return proven
  const { entry, certificate, checkpoint } = proven.value
  if (entry.type !== 'order.accepted') {
    return mismatch('entry_type_mismatch', 'order.accepted', entry.type)
  }
  const field = findOrderFieldInvalid(entry.body)
  if (field !== null) return err({ code: 'order_field_invalid', field })
  const { nodeId, epoch } = certificate
  return ok({ nodeId, epoch, entry, order: bodyToOrder(entry.body), checkpoint, certificate })
}

/** An entry that is proven to be in its node's journal, and by whom. */
export type ProvenEntry = Pick<ReceiptProof, 'entry' | 'checkpoint' | 'certificate'>

/** Check what a receipt and a slip have in common: the chain from an entry to the market's key. */
export function verifyProof(
  proof: unknown,
  format: string,
  marketPublicKey: string,
  check: ProofCheck,
): Result<ProvenEntry, ReceiptRejection> {
  const parsed = parseProof(proof, format)
  if (!parsed.ok) return parsed
  const signatures = checkSignatures(parsed.value, marketPublicKey, check.verify)
  if (!signatures.ok) return signatures
  const included = checkInclusion(parsed.value, check.digest)
  if (!included.ok) return included
  const { checkpoint, certificate } = parsed.value
  return ok({ entry: included.value, checkpoint, certificate })
}

type Proof = EntryProof<string>

const PROOF_CHECKS: FieldChecks<Proof> = {
  format: (value) => typeof value === 'string',
  entry: (value) => typeof value === 'string',
  leafIndex: isCount,
  path: (value) => Array.isArray(value) && isPathLength(value.length) && value.every(isHash),
  checkpoint: isMembers,
  certificate: isMembers,
}

function isPathLength(length: number): boolean {
  return length <= RECEIPT_PATH_LENGTH_MAX
}

function parseProof(value: unknown, format: string): Result<Proof, ReceiptRejection> {
  const field = isMembers(value) ? findFieldInvalid(value, PROOF_CHECKS) : 'receipt'
  if (field !== null) return err({ code: 'receipt_malformed', field })
  const proof = value as Proof
  if (proof.format !== format) return err({ code: 'receipt_malformed', field: 'format' })
  const certificate = parseCertificate(proof.certificate)
  if (!certificate.ok) return certificate
  const checkpoint = parseCheckpoint(proof.checkpoint)
  return checkpoint.ok ? ok(proof) : checkpoint
}

function checkSignatures(
  { certificate, checkpoint }: Proof,
  marketPublicKey: string,
  verify: VerifySignature,
): Result<null, ReceiptRejection> {
  const { nodeId, epoch, publicKey } = certificate
  if (!verify(marketPublicKey, certificatePayload(certificate), certificate.signature)) {
    return err({ code: 'certificate_not_signed_by_market', nodeId })
  }
  const origin = checkpointOrigin(nodeId, epoch)
  if (checkpoint.origin !== origin) return mismatch('origin_mismatch', origin, checkpoint.origin)
  if (!verify(publicKey, utf8ToBytes(checkpointNote(checkpoint)), checkpoint.signature)) {
    return err({ code: 'checkpoint_not_signed_by_node', nodeId })
  }
  return ok(null)
}

function checkInclusion(receipt: Proof, digest: Digest): Result<JournalEntry, ReceiptRejection> {
  const { checkpoint, leafIndex, path } = receipt
  const { size, root } = checkpoint
  const opened = openEntry(receipt.entry)
  if (!opened.ok) return opened
  const entry = opened.value
  const origin = checkpointOrigin(entry.nodeId, entry.epoch)
  if (checkpoint.origin !== origin) return mismatch('origin_mismatch', checkpoint.origin, origin)
  if (leafIndex !== entry.sequence - 1) {
    return mismatch('leaf_index_mismatch', entry.sequence - 1, leafIndex)
  }
  const leafHash = hashEntryText(receipt.entry, digest)
  if (!verifyInclusion({ leafHash, leafIndex, size, root, path }, digest)) {
    return err({ code: 'inclusion_not_proven', leafIndex, size })
  }
  return opened
}

function mismatch<Code extends string, Value>(code: Code, expected: Value, actual: Value) {
  return err({ code, expected, actual })
}
