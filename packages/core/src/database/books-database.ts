import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'

import { Kysely, type Transaction } from 'kysely'
import type { Pool } from 'pg'

import { BooksFault, type ErrorClassifier } from './books-fault.ts'
import type { Books } from './books-tables.ts'
import { applyMigrations } from './migrate.ts'
import { classifyPostgresError, createPostgresDialect, openPostgres } from './postgres-dialect.ts'
import { classifySqliteError, NodeSqliteDialect, openSqlite } from './sqlite-dialect.ts'

/** Where the books are: a SQLite file, or a PostgreSQL database. */
export type BooksAddress = { readonly path: string } | { readonly url: string }

/** A transaction of the books, with what is to happen once it is durable. */
export type BooksTransaction = Transaction<Books> & {
  /** Run after the commit, in order; not at all when the transaction is rolled back or retried. */
  readonly afterCommit: (work: () => void) => void
}

/** How often a transaction is run before its caller hears `contended`: about ten seconds. */
const ATTEMPTS_MAX = 48
const BACKOFF_FIRST_MS = 2
const BACKOFF_MS_MAX = 400

/**
 * The books on either engine. All statements run in a transaction, so that every fault has a code
 * and no caller sees half of another's work.
 */
export class BooksDatabase implements AsyncDisposable {
  readonly engine: 'sqlite' | 'postgres'
  /** PostgreSQL's own pool, for what only it has (LISTEN and NOTIFY); `null` on SQLite. */
  readonly pool: Pool | null
  readonly #sqlite: DatabaseSync | null
  readonly #kysely: Kysely<Books>
  readonly #classify: ErrorClassifier
  readonly #place: string

  constructor(address: BooksAddress) {
    if ('path' in address) {
      this.engine = 'sqlite'
      this.pool = null
      this.#place = address.path
      this.#classify = classifySqliteError
      this.#sqlite = this.#guard('open', () => openSqlite(address.path))
      this.#kysely = new Kysely({ dialect: new NodeSqliteDialect(this.#sqlite) })
    } else {
      this.engine = 'postgres'
      this.#sqlite = null
      this.#place = withoutPassword(address.url)
      this.#classify = classifyPostgresError
      this.pool = this.#guard('open', () => openPostgres(address.url))
      this.#kysely = new Kysely({ dialect: createPostgresDialect(this.pool) })
    }
  }

  /**
   * Run `work` as if it were alone (serializable), durable once the promise resolves. [DB1]
   *
   * `work` may run several times and must only touch the transaction it is given. Throws
   * `BooksFault`; whatever else `work` throws rolls back and is thrown on. `name` is for people.
   */
  async transact<T>(name: string, work: (trx: BooksTransaction) => Promise<T>): Promise<T> {
    return this.#repeat(name, () =>
      this.#commit(this.#kysely.transaction().setIsolationLevel('serializable'), work),
    )
  }

  /** Run `work` on one consistent state of the books, without keeping writers waiting. [DB4] */
  async read<T>(name: string, work: (trx: Transaction<Books>) => Promise<T>): Promise<T> {
    const reading = this.#kysely.transaction().setAccessMode('read only')
    return this.#repeat(name, () =>
      reading.setIsolationLevel('repeatable read').execute((trx) => work(trx)),
    )
  }

  /** Bring the tables up to this version. Safe with several processes starting at once. [DB5] */
  async migrate(): Promise<void> {
    await this.#repeat('migrate', () =>
      this.#kysely
        .transaction()
        .setIsolationLevel('read committed')
        .execute((trx) => applyMigrations(trx, this.engine)),
    )
  }

  /** A number that changes when another process has written the same SQLite file; else 0. */
  foreignVersion(): number {
    const row = this.#sqlite?.prepare('pragma data_version').get()
    return Number(row?.['data_version'] ?? 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kysely.destroy()
    if (this.#sqlite?.isOpen === true) this.#sqlite.close()
  }

  async #commit<T>(
    transaction: ReturnType<Kysely<Books>['transaction']>,
    work: (trx: BooksTransaction) => Promise<T>,
  ): Promise<T> {
    const after: (() => void)[] = []
    const afterCommit = (task: () => void) => void after.push(task)
    const result = await transaction.execute((trx) => work(Object.assign(trx, { afterCommit })))
    for (const task of after) task()
    return result
  }

  async #repeat<T>(name: string, attempt: () => Promise<T>): Promise<T> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt()
      } catch (error) {
        const fault = this.#faultOf(name, error)
        if (fault !== 'again') throw fault
        if (attempts === ATTEMPTS_MAX) {
          const message = `${name}: other writers of ${this.#place} won ${attempts} times`
          throw new BooksFault('contended', message, { cause: error })
        }
        await delay(backoffMs(attempts))
      }
    }
  }

  #guard<T>(name: string, work: () => T): T {
    try {
      return work()
    } catch (error) {
      const fault = this.#faultOf(name, error)
      throw fault === 'again' ? new BooksFault('contended', `${this.#place} is locked`) : fault
    }
  }

  #faultOf(name: string, error: unknown): unknown {
    const verdict = this.#classify(error)
    if (verdict === null || verdict === 'again') return verdict ?? error
    const reason = error instanceof Error ? error.message : String(error)
    const message = `${name}: the books at ${this.#place} failed (${verdict}): ${reason}`
    return new BooksFault(verdict, message, { cause: error })
  }
}

/** Open the books and bring their tables up to this version. Throws `BooksFault`. */
export async function openBooks(address: BooksAddress): Promise<BooksDatabase> {
  const books = new BooksDatabase(address)
  try {
    await books.migrate()
    return books
  } catch (error) {
    await books[Symbol.asyncDispose]()
    throw error
  }
}

/** Full jitter: two that collided do not meet again at the same moment. */
function backoffMs(attempts: number): number {
  return Math.random() * Math.min(BACKOFF_MS_MAX, BACKOFF_FIRST_MS * 2 ** attempts)
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'an address that is no URL'
  const parsed = new URL(url)
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`
}
