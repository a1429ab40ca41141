import {
  err,
  JOURNAL_EMPTY,
  ok,
  type Checkpoint,
  type JournalHead,
  type SealedEntry,
} from '@nightmarket/kernel'

import { assertContinues, isSameHead, type JournalStore } from './journal-store.ts'

/** A `JournalStore` that forgets. The reference implementation, and the one for tests. */
export function createMemoryJournalStore(): JournalStore {
  const journal: SealedEntry[] = []
  const checkpoints: Checkpoint[] = []

  function readHead(): JournalHead {
    const last = journal.at(-1)
    return last === undefined ? JOURNAL_EMPTY : { sequence: last.sequence, hash: last.hash }
  }

  return {
    async head() {
      return readHead()
    },
    async append(expected, batch) {
      assertContinues(expected, batch)
      const actual = readHead()
      if (!isSameHead(actual, expected)) return err({ code: 'head_moved', actual })
      journal.push(...batch.entries)
      checkpoints.push(batch.checkpoint)
      return ok(readHead())
    },
    async read({ after, limit }) {
      return journal.slice(after, after + limit)
    },
    async checkpointCovering(sequence) {
      return checkpoints.find(({ size }) => size >= sequence) ?? null
    },
    async latestCheckpoint() {
      return checkpoints.at(-1) ?? null
    },
    async [Symbol.asyncDispose]() {},
  }
}
