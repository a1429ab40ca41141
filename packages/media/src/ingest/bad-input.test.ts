import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'

import fc from 'fast-check'
import HLS from 'hls-parser'

import { readAudioTag, readVideoTag, type FlvContent } from '../flv/read-tag.ts'
import { readRingIndex } from '../ring/ring-index.ts'
import { MESSAGE } from '../rtmp/chunk-reader.ts'
import { StreamRefusal } from '../rtmp/stream-refusal.ts'
import { pack } from '../testing/flv-recording.ts'
import { decode, openMediaFolder, probe } from '../testing/fragmented-video.ts'
import { encode, openPicture } from '../testing/open-picture.ts'
import { RtmpClient, tagsOf, type FlvTag } from '../testing/rtmp-client.ts'

/** What ffmpeg makes of a moving picture and a tone of some seconds, as FLV. */
function film(seconds: number, ...words: readonly string[]): readonly FlvTag[] {
  using folder = openMediaFolder()
  const file = join(folder.path, 'a.flv')
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=30']
  const sound = ['-f', 'lavfi', '-i', 'sine=sample_rate=44100']
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p']
  const end = ['-c:a', 'aac', '-t', String(seconds), ...words, file]
  execFileSync('ffmpeg', ['-v', 'error', ...inputs, ...sound, ...video, ...end])
  return tagsOf(readFileSync(file))
}

const shifted = (tags: readonly FlvTag[], byMs: number) =>
  tags.map((tag) => ({ ...tag, timestampMs: (tag.timestampMs + byMs) % 2 ** 32 }))

/** Send tags to an edge's real port, and say what came of them. */
async function send(tags: readonly FlvTag[]) {
  await using picture = await openPicture()
  const { live } = picture
  const client = await RtmpClient.publish(live.ports.rtmp, 'the-key')
  await client.send(tags)
  await client[Symbol.asyncDispose]()
  while (live.status().isPublishing) await delay(20)
  const { lastRefusal } = live.status()
  const list = await (await picture.app.request('/media/live/index.m3u8')).text()
  await live[Symbol.asyncDispose]()
  const runs = lastRefusal === null ? await recordedRuns(picture.folder, list) : []
  return { runs, lastRefusal, statuses: client.statuses, troubles: picture.troubles }
}

/** What was recorded, run by run: a strict reader takes its list, and all of it decodes. */
async function recordedRuns(folder: string, list: string) {
  HLS.setOptions({ strictMode: true })
  ok(!HLS.parse(list).isMasterPlaylist)
  const { segments } = readRingIndex(readFileSync(join(folder, 'index.m3u8'), 'utf8'))
  const runs: { seconds: number; pictures: number; segmentMs: number[]; size: string }[] = []
  for (const [initName, of] of Map.groupBy(segments, (segment) => segment.initName)) {
    const file = join(folder, 'run.mp4')
    const names = [initName, ...of.map(({ name }) => name)]
    writeFileSync(file, Buffer.concat(names.map((name) => readFileSync(join(folder, name)))))
    const { streams, format, complaints } = await probe(file)
    equal(complaints, '')
    equal(await complaintsOf(file), '')
    const [video] = streams.filter(({ codec_type }) => codec_type === 'video')
    runs.push({
      seconds: Math.round(Number(format.duration)),
      pictures: Number(video?.nb_read_packets),
      segmentMs: of.map(({ durationMs }) => durationMs),
      size: `${video?.width}×${video?.height}`,
    })
    deepEqual(streams.map(({ codec_name }) => codec_name), ['h264', 'aac'])
  }
  return runs
}

/** What a decoder says; that two pictures are to be shown at once is not its fault. */
async function complaintsOf(file: string): Promise<string> {
  const lines = (await decode(file)).split('\n')
  return lines.filter((line) => !/non monotonically|repeated \d+ times/.test(line)).join('\n')
}

test('[FL2] HEVC, VP9 and AV1 are refused with a reason that both ends see', async () => {
  for (const [letters, name] of [
    ['hvc1', 'HEVC (H.265)'],
    ['vp09', 'VP9'],
    ['av01', 'AV1'],
  ] as const) {
    const body = Buffer.concat([Buffer.from([0x90]), Buffer.from(letters), Buffer.alloc(40, 1)])
    const { lastRefusal, statuses } = await send([{ typeId: MESSAGE.video, timestampMs: 0, body }])
    equal(lastRefusal?.code, 'codec_unsupported')
    const told = statuses.at(-1)
    equal(told?.code, 'NetStream.Publish.BadName')
    for (const text of [lastRefusal?.text, told?.description]) {
      ok(text?.includes(`the video is ${name}`) && text.includes('choose H.264'), text)
    }
  }
})

test('[FL2] sound that is not AAC is refused with a reason, however it is named', async () => {
  await using picture = await openPicture()
  const mp3 = ['-c:a', 'libmp3lame', '-ar', '44100']
  await encode(picture.live.ports.rtmp, 'the-key', mp3).catch(String)
  match(picture.live.status().lastRefusal?.text ?? '', /the audio is MP3.*choose AAC/)
  const body = Buffer.concat([Buffer.from([0x90]), Buffer.from('Opus'), Buffer.alloc(20, 1)])
  const { lastRefusal } = await send([{ typeId: MESSAGE.audio, timestampMs: 0, body }])
  match(lastRefusal?.text ?? '', /the audio is Opus.*choose AAC/)
})

test('[FL1] H.264 and AAC in the form of newer encoders are taken', async () => {
  const named = film(3).map((tag): FlvTag => {
    const { typeId, body } = tag
    const first = body[0] ?? 0
    if (typeId === MESSAGE.audio) {
      const head = Buffer.from([0x90 | (body[1] ?? 0)])
      return { ...tag, body: Buffer.concat([head, Buffer.from('mp4a'), body.subarray(2)]) }
    }
    if (typeId !== MESSAGE.video) return tag
    const packet = body[1] === 0 ? 0 : body.readIntBE(2, 3) === 0 ? 3 : 1
    const head = Buffer.from([0x80 | (first & 0x70) | packet])
    const rest = body.subarray(packet === 1 ? 2 : 5)
    return { ...tag, body: Buffer.concat([head, Buffer.from('avc1'), rest]) }
  })
  const { runs, lastRefusal } = await send(named)
  equal(lastRefusal, null)
  deepEqual(runs.map(({ seconds, pictures }) => [seconds, pictures]), [[3, 90]])
})

test('[GT3, PK4] B-frames whose times go back or repeat are all kept, in their order', async () => {
  const tags = film(4, '-preset', 'fast', '-bf', '3')
  const odd = tags.map((tag, at) => {
    if (tag.typeId !== MESSAGE.video || at < 20) return tag
    const byMs = at % 7 === 0 ? -40 : at % 5 === 0 ? 33 : 0
    return { ...tag, timestampMs: Math.max(0, tag.timestampMs + byMs) }
  })
  const { runs } = await send(odd)
  deepEqual(runs.map(({ pictures }) => pictures), [120])
})

test('[GT2] times that jump, ahead or back, begin another run', async () => {
  const tags = film(2)
  const ahead = await send([...tags, ...shifted(tags, 3_600_000)])
  deepEqual(ahead.runs.map(({ pictures }) => pictures), [60, 60])
  const back = await send([...shifted(tags, 3_600_000), ...tags])
  deepEqual(back.runs.map(({ pictures }) => pictures), [60, 60])
  deepEqual([ahead.lastRefusal, back.lastRefusal], [null, null])
})

test('[GT2] a clock of 32 bits that wraps in the middle goes on as one run', async () => {
  const { runs } = await send(shifted(film(4), 2 ** 32 - 2_000))
  deepEqual(runs.map(({ seconds, pictures }) => [seconds, pictures]), [[4, 120]])
})

test('[SO1] a picture without sound is shown with silence', async () => {
  const { runs } = await send(film(4, '-an'))
  deepEqual(runs.map(({ seconds, pictures }) => [seconds, pictures]), [[4, 120]])
})

test('[PK4] a variable frame rate keeps the time of each picture', async () => {
  const some = "select='not(mod(n,7))+not(mod(n,11))+lt(n,30)'"
  const { runs } = await send(film(5, '-vf', some, '-fps_mode', 'vfr'))
  const [run, ...more] = runs
  equal(more.length, 0)
  ok(run !== undefined && run.seconds === 5 && run.pictures < 90, JSON.stringify(run))
})

test('[PK2] a keyframe every ten seconds is shown in segments that end in time', async () => {
  const { runs } = await send(film(21, '-g', '300'))
  const segmentMs = runs.flatMap((run) => run.segmentMs)
  deepEqual(runs.map(({ pictures }) => pictures), [630])
  ok(segmentMs.every((ms) => ms <= 4_000), String(segmentMs))
})

test('[PB2] whoever sends a keyframe every ten seconds is told while it is live', async () => {
  await using picture = await openPicture()
  const { live } = picture
  await using client = await RtmpClient.publish(live.ports.rtmp, 'the-key')
  await client.send(film(21, '-g', '300'))
  while (live.status().flaws.length === 0) await delay(20)
  const flaws = live.status().flaws.map(({ text }) => text)
  ok(flaws.some((text) => /[Kk]eyframe/.test(text)), String(flaws))
})

test('[GT2, PK3] another picture size in the middle is another run', async () => {
  const tags = film(2)
  const { runs } = await send([...tags, ...shifted(film(2, '-s', '320x180'), 2_000)])
  deepEqual(runs.map(({ size, pictures }) => [size, pictures]), [
    ['160×90', 60],
    ['320×180', 60],
  ])
})

test('[RT6] a stream whose bytes were changed is packed or refused, and nothing else', () => {
  const tags = film(2, '-s', '64x36', '-bf', '2')
  // The first ones hold the configurations.
  const tag = fc.oneof(fc.nat(5), fc.nat(tags.length - 1))
  const change = fc.record({ tag, at: fc.nat(80), to: fc.nat(255) })
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
      const changed = tags.map((tag) => ({ ...tag, body: Buffer.from(tag.body) }))
      for (const { tag, at, to } of changes) {
        const body = changed[tag]?.body
        if (body !== undefined && at < body.length) body[at] = to
      }
      try {
        pack(changed.flatMap(contentOf))
      } catch (error) {
        ok(error instanceof StreamRefusal, String(error))
      }
    }),
    { numRuns: 300 },
  )
})

function contentOf({ typeId, body, timestampMs }: FlvTag): readonly FlvContent[] {
  const read = { [MESSAGE.video]: readVideoTag, [MESSAGE.audio]: readAudioTag }[typeId]
  const content = read?.(body, timestampMs) ?? null
  return content === null ? [] : [content]
}
