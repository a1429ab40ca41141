import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

import {
  CompiledQuery,
  type DatabaseConnection,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely'

import type { Verdict } from './books-fault.ts'

/** While opening, nobody waits for this process yet. */
const OPEN_TIMEOUT_MS = 5_000

/** SQLite waits on the event loop's thread, so it hardly may: the caller waits and tries again. */
const BUSY_TIMEOUT_MS = 4

/** Statements kept prepared. Ours are some hundred; more are only made by lists of many lengths. */
const STATEMENTS_MAX = 512

const [SQLITE_BUSY, SQLITE_FULL, SQLITE_CANTOPEN, SQLITE_NOTADB] = [5, 13, 14, 26]

/** Open a SQLite file the way that a power cut loses nothing: WAL with full synchronisation. */
export function openSqlite(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: OPEN_TIMEOUT_MS })
  try {
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full')
    database.exec('pragma foreign_keys = on')
    database.exec('pragma temp_store = memory')
    database.exec('pragma cache_size = -65536')
    database.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`)
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

/** Kysely on `node:sqlite`: prepared statements are kept, write transactions begin immediate. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    const adapted = adaptDatabase(database)
    super({ database: adapted })
    this.#database = database
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#database, adaptDatabase(this.#database))
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync, adapted: SqliteDatabase) {
    super({ database: adapted })
    this.#database = database
  }

  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings = {},
  ): Promise<void> {
    // Nobody else has this connection: what is still open was left by an end that failed.
    if (this.#database.isTransaction) this.#database.exec('rollback')
    const begin = settings.accessMode === 'read only' ? 'begin' : 'begin immediate'
    await connection.executeQuery(CompiledQuery.raw(begin))
  }

  /** A full disk ends the transaction by itself; a second end would hide the first error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }
}

function adaptDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare(sql) {
      const kept = statements.get(sql)
      if (kept !== undefined) return kept
      const statement = adaptStatement(database.prepare(sql))
      if (statements.size >= STATEMENTS_MAX) statements.clear()
      statements.set(sql, statement)
      return statement
    },
  }
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  const isReader = statement.columns().length > 0
  return {
    reader: isReader,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  }
}

/** What an error of `node:sqlite` means. Extended result codes keep the primary in the low byte. */
export function classifySqliteError(error: unknown): Verdict {
  if (!(error instanceof Error) || !('code' in error)) return null
  if (error.code !== 'ERR_SQLITE_ERROR' || !('errcode' in error)) return null
  switch (Number(error.errcode) & 0xff) {
    case SQLITE_BUSY:
      return 'again'
    case SQLITE_FULL:
      return 'disk_full'
    case SQLITE_CANTOPEN:
    case SQLITE_NOTADB:
      return 'unreachable'
    default:
      return 'failed'
  }
}
