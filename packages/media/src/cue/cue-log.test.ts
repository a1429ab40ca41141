import assert from 'node:assert/strict'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'

import { openMediaFolder } from '../testing/fragmented-video.ts'
import { steadyTimeline } from '../testing/steady-timeline.ts'
import { captionPart, captionPlaylist, parseCaptionPart } from './caption-playlist.ts'
import { CUE_LIMITS, CueLog } from './cue-log.ts'
import { parseWebVtt } from './parse-cues.ts'
import { writeWebVtt } from './write-webvtt.ts'

const nowMs = () => 1_010_000
const deps = { timeline: steadyTimeline(1_000_000, nowMs), nowMs }
const cue = (startMs: number, text: string, cueId: string | null = null) => ({
  cueId,
  startMs,
  endMs: startMs + 1_500,
  text,
})

test('[CP1] cues are on disk before they are told, and there after a torn write', async () => {
  using folder = openMediaFolder()
  const path = join(folder.path, 'cues.jsonl')
  {
    await using log = await CueLog.open(folder.path, deps)
    const heard: string[] = []
    log.onCues((cues) => {
      assert.ok(readFileSync(path, 'utf8').includes(cues[0]?.text ?? '?'))
      heard.push(...cues.map(({ text }) => text))
    })
    await log.take({ language: 'en', clock: 'media', cues: [cue(1_000, 'Good evening')] })
    await log.take({ language: 'de', clock: 'media', cues: [cue(1_000, 'Guten Abend')] })
    assert.deepEqual(heard, ['Good evening', 'Guten Abend'])
  }
  appendFileSync(path, '{"cueId":"torn","langu')
  await using log = await CueLog.open(folder.path, deps)
  assert.deepEqual(log.languages, ['de', 'en'])
  await log.take({ language: 'en', clock: 'media', cues: [cue(3_000, 'And welcome')] })
  assert.deepEqual(log.cues('en').map(({ text }) => text), ['Good evening', 'And welcome'])
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  for (const line of lines) assert.doesNotThrow(() => JSON.parse(line) as unknown)
})

test('[CP1] the same cue id replaces its words', async () => {
  using folder = openMediaFolder()
  await using log = await CueLog.open(folder.path, deps)
  await log.take({ language: 'en', clock: 'media', cues: [cue(1_000, 'Good morning', 'a')] })
  await log.take({ language: 'en', clock: 'media', cues: [cue(1_000, 'Good evening', 'a')] })
  assert.deepEqual(log.cues('en').map(({ text }) => text), ['Good evening'])
})

test('[CP1] languages are bounded, and words of no stream are refused', async () => {
  using folder = openMediaFolder()
  await using log = await CueLog.open(folder.path, deps)
  const cues = [cue(1_000, 'x')]
  for (let at = 0; at < CUE_LIMITS.languagesMax; at++) {
    const language = `a${String.fromCharCode(97 + at)}`
    assert.ok((await log.take({ language, clock: 'media', cues })).ok)
  }
  const over = await log.take({ language: 'zz', clock: 'media', cues })
  assert.equal(!over.ok && over.error.code, 'languages_full')
  const before = await log.take({ language: 'aa', clock: 'edge', cues })
  assert.equal(!before.ok && before.error.code, 'stream_unknown')
})

test('[CP3] lateness is from the first frame of the words to their arrival', async () => {
  using folder = openMediaFolder()
  await using log = await CueLog.open(folder.path, deps)
  const cues = [cue(1_007_000, 'by the clock')]
  await log.take({ language: 'en', clock: 'edge', cues })
  await log.take({ language: 'en', clock: 'media', cues: [cue(9_000, 'by the stream')] })
  const [status] = log.status()
  assert.deepEqual(status?.latenessMs, { median: 3_000, worst: 3_000 })
  assert.deepEqual(log.cues('en').map(({ startMs }) => startMs), [7_000, 9_000])
})

test('[CP2] WebVTT is read with hours or without, and markup is left out', () => {
  const text = `\uFEFFWEBVTT - a title
X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000

NOTE not said

one
00:01.000 --> 00:02.500 line:80%
<v Ada>Five &lt; six</v>
and <i>more</i>

01:00:00.000 --> 01:00:01.000
later
`
  const parsed = parseWebVtt(text)
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.value, [
    { cueId: 'one', startMs: 1_000, endMs: 2_500, text: 'Five < six\nand more' },
    { cueId: null, startMs: 3_600_000, endMs: 3_601_000, text: 'later' },
  ])
})

test('[CP2] what is no WebVTT is refused with its line', () => {
  const refusals = [
    ['hello', 1],
    ['WEBVTT\n\nno times', 3],
    ['WEBVTT\n\n00:02.000 --> 00:01.000\nback', 3],
    ['WEBVTT\n\nid\n00:0x.000 --> 00:01.000\nbad', 4],
    ['WEBVTT\n\n', 3],
  ] as const
  for (const [text, line] of refusals) {
    const parsed = parseWebVtt(text)
    assert.equal(!parsed.ok && parsed.error.line, line, text)
  }
})

test('[CP2] no text makes the reader fail, and what it reads is within bounds', () => {
  const piece = fc.constantFrom('WEBVTT', '\n', '\n\n', '00:01.000 --> 00:02.000', '-->', '<', '&')
  const texts = fc.array(fc.oneof(piece, fc.string())).map((parts) => parts.join(''))
  fc.assert(
    fc.property(texts, (text) => {
      for (const each of [text, `WEBVTT\n\n${text}`]) {
        const parsed = parseWebVtt(each)
        if (!parsed.ok) continue
        for (const { startMs, endMs } of parsed.value) assert.ok(startMs < endMs)
      }
    }),
  )
})

test('[CP4] what is written is read again, whatever the words are', () => {
  const words = fc
    .string({ minLength: 1, maxLength: 80, unit: 'grapheme' })
    .filter((text) => /\S/.test(text))
  fc.assert(
    fc.property(words, (text) => {
      const plain = text.replace(/\p{Cc}/gu, '').trim()
      fc.pre(plain !== '')
      const parsed = parseWebVtt(writeWebVtt([{ startMs: 61_001, endMs: 62_000, text: plain }]))
      assert.ok(parsed.ok)
      assert.deepEqual(parsed.value, [{ cueId: null, startMs: 61_001, endMs: 62_000, text: plain }])
    }),
  )
})

test('[CP4] parts are those of the picture, under its numbers, with one constant origin', () => {
  const segments = (fromMs: number, count: number) =>
    Array.from({ length: count }, (_, at) => {
      return { startAtMs: fromMs + at * 1_000, durationMs: 1_000 }
    })
  const runs = [
    { timelineId: 'run 1', segments: segments(10_000, 30) },
    { timelineId: 'run 2', segments: segments(50_000, 10) },
  ]
  const stream = { mediaSequence: 7, discontinuitySequence: 1, runs }
  const beganAtMs = (timelineId: string) => (timelineId === 'run 1' ? 4_000 : 50_000)
  const list = captionPlaylist(stream, { isReplay: false, beganAtMs })
  assert.match(list, /#EXT-X-MEDIA-SEQUENCE:27\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n/)
  assert.match(list, /run%201\/35000-36000\.vtt\n#EXT-X-DISCONTINUITY\n/)
  assert.ok(list.endsWith('run%202/9000-10000.vtt\n'))
  const replay = captionPlaylist(stream, { isReplay: true, beganAtMs })
  assert.equal(replay.match(/#EXTINF:1\.000,/g)?.length, 40)
  const cues = [{ ...cue(1_200, 'Hello'), timelineId: 'r', language: 'en' }].map((each) => ({
    ...each,
    cueId: 'a',
    receivedAtMs: 0,
    latenessMs: null,
  }))
  const parts = ['0-1000.vtt', '1000-2000.vtt', '3000-4000.vtt'].map((name) => {
    return captionPart(cues, parseCaptionPart(name) ?? { fromMs: 0, toMs: 0 })
  })
  const head = 'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:00:01.200'
  assert.deepEqual(parts.map((part) => part.startsWith(head)), [false, true, false])
  for (const name of ['2000-1000.vtt', '1000.vtt', '../1-2.vtt']) {
    assert.equal(parseCaptionPart(name), null)
  }
})
