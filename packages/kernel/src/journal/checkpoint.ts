import { parseId, type NodeId } from '../id.ts'
import { err, ok, type Result } from '../result.ts'
import { bytesToBase64, hexToBytes, isBase64Of } from './encoding.ts'
import type { Hash } from './entry.ts'
import { findFieldInvalid, isCount, isMembers, type FieldChecks } from './fields.ts'
import { isHash } from './hash.ts'
import { SIGNATURE_BYTES } from './signature.ts'

/**
 * A node's signed statement of its journal's content up to `size` entries.
 *
 * Signed as a C2SP signed note (`c2sp.org/tlog-checkpoint`): the three lines
 * `origin`, `size`, base64 of the RFC 6962 root, each ended by a newline.
 */
export interface Checkpoint {
  /** `nightmarket/<nodeId>/<epoch>`. */
  readonly origin: string
  readonly size: number
  /** RFC 6962 Merkle tree hash over the entries' hashes as leaves. */
  readonly root: Hash
  /** Ed25519 over the note's text, base64. */
  readonly signature: string
}

/** Whose journal a checkpoint speaks of. */
export interface JournalOrigin {
  readonly nodeId: NodeId
  readonly epoch: number
}

const ORIGIN_PATTERN = /^nightmarket\/([^/]+)\/(0|[1-9][0-9]*)$/

/** The first line of a checkpoint's note: the journal's name, unique per node and epoch. [JN7] */
export function checkpointOrigin(nodeId: NodeId, epoch: number): string {
  return `nightmarket/${nodeId}/${epoch}`
}

/** Turn an untrusted origin into the node and epoch it names, or refuse it. [JN7] */
export function parseCheckpointOrigin(
  origin: unknown,
): Result<JournalOrigin, { readonly code: 'origin_invalid' }> {
  const match = typeof origin === 'string' ? ORIGIN_PATTERN.exec(origin) : null
  const nodeId = parseId<'node'>(match?.[1])
  const epoch = Number(match?.[2])
  if (!nodeId.ok || !isCount(epoch)) return err({ code: 'origin_invalid' })
  return ok({ nodeId: nodeId.value, epoch })
}

/** The text that a node signs and a parent co-signs, in UTF-8: C2SP's three lines. [JN7] */
export function checkpointNote(checkpoint: Omit<Checkpoint, 'signature'>): string {
  const { origin, size, root } = checkpoint
  return `${origin}\n${size}\n${bytesToBase64(hexToBytes(root))}\n`
}

const CHECKPOINT_CHECKS: FieldChecks<Checkpoint> = {
  origin: (value) => parseCheckpointOrigin(value).ok,
  size: isCount,
  root: isHash,
  signature: (value) => isBase64Of(value, SIGNATURE_BYTES),
}

/** Turn untrusted JSON into a checkpoint, or name the wrong member. Checks no signature. */
export function parseCheckpoint(
  value: unknown,
): Result<Checkpoint, { readonly code: 'checkpoint_malformed'; readonly field: string }> {
  const field = isMembers(value) ? findFieldInvalid(value, CHECKPOINT_CHECKS) : 'checkpoint'
  if (field !== null) return err({ code: 'checkpoint_malformed', field })
  return ok(value as Checkpoint)
}
