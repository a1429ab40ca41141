import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

import { sql, type Transaction } from 'kysely'

import manifest from '../../package.json' with { type: 'json' }
import { BooksFault } from './books-fault.ts'
import type { Books } from './books-tables.ts'

/** One numbered `.sql` file. Never changed once released: its checksum is kept in the books. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly statements: readonly string[]
  readonly checksum: string
}

const FOLDER = new URL('../../migrations/', import.meta.url)
const FILE_PATTERN = /^(\d{4})-([a-z0-9-]+)\.sql$/

/** Any number nobody else locks by: two processes that start at once migrate one by one. */
const ADVISORY_LOCK = 6_144_201_207

/** Read the migrations that this version brings, in order. */
export function readMigrations(folder: URL = FOLDER): readonly Migration[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((file) => {
      const match = FILE_PATTERN.exec(file)
      if (match === null) return []
      const text = readFileSync(new URL(file, folder), 'utf8')
      const checksum = createHash('sha256').update(text).digest('hex')
      const [number, name] = [Number(match[1]), match[2] ?? '']
      return [{ number, name, statements: splitStatements(text), checksum }]
    })
}

/** A statement ends with `;` at the end of its line; lines that begin with `--` are comments. */
function splitStatements(text: string): readonly string[] {
  return text
    .replaceAll(/^\s*--.*$/gm, '')
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}

/** Apply what is missing, inside the caller's transaction. [DB5] Throws `BooksFault`. */
export async function applyMigrations(
  trx: Transaction<Books>,
  engine: 'sqlite' | 'postgres',
  migrations: readonly Migration[] = readMigrations(),
): Promise<void> {
  if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(trx)
  await sql`create table if not exists migration (
    number bigint primary key, name text not null, checksum text not null,
    version text not null, applied_at_ms bigint not null)`.execute(trx)
  const applied = await trx.selectFrom('migration').selectAll().orderBy('number').execute()
  for (const row of applied) assertKnown(row, migrations)
  for (const migration of migrations.slice(applied.length)) await apply(trx, migration)
}

async function apply(trx: Transaction<Books>, migration: Migration): Promise<void> {
  for (const statement of migration.statements) await sql.raw(statement).execute(trx)
  const { number, name, checksum } = migration
  const row = { number, name, checksum, version: manifest.version, applied_at_ms: Date.now() }
  await trx.insertInto('migration').values(row).execute()
}

function assertKnown(row: Books['migration'], migrations: readonly Migration[]): void {
  const known = migrations.find((migration) => migration.number === row.number)
  const [label, here] = [`migration ${row.number} (${row.name})`, manifest.version]
  if (known === undefined) {
    const last = migrations.at(-1)?.number ?? 0
    const message =
      `The books were changed by ${label} of version ${row.version}; this is version ${here}, ` +
      `which knows migrations up to ${last}. Start version ${row.version} or later.`
    throw new BooksFault('too_new', message)
  }
  if (known.checksum !== row.checksum) {
    const message = `The file of ${label} is not the one that was applied to these books.`
    throw new BooksFault('failed', message)
  }
}
