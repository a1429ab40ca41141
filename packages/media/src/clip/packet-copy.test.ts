import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { decode, openMediaFolder, probe, recordSegments } from '../testing/fragmented-video.ts'
import { ClipCutter } from './clip-cutter.ts'

test('[CL2] a clip is copied from its keyframe on, and every packet of it decodes', async () => {
  using folder = openMediaFolder()
  const run = await recordSegments(folder.path, { seconds: 8, startAtMs: 0 })
  await using cutter = new ClipCutter(folder.path)
  const contents = [run.init, ...run.segments.map(({ content }) => content)]
  const cut = await cutter.cut([{ contents, fromSeconds: 2.5, toSeconds: 5.5 }])
  assert.ok(cut.ok, JSON.stringify(cut))
  assert.ok(Math.abs(cut.value.startSeconds - 2) < 0.01, `${cut.value.startSeconds}`)
  assert.ok(Math.abs(cut.value.durationSeconds - 3.5) < 0.05, `${cut.value.durationSeconds}`)
  const path = join(folder.path, `${cut.value.hash}.mp4`)
  const { streams, format, complaints } = await probe(path)
  assert.equal(complaints, '')
  assert.deepEqual(streams.map(({ codec_name }) => codec_name), ['h264', 'aac'])
  assert.ok(Math.abs(Number(format.duration) - 3.5) < 0.1)
  assert.ok(streams.every(({ start_time }) => Math.abs(Number(start_time)) < 0.03))
  assert.equal(streams[0]?.nb_read_packets, '105')
  assert.equal(await decode(path), '')
})

test('[CL2] pictures that are decoded out of order are copied whole', async () => {
  using folder = openMediaFolder()
  const more = ['-preset', 'medium', '-bf', '2']
  const run = await recordSegments(folder.path, { seconds: 5, startAtMs: 0, more })
  await using cutter = new ClipCutter(folder.path)
  const contents = [run.init, ...run.segments.map(({ content }) => content)]
  const cut = await cutter.cut([{ contents, fromSeconds: 1, toSeconds: 4 }])
  assert.ok(cut.ok, JSON.stringify(cut))
  assert.equal(await decode(join(folder.path, `${cut.value.hash}.mp4`)), '')
})

test('[CL7] pieces with the same parameters follow each other; others are refused', async () => {
  using folder = openMediaFolder()
  using other = openMediaFolder()
  const run = await recordSegments(folder.path, { seconds: 4, startAtMs: 0 })
  const wide = await recordSegments(other.path, { seconds: 2, startAtMs: 0, size: '640x360' })
  await using cutter = new ClipCutter(folder.path)
  const pieceOf = ({ init, segments }: typeof run, fromSeconds: number, toSeconds: number) => ({
    contents: [init, ...segments.map(({ content }) => content)],
    fromSeconds,
    toSeconds,
  })
  const reel = await cutter.cut([pieceOf(run, 0, 2), pieceOf(run, 1, 3)])
  assert.ok(reel.ok, JSON.stringify(reel))
  assert.ok(Math.abs(reel.value.durationSeconds - 4) < 0.1)
  assert.equal(await decode(join(folder.path, `${reel.value.hash}.mp4`)), '')
  const refused = await cutter.cut([pieceOf(run, 0, 2), pieceOf(wide, 0, 2)])
  assert.equal(!refused.ok && refused.error.code, 'parameters_differ')
})

test('[CL3] what is no video fails its own job only, and the next is cut', async () => {
  using folder = openMediaFolder()
  const run = await recordSegments(folder.path, { seconds: 2, startAtMs: 0 })
  const junk = join(folder.path, 'junk.m4s')
  writeFileSync(junk, Buffer.alloc(5_000, 7))
  await using cutter = new ClipCutter(folder.path)
  const whole = { fromSeconds: 0, toSeconds: 2 }
  const contents = [run.init, ...run.segments.map(({ content }) => content)]
  const [bad, gone, good] = await Promise.all([
    cutter.cut([{ contents: [junk], ...whole }]),
    cutter.cut([{ contents: [join(folder.path, 'gone')], ...whole }]),
    cutter.cut([{ contents, ...whole }]),
  ])
  assert.equal(bad.ok, false)
  assert.equal(!gone.ok && gone.error.code, 'cut_failed')
  assert.equal(good.ok, true)
})
