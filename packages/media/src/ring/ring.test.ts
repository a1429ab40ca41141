import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'

import { RING_BOUNDS, RingDisk, type Kept } from './ring-disk.ts'
import { readRingIndex, writeRingIndex, type RingIndex } from './ring-index.ts'
import { openRing } from './ring.ts'

function openTestFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'nightmarket-ring-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

function segment(at: number, bytes = 10) {
  const initName = `i-${at < 3 ? 0 : 1}.mp4`
  const place = { name: `s-${at}.m4s`, initName, startAtMs: at * 1_000, durationMs: 1_000 }
  return {
    segment: { ...place, isBreak: at === 3 },
    bytes: new Uint8Array(bytes),
    init: new Uint8Array(5),
  }
}

const names = (folder: string) => readdirSync(folder).sort()

test('[RI1] an index is read back as it was written, and damage ends it', () => {
  const segments = [0, 1, 2, 3, 4].map((at) => segment(at).segment)
  const index = { mediaSequence: 12, discontinuitySequence: 3, segments }
  const text = writeRingIndex(index)
  deepEqual(readRingIndex(text), index)
  fc.assert(
    fc.property(fc.nat(text.length), fc.string(), (at, noise) => {
      const read = readRingIndex(text.slice(0, at) + noise)
      ok(read.segments.every(({ name }) => /^[\w.-]+$/.test(name)))
    }),
  )
})

test('[RI2] after a crash the ring is what its index names, and goes on from there', () => {
  using folder = openTestFolder()
  const ring = new RingDisk(folder.path, RING_BOUNDS)
  const kept = { droppedForDisk: 0, failure: null }
  for (const at of [0, 1, 2]) deepEqual(ring.keep(segment(at)), kept)
  writeFileSync(join(folder.path, 's-3.m4s'), 'written, but not named')
  writeFileSync(join(folder.path, 'index.m3u8.new'), 'half')
  const again = new RingDisk(folder.path, RING_BOUNDS)
  deepEqual(again.index.segments.map(({ name }) => name), ['s-0.m4s', 's-1.m4s', 's-2.m4s'])
  deepEqual(names(folder.path), ['i-0.mp4', 'index.m3u8', 's-0.m4s', 's-1.m4s', 's-2.m4s'])
  rmSync(join(folder.path, 's-1.m4s'))
  const third = new RingDisk(folder.path, RING_BOUNDS)
  deepEqual(third.index.segments.map(({ name }) => name), ['s-2.m4s'])
  equal(third.index.mediaSequence, 2)
})

test('[RI5] of the segment in the making a crash leaves what was whole on disk', () => {
  using folder = openTestFolder()
  const ring = new RingDisk(folder.path, RING_BOUNDS)
  ring.keep(segment(0))
  const { init } = segment(1)
  const { durationMs: _, ...begun } = segment(1).segment
  const part = (fill: number) => new Uint8Array(7).fill(fill)
  for (const fill of [1, 2]) {
    ring.keepPart({ segment: begun, init, bytes: part(fill), durationMs: 500 })
  }
  appendFileSync(join(folder.path, 'open.part'), 'torn')
  appendFileSync(join(folder.path, 'open.jsonl'), '{"bytes":9')
  const { index } = new RingDisk(folder.path, RING_BOUNDS)
  deepEqual(index.segments.map(({ name, durationMs }) => [name, durationMs]), [
    ['s-0.m4s', 1_000],
    ['s-1.m4s', 1_000],
  ])
  equal(readFileSync(join(folder.path, 's-1.m4s')).length, 14)
  ok(!names(folder.path).some((name) => name.startsWith('open')))
  const again = new RingDisk(folder.path, RING_BOUNDS)
  again.keepPart({ segment: begun, init, bytes: part(3), durationMs: 500 })
  again.keep(segment(2))
  equal(new RingDisk(folder.path, RING_BOUNDS).index.segments.length, 3)
})

test('[RI3] a ring is bounded by size and by age, and counts what it dropped', () => {
  using folder = openTestFolder()
  const ring = new RingDisk(folder.path, { bytesMax: 45, ageMsMax: 60_000 })
  for (const at of [0, 1, 2, 3, 4, 5, 6]) ring.keep(segment(at))
  equal(ring.index.mediaSequence, 3)
  equal(ring.index.discontinuitySequence, 1)
  ok(!names(folder.path).includes('i-0.mp4'))
  ring.keep(segment(100))
  deepEqual(ring.index.segments.map(({ name }) => name), ['s-100.m4s'])
})

test('[RI4] a ring is written on a thread of its own, in order', async () => {
  using folder = openTestFolder()
  const kept: Kept[] = []
  const onDefect = (error: unknown) => {
    throw error
  }
  const ring = await openRing({ folder: folder.path, onKept: (each) => kept.push(each), onDefect })
  for (const at of [0, 1, 2, 3]) ring.keep(segment(at))
  await ring[Symbol.asyncDispose]()
  equal(kept.length, 4)
  equal(readRingIndex(readFileSync(join(folder.path, 'index.m3u8'), 'utf8')).segments.length, 4)
})

/** Fill a small file system with a recording, in a process that alone sees it. */
function fill(bytes: number, more: string): {
  readonly kept: readonly Kept[]
  readonly index: RingIndex
  readonly recovered: RingIndex
} {
  using folder = openTestFolder()
  const script = fileURLToPath(new URL('../testing/fill-ring.ts', import.meta.url))
  const flags = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user']
  const words = [...flags, process.execPath, script, folder.path, String(bytes), more]
  return JSON.parse(execFileSync('unshare', words, { encoding: 'utf8' }))
}

test('[RI6] on a full disk the oldest makes room, is counted, and numbers go on', () => {
  const { kept, index, recovered } = fill(400_000, '')
  ok(kept.every(({ failure }) => failure === null))
  const dropped = kept.reduce((sum, { droppedForDisk }) => sum + droppedForDisk, 0)
  ok(dropped > 15, String(dropped))
  equal(index.segments.at(-1)?.name, 's-29.m4s')
  equal(index.mediaSequence + index.segments.length, 30)
  deepEqual(recovered, index)
})

test('[RI6] when somebody else takes the room too, what the index names is there', () => {
  const { kept, index, recovered } = fill(400_000, 'other')
  equal(kept.length, 31)
  deepEqual(recovered, index)
})
