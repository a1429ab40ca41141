import { deepEqual, equal, ok } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { ClipCutter } from '../clip/clip-cutter.ts'
import type { FootageRun } from '../clip/footage.ts'
import { INDEX_NAME, writeRingIndex } from '../ring/ring-index.ts'
import { StreamFolder } from '../stream/stream-folder.ts'
import { pack, recordFlv } from '../testing/flv-recording.ts'
import { decode, openMediaFolder } from '../testing/fragmented-video.ts'
import { LiveFootage } from './live-footage.ts'
import { LiveStream } from './live-stream.ts'
import { WAN_PROFILE, type Part } from './packager.ts'

const NOTHING = { mediaSequence: 0, discontinuitySequence: 0, segments: [] }

/** A live end of four seconds, the last segment still open, and a folder that has nothing of it. */
async function openFootage(parts: readonly Part[]) {
  const folder = openMediaFolder()
  const live = new LiveStream({ nowMs: () => 7, profile: WAN_PROFILE, recovered: NOTHING })
  live.begin()
  for (const part of parts) live.take(part)
  const stream = await StreamFolder.open(folder.path, Date.now)
  /** Put the first segments on disk, as late as told. */
  const write = async (count: number, shiftMs = 0) => {
    const held = live.listed.segments.slice(0, count)
    const segments = held.map((segment) => {
      const { name, initName, startAtMs, durationMs, isBreak } = segment
      writeFileSync(join(folder.path, name), live.file(name) ?? '')
      writeFileSync(join(folder.path, initName), live.file(initName) ?? '')
      const atMs = startAtMs + shiftMs
      return { name, initName, startAtMs: atMs, durationMs: durationMs ?? 0, isBreak }
    })
    writeFileSync(join(folder.path, INDEX_NAME), writeRingIndex({ ...NOTHING, segments }))
    await stream.refresh()
  }
  const beganAtMs = live.listed.segments[0]?.startAtMs ?? 0
  return {
    footage: new LiveFootage(stream, live),
    live,
    folder: folder.path,
    beganAtMs,
    write,
    async [Symbol.asyncDispose]() {
      await stream[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

const kindsOf = (runs: readonly FootageRun[]) =>
  runs.map(({ segments }) => segments.map(({ content }) => typeof content))

const take = async (runs: readonly FootageRun[]) => runs

test('[LH4] a clip has what players have, on disk, in memory, and in the making', async () => {
  await using open = await openFootage(pack(recordFlv()).slice(0, -1))
  const { footage, beganAtMs, folder } = open
  const window = { fromMs: beganAtMs, toMs: beganAtMs + 10_000 }
  equal(footage.recordedToMs(), beganAtMs + 3_500)
  deepEqual(kindsOf(await footage.withRuns(window, take)), [Array(4).fill('object')])
  await open.write(2)
  const runs = await footage.withRuns(window, take)
  deepEqual(kindsOf(runs), [['string', 'string', 'object', 'object']])
  await using cutter = new ClipCutter(folder)
  const contents = runs.flatMap((run) => [run.init, ...run.segments.map(({ content }) => content)])
  const cut = await cutter.cut([{ contents, fromSeconds: 1, toSeconds: 9 }])
  ok(cut.ok, JSON.stringify(cut))
  ok(Math.abs(cut.value.durationSeconds - 2.5) < 0.05, String(cut.value.durationSeconds))
  equal(await decode(join(folder, `${cut.value.hash}.mp4`)), '')
  const later = { fromMs: beganAtMs + 3_200, toMs: beganAtMs + 3_400 }
  deepEqual(kindsOf(await footage.withRuns(later, take)), [['object']])
})

test('[LH4] memory that does not reach back to the disk is left out', async () => {
  await using open = await openFootage(pack(recordFlv()))
  const { footage, beganAtMs } = open
  await open.write(1, -60_000)
  equal(footage.recordedToMs(), beganAtMs - 59_000)
  const window = { fromMs: beganAtMs - 70_000, toMs: beganAtMs + 10_000 }
  deepEqual(kindsOf(await footage.withRuns(window, take)), [['string']])
})

test('[LH4] who waits for more is woken by a part, and told when none comes', async () => {
  const parts = pack(recordFlv())
  await using open = await openFootage(parts.slice(0, 3))
  const signal = AbortSignal.timeout(60_000)
  const next = open.footage.nextSegment(signal)
  for (const part of parts.slice(3)) open.live.take(part)
  equal(await next, true)
  open.live.end()
  equal(await open.footage.nextSegment(signal), false)
})
