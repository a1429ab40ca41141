import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** About as long as the text of an `order.accepted`. */
const ENTRY_TEXT = `{"padding":"${'x'.repeat(886)}"}`

/** Entries a second that the bare disk takes: one file, one write and one sync per batch. */
export function measureBareDisk(entries: number, batchEntries: number): number {
  return inFolder((folder) => {
    const file = openSync(join(folder, 'bare'), 'w')
    const bytes = Buffer.from(ENTRY_TEXT.repeat(batchEntries))
    const startedMs = performance.now()
    for (let written = 0; written < entries; written += batchEntries) {
      writeSync(file, bytes)
      fdatasyncSync(file)
    }
    const elapsedMs = performance.now() - startedMs
    closeSync(file)
    return (entries / elapsedMs) * 1_000
  })
}

/** Rows a second that bare SQLite takes: one table, one prepared insert, one commit per batch. */
export function measureBareSqlite(rows: number, batchRows: number): number {
  return inFolder((folder) => {
    using database = new DatabaseSync(join(folder, 'bare.db'))
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    database.exec('CREATE TABLE entry (sequence INTEGER PRIMARY KEY, text TEXT NOT NULL)')
    const insert = database.prepare('INSERT INTO entry (text) VALUES (?)')
    const startedMs = performance.now()
    for (let written = 0; written < rows; written += batchRows) {
      database.exec('BEGIN')
      for (let row = 0; row < batchRows; row++) insert.run(ENTRY_TEXT)
      database.exec('COMMIT')
    }
    return (rows / (performance.now() - startedMs)) * 1_000
  })
}

function inFolder<Value>(work: (folder: string) => Value): Value {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-bench-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
