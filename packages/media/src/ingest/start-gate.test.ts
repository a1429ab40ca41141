import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'

import type { AudioConfig, FlvContent, VideoConfig, VideoFrame } from '../flv/read-tag.ts'
import { StartGate, type Frame, type OpenTracks } from './start-gate.ts'

const VIDEO: VideoConfig = { kind: 'video-config', record: Buffer.from('a picture') }
const AUDIO: AudioConfig = {
  kind: 'audio-config',
  record: Buffer.from('a sound'),
  sampleRate: 48_000,
  channels: 2,
}

function picture(timestampMs: number, more: Partial<VideoFrame> = {}): VideoFrame {
  const data = Buffer.from([1])
  return { kind: 'video', timestampMs, offsetMs: 0, isKeyframe: false, data, ...more }
}

const key = (timestampMs: number) => picture(timestampMs, { isKeyframe: true })
const sound = (timestampMs: number) =>
  ({ kind: 'audio', timestampMs, data: Buffer.from([2]) }) as const

/** What comes out of a gate: runs, with their frames. */
function runsOf(contents: readonly FlvContent[]) {
  const runs: { readonly tracks: OpenTracks; readonly frames: Frame[] }[] = []
  let isOpen = false
  const gate = new StartGate({
    open(tracks) {
      runs.push({ tracks, frames: [] })
      isOpen = true
    },
    take(frame) {
      ok(isOpen, 'nothing passes a gate that is shut')
      runs.at(-1)?.frames.push(frame)
    },
    shut() {
      isOpen = false
    },
  })
  for (const content of contents) gate.take(content)
  return runs
}

const timesOf = (frames: readonly Frame[] = []) => frames.map(({ timestampMs }) => timestampMs)

test('[GT1] a run begins with a keyframe and known parameters', () => {
  equal(runsOf([key(0), picture(33)]).length, 0)
  const runs = runsOf([VIDEO, AUDIO, picture(0), sound(5), picture(33), key(66), sound(70)])
  deepEqual(runs.map(({ tracks }) => tracks), [{ video: VIDEO, audio: AUDIO }])
  deepEqual(timesOf(runs[0]?.frames), [66, 70])
})

test('[GT1] sound that does not come is waited for by a second', () => {
  const frames = Array.from({ length: 40 }, (_, at) => (at === 0 ? key(0) : picture(at * 33)))
  const [run, ...more] = runsOf([VIDEO, ...frames])
  deepEqual([run?.tracks.audio, run?.frames.length, more.length], [null, 40, 0])
  const late = runsOf([VIDEO, ...frames.slice(0, 10), AUDIO, sound(300), picture(333)])
  deepEqual(late.map(({ tracks }) => tracks.audio), [AUDIO])
})

test('[GT2] other parameters or a jump end a run, and the next keyframe begins another', () => {
  const other: VideoConfig = { kind: 'video-config', record: Buffer.from('another') }
  const changed = runsOf([VIDEO, AUDIO, key(0), other, picture(33), key(66)])
  deepEqual(changed.map(({ frames }) => timesOf(frames)), [[0], [66]])
  const jumped = runsOf([VIDEO, AUDIO, key(0), picture(33), picture(90_000), key(90_033)])
  deepEqual(jumped.map(({ frames }) => timesOf(frames)), [[0, 33], [90_033]])
  const back = runsOf([VIDEO, AUDIO, key(5_000), picture(5_033), key(100), picture(133)])
  deepEqual(back.map(({ frames }) => timesOf(frames)), [[5_000, 5_033], [100, 133]])
  equal(runsOf([VIDEO, AUDIO, key(0), VIDEO, AUDIO, picture(33)]).length, 1)
})

test('[GT2] a clock of 32 bits that begins again is no jump', () => {
  const end = 2 ** 32
  const runs = runsOf([VIDEO, AUDIO, key(end - 33), sound(end - 20), picture(0), sound(3)])
  deepEqual(runs.map(({ frames }) => timesOf(frames)), [[end - 33, end - 20, end, end + 3]])
})

test('[GT3] a picture whose time leads back keeps when it is shown, and its place in order', () => {
  const [run] = runsOf([
    VIDEO,
    AUDIO,
    key(0),
    picture(66, { offsetMs: 33 }),
    picture(40, { offsetMs: 20 }),
    picture(40, { offsetMs: -5 }),
  ])
  deepEqual(timesOf(run?.frames), [0, 66, 67, 68])
  const shown = run?.frames.map((f) => f.kind === 'video' && f.timestampMs + f.offsetMs)
  deepEqual(shown, [0, 99, 60, 35])
})

test('[GT2, GT3] whatever times come, runs begin with a keyframe and never go back', () => {
  const time = fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 2 ** 32 }))
  const content = fc.oneof(
    time.map(key),
    time.map((at) => picture(at)),
    time.map(sound),
    fc.constantFrom<FlvContent>(VIDEO, AUDIO),
  )
  fc.assert(
    fc.property(fc.array(content, { maxLength: 60 }), (contents) => {
      for (const { frames } of runsOf([VIDEO, AUDIO, ...contents])) {
        const [first] = frames
        ok(first?.kind === 'video' && first.isKeyframe)
        for (const kind of ['video', 'audio']) {
          const times = timesOf(frames.filter((frame) => frame.kind === kind))
          ok(times.every((ms, at) => at === 0 || ms > (times[at - 1] ?? 0)), String(times))
        }
      }
    }),
  )
})
