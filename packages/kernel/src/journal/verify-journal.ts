import { assert } from '../assert.ts'
import { checkpointNote, checkpointOrigin, parseCheckpoint, type Checkpoint } from './checkpoint.ts'
import { utf8ToBytes } from './encoding.ts'
import {
  HASH_ZERO,
  JOURNAL_EMPTY,
  type Hash,
  type JournalEntry,
  type JournalHead,
  type SealedEntry,
} from './entry.ts'
import { hashEntryText, isHash } from './hash.ts'
import type { JournalReport, JournalTrust, JournalViolation } from './journal-report.ts'
import { MerkleFrontier } from './merkle-frontier.ts'
import { openEntry } from './seal.ts'

/** The most violations that a report lists; the rest are counted. */
export const VIOLATIONS_LISTED_MAX = 1_000

/**
 * Check a whole journal as it is stored: entries and checkpoints, each in ascending order.
 *
 * Takes whatever a damaged store still yields. Runs in constant memory.
 */
export function verifyJournal(
  journal: { readonly entries: Iterable<SealedEntry>; readonly checkpoints: Iterable<Checkpoint> },
  trust: JournalTrust,
): JournalReport {
  const check = new JournalCheck(trust)
  const checkpoints = Iterator.from(journal.checkpoints)
  let next = checkpoints.next()
  for (const entry of journal.entries) {
    for (; next.done !== true && next.value.size < entry.sequence; next = checkpoints.next()) {
      check.addCheckpoint(next.value)
    }
    check.addEntry(entry)
  }
  for (; next.done !== true; next = checkpoints.next()) check.addCheckpoint(next.value)
  return check.report()
}

/**
 * The incremental form of `verifyJournal`: feed it entries and checkpoints by position, an entry
 * before the checkpoint of its own sequence, and ask for the report at any time.
 *
 * - [JN8] Every entry that is missing, damaged, out of order or of another journal is named by its
 *   sequence; nothing is skipped silently.
 * - [JN9] Every checkpoint is held against the tree of the entries and the node's key.
 * - [JN10] One damaged row is one violation, not one for each row after it: the chain is taken up
 *   again behind it, and where roots cannot be known any more, that is said once with the count.
 * - [JN11] Entries that no checkpoint covers are named.
 */
export class JournalCheck {
  readonly #trust: JournalTrust
  readonly #origin: string
  readonly #violations: JournalViolation[] = []
  #violationCount = 0
  #entryCount = 0
  #checkpointCount = 0
  #head: JournalHead = JOURNAL_EMPTY
  #coveredSize = 0
  /** The hashes that the next entry may name as previous; `null` when nobody can know. */
  #previousHashes: readonly Hash[] | null = [HASH_ZERO]
  /** The tree up to the entry before the last; `null` once a leaf is lost. */
  #tree: MerkleFrontier | null
  /** What the last entry's leaf may be: two candidates when its hash and its text disagree. */
  #leaves: readonly Hash[] = []
  #isDamagedSinceRoot = false
  #unchecked: { fromSize: number; count: number } | null = null

  constructor(trust: JournalTrust) {
    this.#trust = trust
    this.#origin = checkpointOrigin(trust.nodeId, trust.epoch)
    this.#tree = new MerkleFrontier(trust.digest)
  }

  /** Check the next entry as it was stored. */
  addEntry(sealed: SealedEntry): void {
    this.#entryCount += 1
    const { sequence } = sealed
    if (!Number.isSafeInteger(sequence) || sequence <= this.#head.sequence) {
      const after = this.#head.sequence
      this.#found({ code: 'entry_out_of_order', sequence, after })
      return
    }
    this.#skipTo(sequence - 1)
    const computed = hashEntryText(sealed.text, this.#trust.digest)
    const opened = openEntry(sealed.text)
    this.#settleLeaf(opened.ok ? opened.value.previousHash : null)
    if (computed !== sealed.hash) {
      const expected = sealed.hash
      this.#foundInEntry({ code: 'hash_mismatch', sequence, expected, actual: computed })
    } else if (opened.ok) {
      this.#checkLinks(sequence, opened.value)
    } else {
      this.#foundInEntry({ ...opened.error, sequence })
    }
    this.#leaves = [...new Set([sealed.hash, computed])].filter(isHash)
    this.#previousHashes = this.#leaves
    this.#head = { sequence, hash: sealed.hash }
  }

  /** Check the next checkpoint as it was stored. */
  addCheckpoint(checkpoint: Checkpoint): void {
    this.#checkpointCount += 1
    const { size } = checkpoint
    const parsed = parseCheckpoint(checkpoint)
    if (!parsed.ok) {
      this.#found({ ...parsed.error, size })
      return
    }
    if (size < this.#head.sequence || (size === this.#coveredSize && size > 0)) {
      this.#found({ code: 'checkpoint_out_of_order', size, after: this.#head.sequence })
      return
    }
    this.#skipTo(size)
    this.#coveredSize = size
    this.#checkSignature(checkpoint)
    this.#checkRoot(checkpoint)
  }

  /** Everything found so far. */
  report(): JournalReport {
    const tail: JournalViolation[] = []
    const [fromSequence, sequence] = [this.#coveredSize + 1, this.#head.sequence]
    if (this.#unchecked !== null) tail.push({ code: 'roots_unchecked', ...this.#unchecked })
    if (fromSequence <= sequence) {
      tail.push({ code: 'entries_uncovered', fromSequence, throughSequence: sequence })
    }
    return {
      entryCount: this.#entryCount,
      checkpointCount: this.#checkpointCount,
      head: this.#head,
      violations: [...this.#violations, ...tail],
      violationCount: this.#violationCount + tail.length,
    }
  }

  #found(violation: JournalViolation): void {
    this.#violationCount += 1
    if (this.#violations.length < VIOLATIONS_LISTED_MAX) this.#violations.push(violation)
  }

  #foundInEntry(violation: JournalViolation): void {
    this.#isDamagedSinceRoot = true
    this.#found(violation)
  }

  /** Move on to `sequence`, naming what should have come before. Their leaves are lost. */
  #skipTo(sequence: number): void {
    if (sequence <= this.#head.sequence) return
    this.#foundMissing(this.#head.sequence + 1, sequence)
    this.#head = { sequence, hash: HASH_ZERO }
    this.#previousHashes = null
    this.#tree = null
    this.#leaves = []
  }

  /** One gap is one violation, however many checkpoints are signed over it. */
  #foundMissing(fromSequence: number, throughSequence: number): void {
    const last = this.#violations.at(-1)
    if (last?.code === 'entries_missing' && last.throughSequence === fromSequence - 1) {
      this.#violations[this.#violations.length - 1] = { ...last, throughSequence }
    } else {
      this.#found({ code: 'entries_missing', fromSequence, throughSequence })
    }
  }

  #checkLinks(sequence: number, entry: JournalEntry): void {
    const origin = checkpointOrigin(entry.nodeId, entry.epoch)
    const { previousHash } = entry
    const previousHashes = this.#previousHashes
    if (entry.sequence !== sequence) {
      const actual = entry.sequence
      this.#foundInEntry({ code: 'sequence_mismatch', sequence, expected: sequence, actual })
    } else if (previousHashes !== null && !previousHashes.includes(previousHash)) {
      const expected = previousHashes[0] ?? HASH_ZERO
      const actual = previousHash
      this.#foundInEntry({ code: 'previous_hash_mismatch', sequence, expected, actual })
    } else if (origin !== this.#origin) {
      const expected = this.#origin
      this.#foundInEntry({ code: 'entry_origin_mismatch', sequence, expected, actual: origin })
    }
  }

  /** Put the last entry's leaf into the tree: the one that its successor names, if it helps. */
  #settleLeaf(named: Hash | null): void {
    if (this.#leaves.length === 0) return
    const leaf = this.#leaves.find((candidate) => candidate === named) ?? this.#leaves[0]
    assert(leaf !== undefined, 'a leaf has a candidate')
    this.#tree?.append(leaf)
    this.#leaves = []
  }

  #checkSignature(checkpoint: Checkpoint): void {
    const { origin, size, signature } = checkpoint
    if (origin !== this.#origin) {
      const expected = this.#origin
      this.#found({ code: 'checkpoint_origin_mismatch', size, expected, actual: origin })
      return
    }
    const note = utf8ToBytes(checkpointNote(checkpoint))
    if (!this.#trust.verify(this.#trust.publicKey, note, signature)) {
      this.#found({ code: 'checkpoint_signature_invalid', size })
    }
  }

  #checkRoot({ size, root }: Checkpoint): void {
    const candidates = this.#treesAtEnd()
    const match = candidates?.find((tree) => tree.root() === root)
    if (match !== undefined) {
      this.#tree = match
      this.#leaves = []
      this.#isDamagedSinceRoot = false
    } else if (candidates !== null) {
      const actual = candidates[0]?.root() ?? HASH_ZERO
      this.#found({ code: 'checkpoint_root_mismatch', size, expected: root, actual })
      if (this.#isDamagedSinceRoot) this.#tree = null
    } else {
      this.#unchecked ??= { fromSize: size, count: 0 }
      this.#unchecked.count += 1
    }
  }

  /** The trees that may be the journal's up to its last entry; `null` when a leaf was lost. */
  #treesAtEnd(): readonly MerkleFrontier[] | null {
    const tree = this.#tree
    if (tree === null || this.#leaves.length === 0) return tree === null ? null : [tree]
    return this.#leaves.map((leaf) => {
      const candidate = new MerkleFrontier(this.#trust.digest, tree.state())
      candidate.append(leaf)
      return candidate
    })
  }
}
