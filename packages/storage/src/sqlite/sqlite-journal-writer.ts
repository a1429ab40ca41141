import { DatabaseSync, type StatementSync } from 'node:sqlite'

import {
  assert,
  err,
  JOURNAL_EMPTY,
  ok,
  type Checkpoint,
  type JournalHead,
  type Result,
  type SealedEntry,
} from '@nightmarket/kernel'

import { isSameHead, type HeadMoved } from '../journal-store.ts'
import { sqliteErrorToFault } from './sqlite-fault.ts'
import { migrateSchema } from './sqlite-journal-schema.ts'

/** How a journal is opened. */
export interface SqliteJournalOptions {
  /** The most pages of 16 KiB that the file may have: a full disk on purpose, for tests. */
  readonly pagesMax?: number
}

/** A batch as it crosses to the writer's thread: two strings instead of an object per entry. */
export interface PackedBatch {
  readonly count: number
  /** 64 digits each, side by side. */
  readonly hashes: string
  /** One line each. */
  readonly texts: string
  readonly checkpoint: Checkpoint
}

/**
 * Four times SQLite's own choice. A batch of 256 orders fills 13 such pages instead of 52, each
 * with two writes and a checksum: 310,000 entries a second instead of 250,000, and one entry alone
 * costs the same, because the sync does.
 */
const PAGE_BYTES = 16_384

/**
 * Pages of the write-ahead log after which SQLite copies them into the file: 32 MB, eight times its
 * own choice. The copying costs two more syncs each time, and copies the last page of each batch.
 */
const WAL_PAGES_MAX = 2_000

/** The synchronous half of a SQLite journal: it blocks on the disk, so it lives on a worker. */
export class SqliteJournalWriter implements Disposable {
  readonly #path: string
  readonly #lock: DatabaseSync
  readonly #database: DatabaseSync
  readonly #statements: ReturnType<typeof prepare>
  #head: JournalHead

  /** Throws `StorageFault`: `locked`, `too_new`, `corrupt`, `disk_full` or `failed`. */
  constructor(path: string, options: SqliteJournalOptions = {}) {
    this.#path = path
    this.#lock = takeLock(`${path}.lock`, path)
    try {
      this.#database = openDatabase(path, options)
      this.#statements = prepare(this.#database)
      this.#head = (this.#statements.head.get() as JournalHead | undefined) ?? JOURNAL_EMPTY
    } catch (error) {
      this.#lock.close()
      throw sqliteErrorToFault(error, path, 'opening')
    }
  }

  get head(): JournalHead {
    return this.#head
  }

  /** One transaction, durable when it returns; a fault has written nothing. */
  append(expected: JournalHead, batch: PackedBatch): Result<JournalHead, HeadMoved> {
    if (!isSameHead(this.#head, expected)) return err({ code: 'head_moved', actual: this.#head })
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      const head = this.#insert(expected, batch)
      this.#database.exec('COMMIT')
      this.#head = head
      return ok(head)
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw sqliteErrorToFault(error, this.#path, 'append')
    }
  }

  read({ after, limit }: { readonly after: number; readonly limit: number }): SealedEntry[] {
    return this.#ask(() => this.#statements.read.all(after, limit)) as unknown as SealedEntry[]
  }

  checkpointCovering(sequence: number): Checkpoint | null {
    const row = this.#ask(() => this.#statements.covering.get(sequence))
    return (row as Checkpoint | undefined) ?? null
  }

  latestCheckpoint(): Checkpoint | null {
    const row = this.#ask(() => this.#statements.latest.get())
    return (row as Checkpoint | undefined) ?? null
  }

  [Symbol.dispose](): void {
    this.#database.close()
    this.#lock.close()
  }

  #insert(expected: JournalHead, batch: PackedBatch): JournalHead {
    const { insertEntry, insertCheckpoint } = this.#statements
    const texts = batch.texts.split('\n')
    assert(texts.length === batch.count, 'a text is one line')
    assert(batch.hashes.length === batch.count * HASH_LENGTH, 'a hash has 64 digits')
    let { sequence, hash } = expected
    for (const [index, text] of texts.entries()) {
      hash = batch.hashes.slice(index * HASH_LENGTH, (index + 1) * HASH_LENGTH)
      insertEntry.run(++sequence, hash, text)
    }
    const { size, origin, root, signature } = batch.checkpoint
    insertCheckpoint.run(size, origin, root, signature)
    return { sequence, hash }
  }

  #ask<T>(question: () => T): T {
    try {
      return question()
    } catch (error) {
      throw sqliteErrorToFault(error, this.#path, 'reading')
    }
  }
}

const HASH_LENGTH = JOURNAL_EMPTY.hash.length

/**
 * Hold an exclusive lock beside the journal. It dies with the process, however that ends, and
 * leaves the journal itself to readers.
 */
function takeLock(lockPath: string, path: string): DatabaseSync {
  let lock: DatabaseSync | null = null
  try {
    lock = new DatabaseSync(lockPath, { timeout: 0 })
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    throw sqliteErrorToFault(error, path, `locking ${lockPath}`)
  }
}

function openDatabase(path: string, { pagesMax }: SqliteJournalOptions): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5_000 })
  try {
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}`)
    if (pagesMax !== undefined) database.exec(`PRAGMA max_page_count = ${pagesMax}`)
    migrateSchema(database, path)
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA fullfsync = ON;
      PRAGMA wal_autocheckpoint = ${WAL_PAGES_MAX}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function prepare(database: DatabaseSync): Readonly<Record<JournalStatement, StatementSync>> {
  return {
    head: database.prepare('SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1'),
    insertEntry: database.prepare('INSERT INTO entry VALUES (?, ?, ?)'),
    insertCheckpoint: database.prepare('INSERT INTO checkpoint VALUES (?, ?, ?, ?)'),
    read: database.prepare(
      'SELECT sequence, hash, text FROM entry WHERE sequence > ? ORDER BY sequence LIMIT ?',
    ),
    covering: database.prepare(
      'SELECT origin, size, root, signature FROM checkpoint WHERE size >= ? ORDER BY size LIMIT 1',
    ),
    latest: database.prepare(
      'SELECT origin, size, root, signature FROM checkpoint ORDER BY size DESC LIMIT 1',
    ),
  }
}

type JournalStatement =
  | 'head'
  | 'insertEntry'
  | 'insertCheckpoint'
  | 'read'
  | 'covering'
  | 'latest'
