import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { pack, recordFlv as record } from '../testing/flv-recording.ts'
import { WAN_PROFILE, type Part } from './packager.ts'


const ends = (parts: readonly Part[]) => parts.map((part) => part.startMediaMs + part.durationMs)

test('[PK1, FL1] parts are as long as promised, segments begin at keyframes', () => {
  const parts = pack(record())
  ok(parts.every(({ durationMs }) => durationMs <= WAN_PROFILE.partMs + 2))
  const starts = parts.filter(({ startsSegment }) => startsSegment)
  equal(starts.length, 4)
  ok(starts.every(({ isIndependent }) => isIndependent))
  deepEqual(
    parts.slice(1).map(({ startMediaMs }) => startMediaMs),
    ends(parts).slice(0, -1),
  )
  ok(Math.abs((ends(parts).at(-1) ?? 0) - 4_000) <= 34)
})

test('[PK2] a keyframe every ten seconds still gives segments that end in time', () => {
  const parts = pack(record('-t', '9', '-g', '300'))
  const starts = parts.filter(({ startsSegment }) => startsSegment)
  equal(starts.length, 3)
  const at = starts.map(({ startMediaMs }) => startMediaMs)
  ok(at.every((ms, index) => ms - (at[index - 1] ?? 0) < 4_000), String(at))
  equal(starts.filter(({ isIndependent }) => isIndependent).length, 1)
})

test('[PK3] other parameters and a clock that jumps begin another timeline', () => {
  const first = record()
  const larger = record('-s', '320x180')
  const later = first.map((content) =>
    'timestampMs' in content ? { ...content, timestampMs: content.timestampMs + 90_000 } : content,
  )
  for (const second of [larger, later]) {
    const parts = pack([...first, ...second])
    const timelines = [...new Set(parts.map(({ timeline }) => timeline))]
    deepEqual(timelines.map(({ number }) => number), [0, 1])
    const [before, after] = timelines
    ok((after?.beganAtMs ?? 0) >= (before?.beganAtMs ?? 0) + 3_900)
    ok(parts.find(({ timeline }) => timeline === after)?.isIndependent)
  }
})

test('[PK4] B-frames and a variable frame rate are kept as they are', () => {
  const parts = pack(record('-bf', '3', '-preset', 'fast', '-vf', 'mpdecimate', '-vsync', 'vfr'))
  ok(parts.length >= 6)
  ok(Math.abs((ends(parts).at(-1) ?? 0) - 4_000) < 200)
})
