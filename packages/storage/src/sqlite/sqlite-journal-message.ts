import type { Checkpoint, JournalHead, Result, SealedEntry } from '@nightmarket/kernel'

import type { HeadMoved } from '../journal-store.ts'
import type { StorageFault } from '../storage-fault.ts'
import type { PackedBatch, SqliteJournalOptions } from './sqlite-journal-writer.ts'

/** What the writer's thread is started with. */
export interface WriterStart {
  readonly path: string
  readonly options: SqliteJournalOptions
}

/** A question to the writer's thread. Answered in order, so questions need no names. */
export type WriterRequest =
  | { readonly kind: 'head' }
  | { readonly kind: 'append'; readonly expected: JournalHead; readonly batch: PackedBatch }
  | { readonly kind: 'read'; readonly after: number; readonly limit: number }
  | { readonly kind: 'checkpointCovering'; readonly sequence: number }
  | { readonly kind: 'latestCheckpoint' }
  | { readonly kind: 'close' }

/** What each kind of question is answered with. */
export interface WriterAnswers {
  readonly head: JournalHead
  readonly append: Result<JournalHead, HeadMoved>
  readonly read: readonly SealedEntry[]
  readonly checkpointCovering: Checkpoint | null
  readonly latestCheckpoint: Checkpoint | null
  readonly close: null
}

/** An answer, or the fault there was instead. The first one says whether the journal opened. */
export type WriterReply =
  | { readonly answer: unknown }
  | { readonly fault: { readonly code: StorageFault['code']; readonly message: string } }
