import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { readFlvFile, type FlvContent } from '../flv/read-tag.ts'
import { Packager, WAN_PROFILE, type Part } from './packager.ts'

/** Record a FLV file with ffmpeg, and read what is in it. */
function record(...words: readonly string[]): readonly FlvContent[] {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-flv-'))
  try {
    const file = join(folder, 'a.flv')
    const source = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=30']
    const sound = ['-f', 'lavfi', '-i', 'sine=sample_rate=44100']
    const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30']
    const all = ['-v', 'error', ...source, ...sound, ...video, '-c:a', 'aac', '-t', '4', ...words]
    execFileSync('ffmpeg', [...all, file])
    return [...readFlvFile(readFileSync(file))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function pack(contents: readonly FlvContent[]): readonly Part[] {
  const parts: Part[] = []
  const onPart = (part: Part) => void parts.push(part)
  const packager = new Packager({ profile: WAN_PROFILE, nowMs: () => 1_000_000, onPart })
  for (const content of contents) packager.take(content)
  packager.flush()
  return parts
}

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

test('[PK4] without sound the picture waits a second for it, and then goes on alone', () => {
  const parts = pack(record('-an'))
  ok(parts.length >= 8)
  ok(parts.every(({ timeline }) => /^avc1\.[0-9a-f]{6}$/.test(timeline.codecs)))
  const both = pack(record())
  ok(both.every(({ timeline }) => /^avc1\.[0-9a-f]{6},mp4a\.40\.2$/.test(timeline.codecs)))
})

test('[PK4] B-frames and a variable frame rate are kept as they are', () => {
  const parts = pack(record('-bf', '3', '-preset', 'fast', '-vf', 'mpdecimate', '-vsync', 'vfr'))
  ok(parts.length >= 6)
  ok(Math.abs((ends(parts).at(-1) ?? 0) - 4_000) < 200)
})
