import {
  assert,
  type Checkpoint,
  type JournalHead,
  type Result,
  type SealedEntry,
} from '@nightmarket/kernel'

/** What one group commit writes: entries that continue the chain and the checkpoint they end in. */
export interface JournalBatch {
  readonly entries: readonly SealedEntry[]
  readonly checkpoint: Checkpoint
}

/**
 * A durable, append-only, hash-chained log. Implementations: memory, SQLite, IndexedDB.
 *
 * There is no interactive transaction. The single writer knows the head, decides in memory, and
 * appends only if the head has not moved. One shape therefore fits every store.
 *
 * - [JS1] A new journal ends at `JOURNAL_EMPTY` and has no checkpoint.
 * - [JS2] An append is all or nothing, entries with their checkpoint, and is durable once its
 *   promise resolves.
 * - [JS3] An append against a head that moved writes nothing and returns the actual head.
 * - [JS4] `read` returns entries in ascending sequence, strictly after `after`, at most `limit`.
 * - [JS5] `checkpointCovering` is the smallest stored checkpoint that includes the sequence.
 * - [JS6] A store that could not write throws `StorageFault` and has written nothing.
 * - [JS7] Appends take effect in the order they were made, also when nobody waited in between.
 * - [JS8] A batch that does not continue the head it names is a defect.
 */
export interface JournalStore extends AsyncDisposable {
  head(): Promise<JournalHead>
  append(expected: JournalHead, batch: JournalBatch): Promise<Result<JournalHead, HeadMoved>>
  read(range: { readonly after: number; readonly limit: number }): Promise<readonly SealedEntry[]>
  checkpointCovering(sequence: number): Promise<Checkpoint | null>
  latestCheckpoint(): Promise<Checkpoint | null>
}

/** Somebody else appended first: decide again from the head there is. */
export interface HeadMoved {
  readonly code: 'head_moved'
  readonly actual: JournalHead
}

/** State that a batch continues the head it names. A gap is a defect in the caller. [JS8] */
export function assertContinues(expected: JournalHead, batch: JournalBatch): void {
  let { sequence } = expected
  for (const entry of batch.entries) {
    assert(entry.sequence === sequence + 1, 'sequence numbers have no gaps')
    assert(entry.hash.length === expected.hash.length, 'a hash has 64 digits')
    assert(!entry.text.includes('\n'), 'canonical text is one line')
    sequence = entry.sequence
  }
  assert(batch.entries.length > 0, 'a batch has entries')
  assert(batch.checkpoint.size === sequence, 'a batch ends in its checkpoint')
}

/** Whether two heads are the same place of the same journal. */
export function isSameHead(left: JournalHead, right: JournalHead): boolean {
  return left.sequence === right.sequence && left.hash === right.hash
}
