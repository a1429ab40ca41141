import { DatabaseSync } from 'node:sqlite'

import type { SandboxStore } from './store.ts'
import type { StoredRow } from './table.ts'

const SCHEMA_VERSION = 1

/**
 * A sandbox's rows in one SQLite file. A batch that was written survives `kill -9` of the process;
 * a power cut may take the last ones, never half of one (WAL, `synchronous=NORMAL`). The file is
 * locked: a second sandbox on it fails at the start. [SB12]
 */
export function openSqliteStore(path: string): SandboxStore {
  const database = new DatabaseSync(path)
  prepare(database, path)
  const put = database.prepare(
    `insert into sandbox_row (kind, id, position, visible_at_ms, text) values (?, ?, ?, ?, ?)
       on conflict (kind, id) do update set text = excluded.text`,
  )
  const remove = database.prepare('delete from sandbox_row where kind = ? and id = ?')
  const select = database.prepare(
    `select kind, id, position, visible_at_ms as visibleAtMs, text
       from sandbox_row order by kind, position`,
  )

  function writeRow({ kind, id, position, visibleAtMs, text }: StoredRow): void {
    if (text === null) remove.run(kind, id)
    else put.run(kind, id, position, visibleAtMs, text)
  }

  return {
    *load() {
      for (const row of select.iterate()) yield row as unknown as StoredRow
    },
    write(rows) {
      database.exec('begin immediate')
      try {
        for (const row of rows) writeRow(row)
        database.exec('commit')
      } catch (error) {
        if (database.isTransaction) database.exec('rollback')
        throw error
      }
    },
    close() {
      database.close()
    },
  }
}

function prepare(database: DatabaseSync, path: string): void {
  database.exec(`
    pragma locking_mode = exclusive;
    pragma journal_mode = wal;
    pragma synchronous = normal;
    create table if not exists sandbox_row (
      kind          text not null,
      id            text not null,
      position      integer not null,
      visible_at_ms integer not null,
      text          text not null,
      primary key (kind, id)
    ) strict, without rowid`)
  const found = Number(database.prepare('pragma user_version').get()?.['user_version'])
  if (found > SCHEMA_VERSION) {
    database.close()
    throw new Error(`${path} is a sandbox of version ${found}, this one knows ${SCHEMA_VERSION}`)
  }
  database.exec(`pragma user_version = ${SCHEMA_VERSION}`)
}
