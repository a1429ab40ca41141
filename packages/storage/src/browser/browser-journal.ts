import {
  err,
  JOURNAL_EMPTY,
  ok,
  type Checkpoint,
  type JournalHead,
  type Result,
  type SealedEntry,
} from '@nightmarket/kernel'

import {
  assertContinues,
  isSameHead,
  type HeadMoved,
  type JournalBatch,
  type JournalStore,
} from '../journal-store.ts'
import { readEdge, readOnce, writeDurably } from './browser-database.ts'
import { browserErrorToFault } from './browser-fault.ts'

/** Where a journal lies: the database, its name for people, and which life of the device. */
export interface JournalPlace {
  readonly database: IDBDatabase
  readonly name: string
  readonly lifeId: string
}

/** Read where a journal ends. */
export async function readHead({ database, lifeId }: JournalPlace): Promise<JournalHead> {
  const last = await readEdge(database, 'entry', rangeOf(lifeId), 'prev')
  if (last === null) return JOURNAL_EMPTY
  const { sequence, hash } = last as SealedEntry
  return { sequence, hash }
}

/** Read a page of a journal, strictly after a sequence. [JS4] */
export async function readEntries(
  { database, lifeId }: JournalPlace,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly SealedEntry[]> {
  const range = IDBKeyRange.bound([lifeId, after], [lifeId, Infinity], true)
  const records = await readOnce(database, 'entry', (store) => store.getAll(range, limit))
  return (records as SealedEntry[]).map(({ sequence, hash, text }) => ({ sequence, hash, text }))
}

/** Read the smallest checkpoint that includes a sequence, or the newest. [JS5] */
export async function readCheckpoint(
  { database, lifeId }: JournalPlace,
  covering: number | 'newest',
): Promise<Checkpoint | null> {
  const isNewest = covering === 'newest'
  const range = isNewest
    ? rangeOf(lifeId)
    : IDBKeyRange.bound([lifeId, covering], [lifeId, Infinity])
  const found = await readEdge(database, 'checkpoint', range, isNewest ? 'prev' : 'next')
  if (found === null) return null
  const { origin, size, root, signature } = found as Checkpoint
  return { origin, size, root, signature }
}

/**
 * A `JournalStore` on IndexedDB. Its single writer is guarded by the device's lock; everything it
 * is asked runs in the order it was asked. [JS7]
 */
export class BrowserJournal implements JournalStore {
  readonly #place: JournalPlace
  readonly #onAppended: (head: JournalHead) => void
  readonly #close: () => Promise<void>
  #head: JournalHead
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    place: JournalPlace,
    head: JournalHead,
    on: { readonly appended: (head: JournalHead) => void; readonly close: () => Promise<void> },
  ) {
    this.#place = place
    this.#head = head
    this.#onAppended = on.appended
    this.#close = on.close
  }

  head(): Promise<JournalHead> {
    return this.#inTurn('reading', async () => this.#head)
  }

  append(expected: JournalHead, batch: JournalBatch): Promise<Result<JournalHead, HeadMoved>> {
    return this.#inTurn('append', async () => {
      assertContinues(expected, batch)
      const actual = this.#head
      if (!isSameHead(actual, expected)) return err({ code: 'head_moved', actual })
      await this.#write(batch)
      const last = batch.entries.at(-1) ?? expected
      this.#head = { sequence: last.sequence, hash: last.hash }
      this.#onAppended(this.#head)
      return ok(this.#head)
    })
  }

  read(range: {
    readonly after: number
    readonly limit: number
  }): Promise<readonly SealedEntry[]> {
    return this.#inTurn('reading', () => readEntries(this.#place, range))
  }

  checkpointCovering(sequence: number): Promise<Checkpoint | null> {
    return this.#inTurn('reading', () => readCheckpoint(this.#place, sequence))
  }

  latestCheckpoint(): Promise<Checkpoint | null> {
    return this.#inTurn('reading', () => readCheckpoint(this.#place, 'newest'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last
    await this.#close()
  }

  /** `add`, never `put`: what is there is never written over. */
  async #write({ entries, checkpoint }: JournalBatch): Promise<void> {
    const { database, lifeId } = this.#place
    await writeDurably(database, ['entry', 'checkpoint'], (transaction) => {
      const store = transaction.objectStore('entry')
      for (const { sequence, hash, text } of entries) store.add({ lifeId, sequence, hash, text })
      transaction.objectStore('checkpoint').add({ lifeId, ...checkpoint })
    })
  }

  #inTurn<Answer>(when: string, work: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#last.then(work).catch((error: unknown) => {
      throw browserErrorToFault(error, this.#place.name, when)
    })
    this.#last = answer.catch(() => undefined)
    return answer
  }
}

function rangeOf(lifeId: string): IDBKeyRange {
  return IDBKeyRange.bound([lifeId, 0], [lifeId, Infinity])
}
