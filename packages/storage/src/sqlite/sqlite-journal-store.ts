import { Worker } from 'node:worker_threads'

import { assert } from '@nightmarket/kernel'

import { assertContinues, type JournalBatch, type JournalStore } from '../journal-store.ts'
import { StorageFault } from '../storage-fault.ts'
import type {
  WriterAnswers,
  WriterReply,
  WriterRequest,
  WriterStart,
} from './sqlite-journal-message.ts'
import type { PackedBatch, SqliteJournalOptions } from './sqlite-journal-writer.ts'

/**
 * Open or create the journal in one SQLite file, with its writer on a thread of its own.
 *
 * WAL with `synchronous = FULL`: what was acknowledged survives a power cut. The event loop never
 * waits for the disk. One process at a time: the lock is `<path>.lock` and dies with the process.
 * A thread that ended fails whoever waited for it, and the next question starts another. [JS15]
 * Throws `StorageFault` that names the file.
 */
export async function openSqliteJournal(
  path: string,
  options: SqliteJournalOptions = {},
): Promise<JournalStore> {
  const thread = new LastingThread({ path, options })
  await thread.opened
  return {
    head: () => thread.ask({ kind: 'head' }),
    async append(expected, batch) {
      assertContinues(expected, batch)
      return thread.ask({ kind: 'append', expected, batch: packBatch(batch) })
    },
    read: ({ after, limit }) => thread.ask({ kind: 'read', after, limit }),
    checkpointCovering: (sequence) => thread.ask({ kind: 'checkpointCovering', sequence }),
    latestCheckpoint: () => thread.ask({ kind: 'latestCheckpoint' }),
    [Symbol.asyncDispose]: () => thread.close(),
  }
}

function packBatch({ entries, checkpoint }: JournalBatch): PackedBatch {
  return {
    count: entries.length,
    hashes: entries.map(({ hash }) => hash).join(''),
    texts: entries.map(({ text }) => text).join('\n'),
    checkpoint,
  }
}

interface Pending {
  readonly resolve: (answer: unknown) => void
  readonly reject: (reason: Error) => void
}

/**
 * A writer's thread that is started again when it has ended by itself. What waited for the one
 * before is not asked again: whether it was written is not known, and the journal's head tells.
 */
class LastingThread {
  readonly opened: Promise<unknown>
  readonly #start: WriterStart
  #thread: WriterThread
  /** The opening of a thread after the first, while it lasts: later questions queue behind it. */
  #reopening: Promise<unknown> | null = null
  #isClosed = false

  constructor(start: WriterStart) {
    this.#start = start
    this.#thread = new WriterThread(start)
    this.opened = this.#thread.opened
  }

  async ask<Kind extends WriterRequest['kind']>(
    request: Extract<WriterRequest, { kind: Kind }>,
  ): Promise<WriterAnswers[Kind]> {
    if (this.#thread.hasEnded && !this.#isClosed) this.#reopening ??= this.#reopen()
    if (this.#reopening !== null) await this.#reopening
    return this.#thread.ask(request)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#reopening?.catch(() => undefined)
    await this.#thread.close()
  }

  async #reopen(): Promise<void> {
    try {
      // Its lock on the journal goes with it.
      await this.#thread.exited
      const thread = new WriterThread(this.#start)
      await thread.opened
      this.#thread = thread
    } finally {
      this.#reopening = null
    }
  }
}

/**
 * The far end of the writer's thread. Replies come in the order of requests. The thread keeps the
 * process alive only while somebody waits for it.
 */
class WriterThread {
  readonly opened: Promise<unknown>
  readonly exited: Promise<void>
  readonly #path: string
  readonly #worker: Worker
  readonly #pending: Pending[] = []
  #ended: StorageFault | null = null
  #closing: Promise<void> | null = null

  constructor(start: WriterStart) {
    this.#path = start.path
    this.#worker = new Worker(new URL('./sqlite-journal-worker.ts', import.meta.url), {
      workerData: start,
    })
    this.#worker.on('message', (reply: WriterReply) => this.#settle(reply))
    this.#worker.on('error', (error) => this.#end(error))
    this.#worker.on('exit', () => this.#end(null))
    this.exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()))
    this.opened = this.#expectReply()
  }

  get hasEnded(): boolean {
    return this.#ended !== null
  }

  async ask<Kind extends WriterRequest['kind']>(
    request: Extract<WriterRequest, { kind: Kind }>,
  ): Promise<WriterAnswers[Kind]> {
    if (this.#ended !== null) throw this.#ended
    assert(this.#closing === null || request.kind === 'close', 'a closed journal is not asked')
    this.#worker.postMessage(request)
    return this.#expectReply() as Promise<WriterAnswers[Kind]>
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#ended !== null) return
    const closed = this.ask({ kind: 'close' })
    await closed
    this.#worker.ref()
    await this.exited
  }

  #expectReply(): Promise<unknown> {
    if (this.#pending.length === 0) this.#worker.ref()
    return new Promise((resolve, reject) => this.#pending.push({ resolve, reject }))
  }

  #settle(reply: WriterReply): void {
    const pending = this.#pending.shift()
    assert(pending !== undefined, 'a reply answers a request')
    if (this.#pending.length === 0) this.#worker.unref()
    if ('answer' in reply) pending.resolve(reply.answer)
    else pending.reject(new StorageFault(reply.fault.code, reply.fault.message))
  }

  /** Whoever still waits does not know whether the write happened; opening again tells. */
  #end(cause: unknown): void {
    const message = `journal ${this.#path}: its writer thread ended`
    this.#ended ??= new StorageFault('failed', message, { cause })
    for (const { reject } of this.#pending.splice(0)) reject(this.#ended)
  }
}
