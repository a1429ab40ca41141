import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'

import type { FlvContent } from '../flv/read-tag.ts'
import { pack, recordFlv as record } from '../testing/flv-recording.ts'
import { Packager, VENUE_PROFILE, WAN_PROFILE, type Part } from './packager.ts'

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

test('[PK1] whatever the times of pictures, parts are as long as promised and lose nothing', () => {
  const contents = record()
  const [pictures, others] = [contents.filter(isPicture), contents.filter((c) => !isPicture(c))]
  const steps = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 60, maxLength: 60 })
  const profile = fc.constantFrom(WAN_PROFILE, VENUE_PROFILE)
  fc.assert(
    fc.property(steps, profile, (gaps, cut) => {
      const parts: Part[] = []
      const packager = new Packager({ profile: cut, onPart: (part) => void parts.push(part) })
      const audio = others.find((each) => each.kind === 'audio-config') ?? null
      const video = others.find((each) => each.kind === 'video-config')
      ok(video !== undefined)
      packager.begin({ video, audio }, 0)
      let [atMs, soundMs] = [0, 0]
      for (const [index, gapMs] of gaps.entries()) {
        for (; soundMs < atMs + gapMs; soundMs += 23) packager.take(soundAt(soundMs))
        const picture = pictures[index % pictures.length]
        ok(picture !== undefined)
        packager.take({ ...picture, timestampMs: atMs })
        atMs += gapMs
      }
      packager.flush()
      const [longestMs, shortestMs] = [cut.partMs + 2, cut.partMs * 0.87]
      parts.forEach(({ durationMs, startMediaMs }, index) => {
        const next = parts[index + 1]
        ok(durationMs <= longestMs, `${durationMs} of ${cut.partMs}`)
        const holeMs = next === undefined ? 0 : next.startMediaMs - startMediaMs - durationMs
        const isLastOfSegment = next?.startsSegment ?? true
        // Where neither a picture nor a sound begins there is nothing to write.
        ok(holeMs >= 0 && holeMs <= (isLastOfSegment ? 23 : 0), `a hole of ${holeMs} ms`)
        ok(isLastOfSegment || durationMs >= shortestMs, `${durationMs} of ${cut.partMs}`)
      })
    }),
    { numRuns: 50 },
  )
})

const isPicture = (content: FlvContent) => content.kind === 'video'

const soundAt = (timestampMs: number) =>
  ({ kind: 'audio', timestampMs, data: Buffer.from([1, 2, 3]) }) as const

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
