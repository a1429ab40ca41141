import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import type { FlvContent } from '../flv/read-tag.ts'
import { WAN_PROFILE, type Part } from '../live/packager.ts'
import { slateOf } from '../slate/slate-loop.ts'
import { openMediaFolder } from '../testing/fragmented-video.ts'
import { NO_SLATES, openProgramme, pack, recordFlv } from '../testing/flv-recording.ts'

const STEP_MS = 10

/** Decode the first timeline of some parts: what is complained about, and what is heard. */
function listen(parts: readonly Part[]) {
  using folder = openMediaFolder()
  const file = join(folder.path, 'a.mp4')
  const { timeline } = parts[0] ?? {}
  const ours = parts.filter((part) => part.timeline === timeline)
  const init = timeline?.init ?? Buffer.alloc(0)
  writeFileSync(file, Buffer.concat([init, ...ours.map(({ bytes }) => bytes)]))
  const decode = ['-hide_banner', '-nostats', '-i', file, '-af', 'volumedetect', '-f', 'null', '-']
  const complaints = spawnSync('ffmpeg', ['-v', 'warning', ...decode], { encoding: 'utf8' }).stderr
  const heard = spawnSync('ffmpeg', decode, { encoding: 'utf8' }).stderr
  const probing = ['-v', 'error', '-select_streams', 'a', '-count_packets', '-of', 'csv=p=0']
  const entry = ['-show_entries', 'stream=nb_read_packets']
  const count = execFileSync('ffprobe', [...probing, ...entry, file])
  return { complaints, heard, sounds: Number(count.toString()) }
}

test('[SO1, PK4] where no sound comes there is silence, as long as the picture', () => {
  const parts = pack(recordFlv('-an'))
  ok(parts.every(({ timeline }) => /^avc1\.[0-9a-f]{6},mp4a\.40\.2$/.test(timeline.codecs)))
  const { complaints, heard, sounds } = listen(parts)
  equal(complaints, '')
  match(heard, /max_volume: -91/)
  ok(Math.abs(sounds - (4 * 48_000) / 1_024) < 4, String(sounds))
})

test('[SO1] one channel is silent too, and sound that comes back is heard', () => {
  const contents = recordFlv('-ac', '1')
  const gone = contents.filter((each) => each.kind !== 'audio' || each.timestampMs < 500)
  const { complaints, sounds } = listen(pack(gone))
  equal(complaints, '')
  ok(Math.abs(sounds - (4 * 44_100) / 1_024) < 6, String(sounds))
})

test('[SO2] sound with another clock is left out, and silence is in its place', () => {
  const strayed = recordFlv().map((each) =>
    each.kind === 'audio' ? { ...each, timestampMs: each.timestampMs + 10_000 } : each,
  )
  const parts = pack(strayed)
  equal(new Set(parts.map(({ timeline }) => timeline)).size, 1)
  match(listen(parts).heard, /max_volume: -91/)
})

/** An encoder that sends by the clock, is killed, and comes again, with a slate around it. */
function play(options: { readonly withSlate: boolean }) {
  const recorded = recordFlv()
  const slate = slateOf(recordFlv('-an', '-t', '2', '-vf', 'scale=320:180'))
  const slates = { ...NO_SLATES, due: () => (options.withSlate ? slate : null) }
  const { programme, parts, onAir, clock } = openProgramme(slates)
  const lags: number[] = []
  const run = (untilMs: number, contents: readonly FlvContent[] = []) => {
    const beganAtMs = clock.nowMs
    const queue = [...contents]
    while (clock.nowMs - beganAtMs < untilMs) {
      const atMs = clock.nowMs - beganAtMs
      while (queue[0] !== undefined && timeOf(queue[0]) <= atMs) {
        programme.take(queue.shift() as FlvContent)
      }
      if (atMs % 50 === 0) programme.look()
      const told = parts.reduce((sum, { durationMs }) => sum + durationMs, 0)
      lags.push(clock.nowMs - 1_000_000 - told)
      clock.nowMs += STEP_MS
    }
  }
  return { programme, parts, onAir, run, recorded, lags }
}

const timeOf = (content: FlvContent) => ('timestampMs' in content ? content.timestampMs : 0)

test('[PG1, PG2] a picture that is lost and comes back leaves no hole', () => {
  const { programme, parts, onAir, run, recorded, lags } = play({ withSlate: true })
  run(1_500)
  programme.begin('rtmp')
  run(3_000, recorded)
  programme.end()
  run(1_000)
  programme.begin('rtmp')
  run(2_000, recorded)
  run(1_000)
  programme.end()
  const numbers = parts.map(({ timeline }) => timeline.number)
  deepEqual([...new Set(numbers)], [0, 1, 2, 3, 4])
  deepEqual(onAir, [true])
  parts.slice(1).forEach((part, at) => {
    const before = parts[at]
    if (before === undefined || before.timeline === part.timeline) return
    const endAtMs = before.timeline.beganAtMs + before.startMediaMs + before.durationMs
    const gapMs = part.timeline.beganAtMs + part.startMediaMs - endAtMs
    ok(gapMs >= 0 && gapMs <= 550, String(gapMs))
    ok(part.isIndependent)
  })
  // Behind the clock by a part and what tells a loss from a pause, and never more.
  ok(Math.max(...lags) <= WAN_PROFILE.partMs + 550, String(Math.max(...lags)))
})

test('[PG3] however often the picture is lost, its times stay with the clock', () => {
  const { programme, parts, run, recorded, lags } = play({ withSlate: true })
  for (let loss = 0; loss < 6; loss++) {
    programme.begin('rtmp')
    run(1_500, recorded)
    programme.end()
    run(500)
  }
  const last = parts.at(-1)
  const endAtMs = (last?.timeline.beganAtMs ?? 0) + (last?.startMediaMs ?? 0)
  const aheadMs = endAtMs - 1_000_000 - lags.length * STEP_MS
  ok(aheadMs <= 600 && aheadMs >= -WAN_PROFILE.partMs - 550, String(aheadMs))
  ok(Math.max(...lags) <= WAN_PROFILE.partMs + 550, String(Math.max(...lags)))
})

test('[PG1] without a slate nothing is on air before the picture, and after it is gone', () => {
  const { programme, onAir, run, recorded } = play({ withSlate: false })
  run(500)
  programme.begin('rtmp')
  run(2_000, recorded)
  programme.end()
  run(500)
  deepEqual(onAir, [true, false])
})

test('[PG2] another size in the middle is another timeline, with no slate between', () => {
  const small = recordFlv()
  const later = recordFlv('-vf', 'scale=128:72').map((each) =>
    'timestampMs' in each ? { ...each, timestampMs: each.timestampMs + 4_000 } : each,
  )
  const { programme, parts, run, lags } = play({ withSlate: true })
  programme.begin('rtmp')
  run(8_000, [...small, ...later])
  programme.end()
  const pictures = [...new Set(parts.map(({ timeline }) => timeline))]
  ok(pictures.length <= 4, 'a slate, two pictures, a slate')
  ok(Math.max(...lags.slice(100)) <= WAN_PROFILE.partMs + 100, String(Math.max(...lags)))
})
