import { DatabaseSync, type StatementSync } from 'node:sqlite'

import type { Checkpoint, JournalHead, SealedEntry } from '@nightmarket/kernel'
import { JOURNAL_EMPTY } from '@nightmarket/kernel'

import { StorageFault } from '../storage-fault.ts'
import { sqliteErrorToFault } from './sqlite-fault.ts'
import { inspectSchema } from './sqlite-journal-schema.ts'

/** Rows that are read at once, so that no read stands in the writer's way for long. */
const PAGE_ROWS = 500

/**
 * Read a journal as it is stored, damaged rows and all, also while a writer is at work on it.
 *
 * A reader sees the journal as it ended when it was opened: entries and checkpoints to the same
 * place. Synchronous: it is for `verify`, not for a process that sells. Opening throws
 * `StorageFault` that names the file; reading throws one that names the last row that was whole.
 */
export function openSqliteJournalReader(path: string): SqliteJournalReader {
  return new SqliteJournalReader(path)
}

/** What `openSqliteJournalReader` opens. */
export class SqliteJournalReader implements Disposable {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #end: number

  constructor(path: string) {
    this.#path = path
    this.#database = openReadOnly(path)
    this.#end = this.#ask('opening', () => {
      const end = this.#database
        .prepare(
          `SELECT max(coalesce((SELECT max(sequence) FROM entry), 0),
                      coalesce((SELECT max(size) FROM checkpoint), 0)) AS "end"`,
        )
        .get()
      return Number(end?.['end'])
    })
  }

  /** Where the journal ends, as its last row says. */
  head(): JournalHead {
    const sql = `SELECT sequence, hash FROM entry
                  WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1`
    const row = this.#ask('reading the head', () => this.#database.prepare(sql).get(this.#end))
    return row === undefined ? JOURNAL_EMPTY : ({ ...row } as unknown as JournalHead)
  }

  /** Every entry, in ascending sequence. */
  entries(): Generator<SealedEntry> {
    const sql = `SELECT sequence, hash, text FROM entry
                  WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?`
    return this.#pages<SealedEntry>(sql, ({ sequence }) => sequence, 'entry')
  }

  /** Every checkpoint, in ascending size. */
  checkpoints(): Generator<Checkpoint> {
    const sql = `SELECT origin, size, root, signature FROM checkpoint
                  WHERE size > ? AND size <= ? ORDER BY size LIMIT ?`
    return this.#pages<Checkpoint>(sql, ({ size }) => size, 'checkpoint')
  }

  /** What SQLite itself finds wrong with the file, in its words; empty when it is sound. */
  damage(): readonly string[] {
    try {
      const rows = this.#database.prepare('PRAGMA integrity_check').all()
      return rows.map((row) => String(row['integrity_check'])).filter((line) => line !== 'ok')
    } catch (error) {
      const fault = sqliteErrorToFault(error, this.#path, 'checking')
      if (fault.code === 'corrupt') return [fault.message]
      throw fault
    }
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  /** Where a page of rows cannot be read, its whole rows still are, one by one. */
  *#pages<Row>(sql: string, positionOf: (row: Row) => number, noun: string): Generator<Row> {
    const statement = this.#database.prepare(sql)
    let after = Number.MIN_SAFE_INTEGER
    let rows = PAGE_ROWS
    for (;;) {
      const page = this.#tryPage<Row>(statement, after, rows)
      if (page instanceof StorageFault && rows > 1) {
        rows = 1
        continue
      }
      if (page instanceof StorageFault) {
        const place = after < 0 ? `before the first ${noun}` : `after ${noun} ${after}`
        throw new StorageFault(page.code, `${page.message}, ${place}`, { cause: page })
      }
      for (const row of page) yield { ...row }
      const last = page.at(-1)
      if (last === undefined || page.length < rows) return
      after = positionOf(last)
    }
  }

  #tryPage<Row>(statement: StatementSync, after: number, rows: number): Row[] | StorageFault {
    try {
      return statement.all(after, this.#end, rows) as Row[]
    } catch (error) {
      return sqliteErrorToFault(error, this.#path, 'reading')
    }
  }

  #ask<T>(when: string, question: () => T): T {
    try {
      return question()
    } catch (error) {
      throw sqliteErrorToFault(error, this.#path, when)
    }
  }
}

function openReadOnly(path: string): DatabaseSync {
  let database: DatabaseSync | null = null
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
    const { isNew } = inspectSchema(database, path)
    if (isNew) throw new StorageFault('corrupt', `${path} is empty, no journal`)
    return database
  } catch (error) {
    database?.close()
    throw sqliteErrorToFault(error, path, 'opening')
  }
}
