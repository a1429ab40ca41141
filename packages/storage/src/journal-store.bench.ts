import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { assert, type JournalHead } from '@nightmarket/kernel'

import type { JournalBatch, JournalStore } from './journal-store.ts'
import { openSqliteJournal } from './sqlite/sqlite-journal-store.ts'

/**
 * How many entries a second the SQLite journal makes durable, beside the bare disk: the same bytes
 * written to one file with a sync for each batch. `node journal-store.bench.ts [folder]`.
 */

/** As long as an `order.accepted`. */
const TEXT = `{"padding":"${'x'.repeat(686)}"}`
const ROUND_MS = 800
const ROUNDS = 5

const folder = await mkdtemp(join(process.argv[2] ?? tmpdir(), 'nightmarket-bench-'))
try {
  for (const entries of [1, 16, 256]) await benchBatches(entries)
} finally {
  await rm(folder, { recursive: true })
}

/** Rounds alternate, because a disk that others use too is another disk every second. */
async function benchBatches(entries: number): Promise<void> {
  const [disk, journal]: [number[], number[]] = [[], []]
  await using store = await openSqliteJournal(join(folder, `journal-${entries}.db`))
  for (let round = 0; round < ROUNDS; round++) {
    disk.push(benchDisk(join(folder, 'bare'), entries))
    journal.push(await benchStore(store, entries))
  }
  const [bare, perSecond] = [medianOf(disk), medianOf(journal)]
  console.log(
    `batches of ${String(entries).padStart(3)}: ${rounded(perSecond)} durable entries/s, ` +
      `${(perSecond / bare).toFixed(2)} of the bare disk's ${rounded(bare)}`,
  )
}

function benchDisk(path: string, entries: number): number {
  const file = openSync(path, 'w')
  const bytes = Buffer.from(TEXT.repeat(entries))
  const startMs = performance.now()
  let count = 0
  for (; performance.now() - startMs < ROUND_MS; count += entries) {
    writeSync(file, bytes)
    fdatasyncSync(file)
  }
  closeSync(file)
  return (count / (performance.now() - startMs)) * 1_000
}

async function benchStore(store: JournalStore, entries: number): Promise<number> {
  const head = await store.head()
  const startMs = performance.now()
  const end = await appendFor(store, head, entries, ROUND_MS)
  return ((end.sequence - head.sequence) / (performance.now() - startMs)) * 1_000
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

function medianOf(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? NaN
}

function rounded(value: number): string {
  return Math.round(value).toLocaleString('en')
}
