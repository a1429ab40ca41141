import { assert } from '@nightmarket/kernel'
import { PostgresDialect } from 'kysely'
import pg from 'pg'

import type { Verdict } from './books-fault.ts'

const CONNECT_TIMEOUT_MS = 5_000
const CONNECTIONS_MAX = 10

/** PostgreSQL's type numbers of `int8` and of `numeric`, which a sum of `int8` is. */
const [INT8, NUMERIC] = [20, 1700]

/** Open a pool in which whole numbers arrive as numbers. Connects with the first query. */
export function openPostgres(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: { getTypeParser },
  })
  // An idle connection that breaks is thrown away by the pool; the next query says what is wrong.
  pool.on('error', () => {})
  // One that breaks under a query fails it; what it says once more must be heard, or Node ends.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Kysely on `pg`. */
export function createPostgresDialect(pool: pg.Pool): PostgresDialect {
  return new PostgresDialect({ pool })
}

const getTypeParser = ((oid: number, format?: 'text' | 'binary') =>
  oid === INT8 || oid === NUMERIC
    ? parseSafeInteger
    : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser

function parseSafeInteger(text: string): number {
  const value = Number(text)
  assert(Number.isSafeInteger(value), `a number in the books must be a safe integer: ${text}`)
  return value
}

/** Two transactions that cannot both be: either may be run again. */
const AGAIN_CODES: ReadonlySet<string> = new Set(['40001', '40P01'])

const DISK_FULL = '53100'

/** The server is away, going, not yet there, or has no connection left; or names no database. */
const AWAY_PATTERN = /^(08...|57P0.|53300|3D000|28...)$/

/** What the socket says when there is nobody at the address. */
const SOCKET_PATTERN = /^E[A-Z]+$/

/** What `pg` says without a code when a connection ends under a query, or none comes in time. */
const ENDED_PATTERN = /^(Connection terminated|timeout e|Client has|Query read)/i

/** What an error of `pg` means: the server's five-character code, or the socket's. */
export function classifyPostgresError(error: unknown): Verdict {
  if (error instanceof AggregateError) return classifyPostgresError(error.errors[0])
  if (!(error instanceof Error)) return null
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (!(error instanceof pg.DatabaseError)) {
    return SOCKET_PATTERN.test(code) || ENDED_PATTERN.test(error.message) ? 'unreachable' : null
  }
  if (AGAIN_CODES.has(code)) return 'again'
  if (code === DISK_FULL) return 'disk_full'
  return AWAY_PATTERN.test(code) ? 'unreachable' : 'failed'
}
