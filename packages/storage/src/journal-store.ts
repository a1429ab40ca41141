import type { Checkpoint, JournalHead, Result, SealedEntry } from '@nightmarket/kernel'

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
 */
export interface JournalStore extends AsyncDisposable {
  head(): Promise<JournalHead>
  append(expected: JournalHead, batch: JournalBatch): Promise<Result<JournalHead, HeadMoved>>
  read(range: { readonly after: number; readonly limit: number }): Promise<readonly SealedEntry[]>
  checkpointCovering(sequence: number): Promise<Checkpoint | null>
  latestCheckpoint(): Promise<Checkpoint | null>
}

export interface HeadMoved {
  readonly code: 'head_moved'
  readonly actual: JournalHead
}
