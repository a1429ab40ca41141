import { readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'

import { StorageFault } from '../storage-fault.ts'

/** Marks a SQLite file as a journal: `NMJL`. */
const APPLICATION_ID = 0x4e4d4a4c

/** Numbered without gaps; a database's `user_version` is the last one it has. */
const MIGRATIONS = ['0001-journal.sql'] as const

/** The newest layout of a journal file that this program reads and writes. */
export const JOURNAL_SCHEMA_VERSION = MIGRATIONS.length

/**
 * Check that a database is a journal of a version we know. Reads only, so that a file that is not
 * ours stays as it is. `isNew` is a file without content.
 */
export function inspectSchema(
  database: DatabaseSync,
  path: string,
): { readonly version: number; readonly isNew: boolean } {
  const version = readNumber(database, 'PRAGMA user_version')
  const applicationId = readNumber(database, 'PRAGMA application_id')
  const isNew = readNumber(database, 'SELECT count(*) FROM sqlite_schema') === 0
  if (!isNew && applicationId !== APPLICATION_ID) {
    throw new StorageFault('corrupt', `${path} is a database, but no journal`)
  }
  if (version > JOURNAL_SCHEMA_VERSION) {
    const known = `version ${version}, this program knows up to ${JOURNAL_SCHEMA_VERSION}`
    throw new StorageFault('too_new', `journal ${path} was written by a newer version: ${known}`)
  }
  return { version, isNew }
}

/** Bring a journal file to the newest layout, in one transaction. */
export function migrateSchema(database: DatabaseSync, path: string): void {
  const { version } = inspectSchema(database, path)
  if (version === JOURNAL_SCHEMA_VERSION) return
  database.exec('BEGIN IMMEDIATE')
  for (const name of MIGRATIONS.slice(version)) {
    database.exec(readFileSync(new URL(name, import.meta.url), 'utf8'))
  }
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
  database.exec(`PRAGMA user_version = ${JOURNAL_SCHEMA_VERSION}`)
  database.exec('COMMIT')
}

function readNumber(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0])
}
