import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { JOURNAL_EMPTY, verifyJournal } from '@nightmarket/kernel'
import { TestJournal } from '@nightmarket/kernel/testing'

import { StorageFault } from '../storage-fault.ts'
import { openSqliteJournalReader } from './sqlite-journal-reader.ts'
import { openSqliteJournal } from './sqlite-journal-store.ts'
import { testSigner, testTrust } from './test-signer.ts'

const folder = await mkdtemp(join(tmpdir(), 'nightmarket-sqlite-'))
after(() => rm(folder, { recursive: true }))

let fileCount = 0
function newPath(): string {
  fileCount += 1
  return join(folder, `journal-${fileCount}.db`)
}

describe('a journal in a file', () => {
  test('[JS9] goes on where it was closed', async () => {
    const path = newPath()
    const journal = new TestJournal(testSigner)
    await fill(path, journal, [3, 2])
    {
      await using store = await openSqliteJournal(path)
      deepEqual(await store.head(), journal.head)
      const expected = journal.head
      equal((await store.append(expected, journal.write(facts(1)))).ok, true)
      deepEqual(await store.read({ after: 0, limit: 9 }), journal.entries)
      deepEqual(await store.latestCheckpoint(), journal.checkpoints.at(-1))
    }
    const names = (await readdir(folder)).filter((name) => path.includes(name.slice(0, -5)))
    ok(!names.some((name) => name.endsWith('-wal')), 'a clean close leaves no log behind')
  })

  test('[JS9] closes twice, and refuses questions afterwards', async () => {
    const store = await openSqliteJournal(newPath())
    await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()])
    await rejects(store.head(), /ended|closed/)
  })

  test('[JS10] is open in one process at a time, and the second is told which file', async () => {
    const path = newPath()
    {
      await using store = await openSqliteJournal(path)
      await rejects(openSqliteJournal(path), faultOf('locked', path))
      const lines = await linesOfAppender(path)
      match(lines.stderr, /StorageFault: journal .* is in use by another process/)
      equal(lines.stdout.length, 0)
      equal((await store.head()).sequence, 0)
    }
    await using again = await openSqliteJournal(path)
    equal((await again.head()).sequence, 0)
  })

  test('[JS6] a full disk refuses an append whole, and takes what still fits', async () => {
    const path = newPath()
    const journal = new TestJournal(testSigner)
    {
      await using store = await openSqliteJournal(path, { pagesMax: 10 })
      const first = await store.append(JOURNAL_EMPTY, journal.write(facts(20)))
      ok(first.ok)
      const tooMuch = twin(journal).write(facts(400))
      await rejects(store.append(first.value, tooMuch), faultOf('disk_full', path))
      deepEqual(await store.head(), first.value)
      deepEqual(await store.read({ after: 0, limit: 999 }), journal.entries)
      deepEqual(await store.latestCheckpoint(), journal.checkpoints.at(-1))
      equal((await store.append(first.value, journal.write(facts(2)))).ok, true)
    }
    await using roomy = await openSqliteJournal(path)
    deepEqual(await roomy.head(), journal.head)
    equal((await roomy.append(journal.head, journal.write(facts(400)))).ok, true)
  })

  test('[JS15] a journal whose thread ended is whole, and the next question opens it', async () => {
    const path = newPath()
    const journal = new TestJournal(testSigner)
    await using store = await openSqliteJournal(path)
    const first = await store.append(JOURNAL_EMPTY, journal.write(facts(3)))
    ok(first.ok)
    const next = twin(journal).write(facts(2))
    const poison = { ...next, checkpoint: { ...next.checkpoint, signature: {} as never } }
    const [poisoned, behind] = await Promise.allSettled([
      store.append(first.value, poison),
      store.append(first.value, next),
    ])
    equal(poisoned.status, 'rejected')
    equal(behind.status, 'rejected', 'what was asked of the thread that ended is not known')
    const [head, page] = await Promise.all([store.head(), store.read({ after: 0, limit: 9 })])
    deepEqual(head, first.value)
    equal(page.length, 3)
    ok((await store.append(first.value, journal.write(facts(2)))).ok)
  })

  test('[JS11] a file of a newer version is refused and left as it is', async () => {
    const path = newPath()
    await fill(path, new TestJournal(testSigner), [1])
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 99')
    database.close()
    const bytes = readFileSync(path)
    await rejects(openSqliteJournal(path), faultOf('too_new', path))
    await rejects(openSqliteJournal(path), /version 99/)
    ok(readFileSync(path).equals(bytes))
  })

  test('[JS12] a file that is no journal is refused by name, and left as it is', async () => {
    const text = newPath()
    writeFileSync(text, 'not a database at all, but long enough to have a header '.repeat(40))
    await rejects(openSqliteJournal(text), faultOf('corrupt', text))
    match(readFileSync(text, 'utf8'), /^not a database/)
    const foreign = newPath()
    const database = new DatabaseSync(foreign)
    database.exec('CREATE TABLE guest (name TEXT)')
    database.close()
    await rejects(openSqliteJournal(foreign), faultOf('corrupt', foreign))
    const missing = join(folder, 'no-folder', 'journal.db')
    await rejects(openSqliteJournal(missing), faultOf('failed', missing))
  })
})

describe('the reader', () => {
  test('[JS13] reads a whole journal in pages, also while a writer is at work', async () => {
    const path = newPath()
    const journal = new TestJournal(testSigner)
    await fill(path, journal, [700, 600, 1])
    await using store = await openSqliteJournal(path)
    using reader = openSqliteJournalReader(path)
    const expected = journal.head
    const seen = { entries: [...journal.entries], checkpoints: [...journal.checkpoints] }
    equal((await store.append(expected, journal.write(facts(5)))).ok, true)
    deepEqual([...reader.entries()], seen.entries)
    deepEqual([...reader.checkpoints()], seen.checkpoints)
    deepEqual(reader.head(), expected)
    deepEqual(reader.damage(), [])
    const now = openSqliteJournalReader(path)
    equal(verifyStored(now).entryCount, 1306)
    now[Symbol.dispose]()
  })

  test('[JS13] creates nothing where there is no journal', async () => {
    const path = newPath()
    throwsFault(() => openSqliteJournalReader(path), 'failed', path)
    ok(!(await readdir(folder)).some((name) => path.endsWith(name)))
    writeFileSync(path, '')
    throwsFault(() => openSqliteJournalReader(path), 'corrupt', path)
  })

  test('[JS14] one flipped bit in a text is named by its sequence', async () => {
    const path = newPath()
    await fill(path, new TestJournal(testSigner), [40, 40])
    const bytes = readFileSync(path)
    const at = bytes.indexOf('"sequence":57,')
    ok(at > 0)
    bytes[at + 1] = (bytes[at + 1] ?? 0) ^ 1
    writeFileSync(path, bytes)
    using reader = openSqliteJournalReader(path)
    const { violations } = verifyStored(reader)
    deepEqual(
      violations.map((found) => [found.code, 'sequence' in found && found.sequence]),
      [['hash_mismatch', 57]],
    )
  })

  test('[JS14] a page that cannot be read is named by the last entry before it', async () => {
    const path = newPath()
    await fill(path, new TestJournal(testSigner), [900, 900])
    const bytes = readFileSync(path)
    const page = Math.floor(bytes.indexOf('"sequence":1234,') / 16_384)
    bytes.fill(0, page * 16_384, (page + 1) * 16_384)
    writeFileSync(path, bytes)
    using reader = openSqliteJournalReader(path)
    let last = 0
    try {
      for (const { sequence } of reader.entries()) last = sequence
    } catch (error) {
      ok(faultOf('corrupt', path)(error))
      match(String(error), new RegExp(`after entry ${last}$`))
    }
    ok(last > 1200 && last < 1234, `the last whole entry is just before 1234, was ${last}`)
    ok(reader.damage().length > 0)
  })

  test('[JS14] a file that was cut short is refused by name', async () => {
    const path = newPath()
    await fill(path, new TestJournal(testSigner), [200])
    writeFileSync(path, readFileSync(path).subarray(0, 40_000))
    throwsFault(() => openSqliteJournalReader(path), 'corrupt', path)
    await rejects(openSqliteJournal(path), faultOf('corrupt', path))
  })
})

describe('kill -9', () => {
  test('[JS2] what was acknowledged is there after the process was killed', async () => {
    const path = newPath()
    let acknowledged = 0
    for (const linesBefore of [1, 7, 30, 2, 90, 11]) {
      const child = spawnAppender(path)
      const lines = createInterface(child.stdout)
      let count = 0
      lines.on('line', (line) => {
        acknowledged = Number(line)
        count += 1
        if (count === linesBefore) child.kill('SIGKILL')
      })
      await Promise.all([once(child, 'exit'), once(lines, 'close')])
      equal(child.signalCode, 'SIGKILL')
      using reader = openSqliteJournalReader(path)
      ok(reader.head().sequence >= acknowledged, 'no acknowledged entry is lost')
      const report = verifyStored(reader)
      deepEqual(report.violations, [])
      equal(report.entryCount, reader.head().sequence)
    }
  })
})

function verifyStored(reader: ReturnType<typeof openSqliteJournalReader>) {
  const stored = { entries: reader.entries(), checkpoints: reader.checkpoints() }
  return verifyJournal(stored, testTrust)
}

function facts(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    type: 'test.noted',
    body: { n, padding: 'x'.repeat(600) },
  }))
}

/** The same journal again, so that a test can write what the store shall refuse. */
function twin(journal: TestJournal): TestJournal {
  const copy = new TestJournal(testSigner)
  copy.write(
    journal.entries.map(({ text }) => {
      const { type, body } = JSON.parse(text) as ReturnType<typeof facts>[number]
      return { type, body }
    }),
  )
  return copy
}

async function fill(path: string, journal: TestJournal, sizes: readonly number[]): Promise<void> {
  await using store = await openSqliteJournal(path)
  for (const size of sizes) {
    const appended = await store.append(journal.head, journal.write(facts(size)))
    equal(appended.ok, true)
  }
}

function spawnAppender(path: string) {
  const script = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url))
  return spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'pipe'] })
}

async function linesOfAppender(path: string) {
  const child = spawnAppender(path)
  const [stdout, stderr] = await Promise.all([
    child.stdout.toArray() as Promise<Buffer[]>,
    child.stderr.toArray() as Promise<Buffer[]>,
  ])
  return { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
}

function faultOf(code: StorageFault['code'], path: string) {
  return (error: unknown) =>
    error instanceof StorageFault && error.code === code && error.message.includes(path)
}

function throwsFault(work: () => unknown, code: StorageFault['code'], path: string): void {
  try {
    work()
  } catch (error) {
    ok(faultOf(code, path)(error), `expected ${code}, got ${String(error)}`)
    return
  }
  throw new Error(`expected a fault: ${code}`)
}
