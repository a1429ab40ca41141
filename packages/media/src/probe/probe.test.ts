import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'

import type { FlvContent } from '../flv/read-tag.ts'
import { recordFlv } from '../testing/flv-recording.ts'
import { findFlaws, flawText } from './find-flaws.ts'
import { loudnessOf, measureLoudness } from './loudness.ts'
import { StreamProbe } from './stream-probe.ts'

/** A probe that saw a recording by the clock, the uplink as slow as is said. */
function probeOf(contents: readonly FlvContent[], slowness = 1) {
  const probe = new StreamProbe()
  let nowMs = 0
  for (const content of contents) {
    if ('timestampMs' in content) nowMs = content.timestampMs * slowness
    probe.take(content, nowMs)
  }
  return { probe, reading: probe.read(nowMs) }
}

const codes = (...words: Parameters<typeof probeOf>) =>
  findFlaws(probeOf(...words).reading).map(({ code }) => code)

test('[PB1] size, rate, keyframes and bitrate are those that the encoder was given', () => {
  const { reading } = probeOf(recordFlv('-s', '640x360'))
  deepEqual(reading.size, { width: 640, height: 360 })
  ok(Math.abs((reading.framesPerSecond ?? 0) - 30) < 0.5)
  ok(Math.abs((reading.keyframeEveryMs ?? 0) - 1_000) < 5)
  ok((reading.bitsPerSecond ?? 0) > 50_000)
  deepEqual([reading.hasSound, reading.hasBFrames, reading.framesDropped], [true, false, 0])
  ok(reading.behindMs < 100)
})

test('[PB2] what a creator should change is found in what the encoder sends', () => {
  const fine = ['-s', '640x360', '-b:v', '1M', '-minrate', '1M', '-x264-params', 'nal-hrd=cbr']
  deepEqual(codes(recordFlv(...fine)), [])
  deepEqual(codes(recordFlv(...fine, '-an')), ['sound_missing'])
  deepEqual(codes(recordFlv(...fine, '-g', '300')), ['keyframes_rare'])
  deepEqual(codes(recordFlv(...fine, '-r', '10', '-g', '10')), ['frame_rate_low'])
  deepEqual(codes(recordFlv(...fine, '-bf', '2', '-preset', 'veryfast')), ['b_frames'])
  deepEqual(codes(recordFlv(...fine), 1.5), ['falls_behind'])
  ok(codes(recordFlv('-s', '320x180')).includes('picture_small'))
  const holes = recordFlv(...fine).filter(
    (each) => each.kind !== 'video' || each.isKeyframe || each.timestampMs % 500 > 200,
  )
  deepEqual(codes(holes).slice(0, 1), ['frames_dropped'])
})

test('[PB2] whatever was measured, flaws have words with a way out', () => {
  const number = fc.oneof(fc.constant(null), fc.double({ noNaN: true, min: -1e9, max: 1e9 }))
  fc.assert(
    fc.property(number, number, number, number, fc.boolean(), (a, b, c, d, is) => {
      const flaws = findFlaws({
        size: is ? { width: 64, height: 64 } : null,
        framesPerSecond: a,
        bitsPerSecond: b,
        keyframeEveryMs: c,
        framesDropped: 99,
        hasBFrames: is,
        hasSound: !is,
        loudnessLufs: d,
        behindMs: 0,
      })
      ok(flaws.every((flaw) => /\w.*[:.]/.test(flawText(flaw))))
    }),
  )
})

test('[PB3] loudness is what ffmpeg measures of the sound', async () => {
  const loud = probeOf(recordFlv('-af', 'volume=-3dB')).probe.sound
  const quiet = probeOf(recordFlv('-af', 'volume=-40dB')).probe.sound
  ok(loud !== null && quiet !== null)
  const [first, second] = await Promise.all(
    [loud, quiet].map(({ config, frames }) => measureLoudness(config, frames)),
  )
  ok(Math.abs((first ?? 0) - (second ?? 0) - 37) < 2, `${first} ${second}`)
  equal(loudnessOf('nothing'), null)
})
