import {
  assert,
  type Checkpoint,
  checkpointNote,
  checkpointOrigin,
  checkSealed,
  type Digest,
  type FrontierState,
  type Hash,
  type JournalEntry,
  type JournalHead,
  MerkleFrontier,
  type NodeId,
  parseCheckpoint,
  type SealedEntry,
  utf8ToBytes,
  type VerifySignature,
} from '@nightmarket/kernel'

import { EXCHANGE_ENTRIES_MAX, type ExchangeRequest } from './protocol.ts'

/** A child's journal as the parent has it. */
export interface KnownJournal {
  readonly nodeId: NodeId
  readonly epoch: number
  readonly sequence: number
  readonly hash: Hash
  readonly frontier: FrontierState
}

/** What a plan is made with. `publicKey` is the child's of this epoch, raw, base64. */
export interface ParentTools {
  readonly digest: Digest
  readonly verify: VerifySignature
  readonly publicKey: string
}

/** An entry that was checked, beside its sealed form. */
export interface CheckedEntry {
  readonly sealed: SealedEntry
  readonly entry: JournalEntry
}

/** What to do with a child's entries. Nothing was written yet. */
export type ExchangePlan =
  /** Take these, and then the journal ends here. No entries: nothing new, acknowledge. */
  | {
      readonly status: 'accept'
      readonly entries: readonly CheckedEntry[]
      readonly head: JournalHead
      readonly frontier: FrontierState
      /** Signed for exactly the journal up to `head`; `null` when there is none to co-sign. */
      readonly checkpoint: Checkpoint | null
    }
  /** Entries before these are missing: they are to be sent from this sequence on. */
  | { readonly status: 'want'; readonly sequence: number }
  /** Two hashes for one position. `branch` is the other branch from there on, as it was sent. */
  | {
      readonly status: 'fork'
      readonly sequence: number
      readonly parentHash: Hash
      readonly childHash: Hash
      readonly branch: readonly CheckedEntry[]
    }
  | { readonly status: 'invalid'; readonly detail: string }

/**
 * Decide what a child's entries are to its parent. Pure: what is already stored of the same
 * positions comes in as `storedHash`.
 *
 * - [S1] Only entries that continue the journal without a gap are taken; what overlaps is compared
 *   by hash. Each new one is checked against its text, its chain, and the signed root.
 * - [I11] A different hash at a known position, under the child's own signature, is a fork. Where
 *   the branches part before what was sent, earlier entries are asked for, so that both are kept.
 */
export function planExchange(
  known: KnownJournal,
  request: ExchangeRequest,
  storedHash: (sequence: number) => Hash | null,
  tools: ParentTools,
): ExchangePlan {
  const { entries } = request
  const first = entries[0]
  if (first === undefined) return acceptNothing(known, request.checkpoint, tools)
  const flaw = findFlaw(known, request, tools)
  if (flaw !== null) return { status: 'invalid', detail: flaw }
  if (first.sequence > known.sequence + 1) return { status: 'want', sequence: known.sequence + 1 }
  const opened = openEntries(known, request, tools.digest)
  if (typeof opened === 'string') return { status: 'invalid', detail: opened }
  const parting = findParting(known, request, storedHash)
  if (parting === null) return acceptNew(known, opened, request.checkpoint, tools)
  const { sequence, parentHash, childHash } = parting
  if (sequence < first.sequence) return { status: 'want', sequence: earlierThan(first.sequence) }
  const branch = opened.filter(({ sealed }) => sealed.sequence >= sequence)
  return { status: 'fork', sequence, parentHash, childHash, branch }
}

/** What is wrong with a request before its entries are looked at; `null` when nothing is. */
function findFlaw(
  known: KnownJournal,
  { entries, checkpoint }: ExchangeRequest,
  tools: ParentTools,
): string | null {
  if (entries.length > EXCHANGE_ENTRIES_MAX) return `more than ${EXCHANGE_ENTRIES_MAX} entries`
  if (checkpoint === null) return 'entries come without their checkpoint'
  const parsed = parseCheckpoint(checkpoint)
  if (!parsed.ok) return `the checkpoint's ${parsed.error.field} is malformed`
  if (checkpoint.origin !== checkpointOrigin(known.nodeId, known.epoch)) {
    return `the checkpoint is of ${checkpoint.origin}`
  }
  if (checkpoint.size !== entries.at(-1)?.sequence) return 'the checkpoint is not of the last entry'
  if (!isSigned(checkpoint, tools)) return `the checkpoint's signature is not this node's`
  return null
}

/** Check each entry's hash, text, owner and chain; says what is wrong with the first that fails. */
function openEntries(
  known: KnownJournal,
  request: ExchangeRequest,
  digest: Digest,
): readonly CheckedEntry[] | string {
  const opened: CheckedEntry[] = []
  let head = {
    sequence: (request.entries[0]?.sequence ?? 1) - 1,
    hash: request.previousHash,
  }
  for (const sealed of request.entries) {
    const checked = checkSealed(head, sealed, digest)
    if (!checked.ok) return `entry ${checked.error.sequence}: ${checked.error.code}`
    const entry = checked.value
    if (entry.nodeId !== known.nodeId || entry.epoch !== known.epoch) {
      return `entry ${entry.sequence} is of ${entry.nodeId}/${entry.epoch}`
    }
    opened.push({ sealed, entry })
    head = { sequence: sealed.sequence, hash: sealed.hash }
  }
  return opened
}

/** A page before: the branches part somewhere before what was sent. Never before the first. */
function earlierThan(sequence: number): number {
  return Math.max(1, sequence - EXCHANGE_ENTRIES_MAX)
}

interface Parting {
  readonly sequence: number
  readonly parentHash: Hash
  readonly childHash: Hash
}

/** The first position at which the child's journal is not the one that the parent has. */
function findParting(
  known: KnownJournal,
  { entries, previousHash }: ExchangeRequest,
  storedHash: (sequence: number) => Hash | null,
): Parting | null {
  const before = (entries[0]?.sequence ?? 1) - 1
  const positions = [
    { sequence: before, hash: previousHash },
    ...entries.filter(({ sequence }) => sequence <= known.sequence),
  ]
  for (const { sequence, hash } of positions) {
    const parentHash = sequence === known.sequence ? known.hash : storedHash(sequence)
    if (sequence === 0 && parentHash === null) continue
    assert(parentHash !== null, `the parent has the hash of entry ${sequence}`)
    if (parentHash !== hash) return { sequence, parentHash, childHash: hash }
  }
  return null
}

function acceptNew(
  known: KnownJournal,
  opened: readonly CheckedEntry[],
  checkpoint: Checkpoint | null,
  tools: ParentTools,
): ExchangePlan {
  const entries = opened.filter(({ sealed }) => sealed.sequence > known.sequence)
  if (entries.length === 0) return acceptNothing(known, checkpoint, tools)
  const frontier = new MerkleFrontier(tools.digest, known.frontier)
  for (const { sealed } of entries) frontier.append(sealed.hash)
  const last = entries.at(-1)?.sealed
  assert(last !== undefined && frontier.size === last.sequence, 'the tree grows with the journal')
  if (checkpoint?.root !== frontier.root()) {
    return { status: 'invalid', detail: 'the checkpoint signs another root' }
  }
  const head = { sequence: last.sequence, hash: last.hash }
  return { status: 'accept', entries, head, frontier: frontier.state(), checkpoint }
}

/** Nothing new. A checkpoint of the journal as it is known is co-signed again. */
function acceptNothing(
  known: KnownJournal,
  checkpoint: Checkpoint | null,
  tools: ParentTools,
): ExchangePlan {
  const { sequence, hash, frontier } = known
  const isOfHead =
    checkpoint !== null &&
    checkpoint.size === sequence &&
    checkpoint.origin === checkpointOrigin(known.nodeId, known.epoch) &&
    checkpoint.root === new MerkleFrontier(tools.digest, frontier).root() &&
    isSigned(checkpoint, tools)
  const head = { sequence, hash }
  return { status: 'accept', entries: [], head, frontier, checkpoint: isOfHead ? checkpoint : null }
}

function isSigned(checkpoint: Checkpoint, { publicKey, verify }: ParentTools): boolean {
  return verify(publicKey, utf8ToBytes(checkpointNote(checkpoint)), checkpoint.signature)
}

/** The parent's word for a checkpoint: its own signature over the same note, base64. [S4] */
export function cosign(
  checkpoint: Checkpoint,
  sign: (message: Uint8Array) => string,
): string {
  return sign(utf8ToBytes(checkpointNote(checkpoint)))
}
