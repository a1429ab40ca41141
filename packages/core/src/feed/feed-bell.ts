import type { NodeId } from '@nightmarket/kernel'
import type { Notification, PoolClient } from 'pg'

import type { FeedBell } from '../core.ts'
import type { BooksDatabase } from '../database/books-database.ts'

/** How often a SQLite file is asked whether another process wrote it, while somebody waits. */
const POLL_MS = 100

/** How soon a listener that lost PostgreSQL tries again. Until then rings of others are missed. */
const RELISTEN_MS = 1_000

const CHANNEL = 'nightmarket_feed'

type Waiter = () => void

/** Who waits for which node's feed, in this process. */
class Waiters {
  readonly #byNode = new Map<string, Set<Waiter>>()

  get isEmpty(): boolean {
    return this.#byNode.size === 0
  }

  wake(nodeId: string): void {
    this.#byNode.get(nodeId)?.forEach((waiter) => waiter())
  }

  wakeAll(): void {
    for (const nodeId of this.#byNode.keys()) this.wake(nodeId)
  }

  wait(nodeId: string, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#byNode.get(nodeId) ?? new Set()
      this.#byNode.set(nodeId, waiters)
      const finish = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', finish)
        waiters.delete(finish)
        if (waiters.size === 0) this.#byNode.delete(nodeId)
        resolve()
      }
      waiters.add(finish)
      const timer = setTimeout(finish, timeoutMs)
      signal?.addEventListener('abort', finish)
      if (signal?.aborted === true) finish()
    })
  }
}

/**
 * The bell of one process that also hears the others' rings: by NOTIFY on PostgreSQL, and on
 * SQLite by asking the file, while somebody waits, whether another process has written it. [FE2]
 */
export async function createFeedBell(books: BooksDatabase): Promise<FeedBell & AsyncDisposable> {
  const bell = books.engine === 'postgres' ? new PostgresBell(books) : new FileBell(books)
  if (bell instanceof PostgresBell) await bell.listen()
  return bell
}

class FileBell implements FeedBell, AsyncDisposable {
  readonly #books: BooksDatabase
  readonly #waiters = new Waiters()
  #poll: NodeJS.Timeout | null = null
  #version: number | null = null

  constructor(books: BooksDatabase) {
    this.#books = books
  }

  ring(nodeId: NodeId): void {
    this.#waiters.wake(nodeId)
  }

  async wait(nodeId: NodeId, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    this.#version ??= this.#books.foreignVersion()
    this.#poll ??= setInterval(() => this.#look(), POLL_MS)
    try {
      await this.#waiters.wait(nodeId, timeoutMs, signal)
    } finally {
      if (this.#waiters.isEmpty) this.#rest()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#waiters.wakeAll()
    this.#rest()
  }

  #look(): void {
    const version = this.#books.foreignVersion()
    if (version === this.#version) return
    this.#version = version
    this.#waiters.wakeAll()
  }

  #rest(): void {
    if (this.#poll !== null) clearInterval(this.#poll)
    this.#poll = null
    this.#version = null
  }
}

class PostgresBell implements FeedBell, AsyncDisposable {
  readonly #books: BooksDatabase
  readonly #waiters = new Waiters()
  readonly #unsent = new Set<string>()
  #sending: Promise<void> | null = null
  #client: PoolClient | null = null
  #retry: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(books: BooksDatabase) {
    this.#books = books
  }

  ring(nodeId: NodeId): void {
    this.#waiters.wake(nodeId)
    this.#unsent.add(nodeId)
    this.#sending ??= this.#send()
  }

  wait(nodeId: NodeId, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    return this.#waiters.wait(nodeId, timeoutMs, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#waiters.wakeAll()
    await this.#sending
    this.#client?.release(true)
    this.#client = null
  }

  /** Keep one connection that listens; when it breaks, take another. */
  async listen(): Promise<void> {
    const client = await this.#books.pool?.connect()
    if (client === undefined) return
    if (this.#isClosed) return client.release(true)
    this.#client = client
    client.on('notification', (notice: Notification) => this.#waiters.wake(notice.payload ?? ''))
    client.on('error', () => this.#lose(client))
    await client.query(`listen ${CHANNEL}`)
  }

  #lose(client: PoolClient): void {
    if (this.#client !== client) return
    this.#client = null
    client.release(true)
    this.#listenAgain()
  }

  #listenAgain(): void {
    if (this.#isClosed) return
    this.#retry = setTimeout(() => {
      this.listen().then(
        // What was rung meanwhile was not heard: whoever waits looks for himself.
        () => this.#waiters.wakeAll(),
        () => this.#listenAgain(),
      )
    }, RELISTEN_MS)
  }

  /** One statement for all that was rung meanwhile. A ring that is not sent is only a late one. */
  async #send(): Promise<void> {
    await Promise.resolve()
    while (this.#unsent.size > 0) {
      const nodeIds = [...this.#unsent]
      this.#unsent.clear()
      const statement = 'select pg_notify($1, node_id) from unnest($2::text[]) as node_id'
      await this.#books.pool?.query(statement, [CHANNEL, nodeIds]).catch(() => {})
    }
    this.#sending = null
  }
}
