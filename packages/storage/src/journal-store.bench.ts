import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { assert, JOURNAL_EMPTY, type JournalHead } from '@nightmarket/kernel'

import type { JournalBatch, JournalStore } from './journal-store.ts'
import { openSqliteJournal } from './sqlite/sqlite-journal-store.ts'

/**
 * How many entries a second the SQLite journal makes durable, beside the bare disk: the same bytes
 * written to one file with a sync for each batch. `node journal-store.bench.ts [folder]`.
 */
const TEXT = `{"padding":"${'x'.repeat(686)}"}`
const SECONDS = 3

const folder = await mkdtemp(join(process.argv[2] ?? tmpdir(), 'nightmarket-bench-'))
try {
  for (const entries of [1, 16, 256]) {
    const bare = benchDisk(join(folder, `bare-${entries}`), entries)
    const { perSecond, busyShare } = await benchStore(join(folder, `journal-${entries}.db`), entries)
    const ratio = (perSecond / bare).toFixed(2)
    console.log(
      `batches of ${String(entries).padStart(3)}: ${rounded(perSecond)} durable entries/s, ` +
        `${ratio} of the bare disk's ${rounded(bare)}, event loop ${busyShare} % busy`,
    )
  }
} finally {
  await rm(folder, { recursive: true })
}

function benchDisk(path: string, entries: number): number {
  const file = openSync(path, 'w')
  const bytes = Buffer.from(TEXT.repeat(entries))
  const startMs = performance.now()
  let count = 0
  for (; performance.now() - startMs < 1_000; count += entries) {
    writeSync(file, bytes)
    fdatasyncSync(file)
  }
  closeSync(file)
  return (count / (performance.now() - startMs)) * 1_000
}

async function benchStore(path: string, entries: number) {
  await using store = await openSqliteJournal(path)
  await appendFor(store, JOURNAL_EMPTY, entries, 300)
  const before = performance.eventLoopUtilization()
  const startMs = performance.now()
  const head = await store.head()
  const end = await appendFor(store, head, entries, SECONDS * 1_000)
  const perSecond = ((end.sequence - head.sequence) / (performance.now() - startMs)) * 1_000
  const { utilization } = performance.eventLoopUtilization(before)
  return { perSecond, busyShare: Math.round(utilization * 100) }
}

/** One append is always under way and one more prepared, as a stall does it. */
async function appendFor(
  store: JournalStore,
  from: JournalHead,
  entries: number,
  durationMs: number,
): Promise<JournalHead> {
  const startMs = performance.now()
  let head = from
  let prepared = batchAfter(head, entries)
  while (performance.now() - startMs < durationMs) {
    const appending = store.append(head, prepared)
    const last = prepared.entries.at(-1)
    assert(last !== undefined, 'a batch has entries')
    prepared = batchAfter(last, entries)
    const appended = await appending
    assert(appended.ok, 'nobody else writes')
    head = appended.value
  }
  return head
}

function batchAfter(head: JournalHead, count: number): JournalBatch {
  const entries = Array.from({ length: count }, (_, index) => {
    const sequence = head.sequence + 1 + index
    return { sequence, hash: sequence.toString(16).padStart(64, '0'), text: TEXT }
  })
  const size = head.sequence + count
  const signature = Buffer.alloc(64).toString('base64')
  const checkpoint = { origin: 'nightmarket/bench/1', size, root: head.hash, signature }
  return { entries, checkpoint }
}

function rounded(value: number): string {
  return Math.round(value).toLocaleString('en')
}
