import assert from 'node:assert/strict'
import { copyFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import HLS from 'hls-parser'

import { openMediaFolder, recordSegments } from '../testing/fragmented-video.ts'
import { parseStream } from './parse-stream.ts'
import { newestOf, streamFiles } from './stream-files.ts'
import { STREAM_PLAYLIST, StreamFolder } from './stream-folder.ts'

const BEGAN_MS = Date.parse('2026-11-24T20:00:00.000Z')

/** A playlist as ffmpeg writes it, with so many segments after each gap. */
function playlist(...runs: readonly number[]): string {
  let [atMs, number] = [BEGAN_MS, 0]
  const head = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:2', '#EXT-X-MEDIA-SEQUENCE:0']
  const body = runs.flatMap((count, run) => [
    ...(run === 0 ? [] : ['#EXT-X-DISCONTINUITY']),
    `#EXT-X-MAP:URI="init-${run}.mp4"`,
    ...Array.from({ length: count }, () => {
      const date = new Date(atMs).toISOString().replace('Z', '+0000')
      atMs += 2_000
      return `#EXTINF:2.000000,\n#EXT-X-PROGRAM-DATE-TIME:${date}\ns${number++}.m4s`
    }),
  ])
  return `${[...head, ...body].join('\n')}\n`
}

test('[SF1] a playlist is read by runs, each with its own beginning', () => {
  const { runs, isOver } = parseStream(playlist(2, 3))
  assert.equal(isOver, false)
  const told = runs.map(({ timelineId, initName, segments }) => [
    timelineId,
    initName,
    segments.map(({ startAtMs }) => startAtMs - BEGAN_MS),
  ])
  assert.deepEqual(told, [
    ['run-0', 'init-0.mp4', [0, 2_000]],
    ['run-1', 'init-1.mp4', [4_000, 6_000, 8_000]],
  ])
  assert.equal(parseStream(`${playlist(1)}#EXT-X-ENDLIST\n`).isOver, true)
})

test('[SF1] a name outside of the folder is never read, whatever the playlist says', () => {
  for (const name of ['../../secret.m4s', '/etc/passwd', 'https://x.test/a.m4s', '.hidden']) {
    assert.deepEqual(parseStream(playlist(1).replace('s0.m4s', name)).runs, [])
    assert.deepEqual(parseStream(playlist(1).replace('init-0.mp4', name)).runs, [])
  }
  fc.assert(
    fc.property(fc.string(), fc.nat(400), (noise, at) => {
      const text = playlist(2, 2)
      const { runs } = parseStream(text.slice(0, at) + noise + text.slice(at))
      for (const { segments } of runs) {
        for (const { name, durationMs } of segments) {
          assert.ok(!name.includes('/') && !name.startsWith('.') && durationMs > 0)
        }
      }
    }),
  )
})

test('[SF2] a folder wakes who waits for more, and keeps what is pinned', async () => {
  using source = openMediaFolder()
  using folder = openMediaFolder()
  await recordSegments(source.path, { seconds: 4, startAtMs: 0 })
  const copy = (name: string, as: string) =>
    copyFileSync(join(source.path, name), join(folder.path, as))
  copy('init.mp4', 'init-0.mp4')
  for (const at of [0, 1, 2]) copy(`s00${at}.m4s`, `s${at}.m4s`)
  await using stream = await StreamFolder.open(folder.path, () => Date.now())
  assert.equal(stream.recordedToMs(), null)
  assert.equal(stream.isLive, false)
  assert.equal(await stream.nextSegment(AbortSignal.timeout(60_000)), false)
  const write = (text: string) => {
    writeFileSync(join(folder.path, 'next'), text)
    renameSync(join(folder.path, 'next'), join(folder.path, STREAM_PLAYLIST))
  }
  write(playlist(2))
  await stream.refresh()
  assert.equal(stream.recordedToMs(), BEGAN_MS + 4_000)
  assert.deepEqual(stream.locate(BEGAN_MS + 1_500), { timelineId: 'run-0', mediaTimeMs: 1_500 })
  assert.equal(stream.locate(BEGAN_MS - 1), null)
  const next = stream.nextSegment(AbortSignal.timeout(60_000))
  write(playlist(3))
  assert.equal(await next, true)
  assert.equal(stream.recordedToMs(), BEGAN_MS + 6_000)
  await stream.pin('order 1/../2', { fromMs: BEGAN_MS, toMs: BEGAN_MS + 3_000 })
  const [pinned] = readdirSync(join(folder.path, 'pinned'))
  const kept = readdirSync(join(folder.path, 'pinned', pinned ?? '')).sort()
  assert.deepEqual(kept, ['init-0.mp4', 's0.m4s', 's1.m4s'])
})

test('[SF4] pinned footage is bounded, and it is said when no more is pinned', async () => {
  using folder = openMediaFolder()
  for (const name of ['init-0.mp4', 's0.m4s', 's1.m4s']) {
    writeFileSync(join(folder.path, name), new Uint8Array(100))
  }
  writeFileSync(join(folder.path, STREAM_PLAYLIST), playlist(2))
  const told: object[] = []
  const pins = { bytesMax: 250, onFull: (facts: object) => void told.push(facts) }
  await using stream = await StreamFolder.open(folder.path, () => Date.now(), pins)
  const window = { fromMs: BEGAN_MS, toMs: BEGAN_MS + 3_000 }
  await stream.pin('first', window)
  await stream.pin('second', window)
  assert.deepEqual(readdirSync(join(folder.path, 'pinned')), ['first'])
  assert.deepEqual(told, [{ pinnedBytes: 300, bytesMax: 250 }])
})

test('[SF3] players get the newest end under its own numbers, and all to go back', async () => {
  using folder = openMediaFolder()
  writeFileSync(join(folder.path, STREAM_PLAYLIST), playlist(6, 6))
  writeFileSync(join(folder.path, 's3.m4s'), 'a segment')
  await using stream = await StreamFolder.open(folder.path, () => Date.now())
  const files = streamFiles(stream)
  const parsed = async (name: string) => {
    const text = await (await files.request(`/media/live/${name}`)).text()
    const list = HLS.parse(text)
    assert.ok(!list.isMasterPlaylist)
    return list
  }
  const newest = await parsed('index.m3u8')
  assert.equal(newest.mediaSequenceBase, 4)
  const names = newest.segments.map(({ uri }) => uri)
  assert.deepEqual(names.slice(0, 3), ['s4.m4s', 's5.m4s', 's6.m4s'])
  assert.equal(newest.segments[0]?.map.uri, 'init-0.mp4')
  assert.equal(newest.segments[2]?.map.uri, 'init-1.mp4')
  assert.equal((await parsed('replay.m3u8')).segments.length, 12)
  assert.match(newestOf(playlist(2, 10)), /MEDIA-SEQUENCE:4\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n/)
  assert.equal(await (await files.request('/media/live/s3.m4s')).text(), 'a segment')
  for (const name of ['s99.m4s', '..%2Fsecret.mp4', 'cues.jsonl', '.x.m4s']) {
    assert.equal((await files.request(`/media/live/${name}`)).status, 404)
  }
})
