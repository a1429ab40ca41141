import { deepEqual, equal, ok } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'

import { Hono } from 'hono'

import { ClipCutter } from '../clip/clip-cutter.ts'
import { INDEX_NAME, writeRingIndex } from '../ring/ring-index.ts'
import { streamFiles } from '../stream/stream-files.ts'
import { StreamFolder } from '../stream/stream-folder.ts'
import { decode, openMediaFolder, recordSegments } from '../testing/fragmented-video.ts'
import { serveApp } from '../testing/serve-app.ts'
import { PulledFootage } from './pulled-footage.ts'

const BEGAN_MS = Date.parse('2026-11-24T20:00:00.000Z')

const WHEN = { startAtMs: BEGAN_MS + 2_500, endAtMs: BEGAN_MS + 3_500 }
const CUES = [{ cueId: 'a', language: 'de', ...WHEN, text: 'Zwei' }]

/** An origin that has recorded twelve seconds, and has words. */
async function openOrigin() {
  const folder = openMediaFolder()
  const run = await recordSegments(folder.path, { seconds: 12, startAtMs: BEGAN_MS })
  const segments = run.segments.map(({ content, startAtMs, durationMs }) => {
    const name = basename(String(content))
    return { name, initName: 'init.mp4', startAtMs, durationMs, isBreak: false }
  })
  const write = (count: number) => {
    const numbers = { mediaSequence: 0, discontinuitySequence: 0 }
    const index = writeRingIndex({ ...numbers, segments: segments.slice(0, count) })
    writeFileSync(join(folder.path, INDEX_NAME), index)
  }
  write(11)
  const stream = await StreamFolder.open(folder.path, Date.now)
  const app = new Hono()
    .get('/v1/captions/cues', (c) => c.json({ cues: CUES, asked: c.req.query() }))
    .route('/', streamFiles(stream))
  const server = await serveApp(app)
  return {
    url: server.url,
    write,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await stream[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('[PU5] what the origin recorded is brought for a clip, with its words', async () => {
  await using origin = await openOrigin()
  using folder = openMediaFolder()
  const footage = new PulledFootage({ origin: origin.url })
  const span = { fromMs: BEGAN_MS + 1_200, toMs: BEGAN_MS + 4_000 }
  const cut = await footage.withRuns(span, async (runs) => {
    deepEqual(runs.map(({ segments }) => segments.length), [3])
    await using cutter = new ClipCutter(folder.path)
    const [run] = runs
    const contents = [run?.init ?? '', ...(run?.segments ?? []).map(({ content }) => content)]
    return await cutter.cut([{ contents, fromSeconds: 0, toSeconds: 3 }])
  })
  ok(cut.ok, JSON.stringify(cut))
  equal(await decode(join(folder.path, `${cut.value.hash}.mp4`)), '')
  deepEqual(await footage.said('run-0', span), [
    { language: 'de', cues: [{ startMs: 1_300, endMs: 2_300, text: 'Zwei' }] },
  ])
})

test('[PU5] a clip waits for what the origin records next, if there is one', async () => {
  await using origin = await openOrigin()
  const footage = new PulledFootage({ origin: origin.url })
  const signal = AbortSignal.timeout(60_000)
  equal(footage.recordedToMs(), null)
  equal(await footage.nextSegment(signal), true)
  equal(footage.recordedToMs(), BEGAN_MS + 11_000)
  const next = footage.nextSegment(signal)
  origin.write(12)
  equal(await next, true)
  equal(footage.recordedToMs(), BEGAN_MS + 12_000)
  const alone = new PulledFootage({ origin: null })
  equal(await alone.nextSegment(signal), false)
  const whole = { fromMs: 0, toMs: BEGAN_MS * 2 }
  deepEqual(await alone.withRuns(whole, async (runs) => runs), [])
  const away = new PulledFootage({ origin: 'http://127.0.0.1:9' })
  deepEqual(await away.withRuns(whole, async (runs) => runs), [])
})
