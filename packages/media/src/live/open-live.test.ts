import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import HLS from 'hls-parser'

import { readRingIndex } from '../ring/ring-index.ts'
import { encode, openPicture, untilPublishing } from '../testing/open-picture.ts'

const execute = promisify(execFile)

test('[LH1, LH3, CM1, CM2] what is sent is played, recorded and decoded', async () => {
  await using picture = await openPicture()
  const { live, app, folder } = picture
  await encode(live.ports.rtmp, 'the-key')
  const text = await (await app.request('/media/live/index.m3u8')).text()
  HLS.setOptions({ strictMode: true })
  const list = HLS.parse(text)
  ok(!list.isMasterPlaylist && list.segments.length >= 5, text)
  const init = list.segments[0]?.map.uri ?? ''
  const names = [init, ...list.segments.map(({ uri }) => uri).filter((uri) => uri !== '')]
  const files = await Promise.all(
    names.map(async (name) => app.request(`/media/live/${name}`)),
  )
  const bytes = await Promise.all(files.slice(-4).map((file) => file.arrayBuffer()))
  ok(bytes.every(({ byteLength }) => byteLength > 500))
  await live[Symbol.asyncDispose]()
  const { segments } = readRingIndex(readFileSync(join(folder, 'index.m3u8'), 'utf8'))
  const whole = Buffer.concat(
    [init, ...segments.map(({ name }) => name)].map((name) => readFileSync(join(folder, name))),
  )
  writeFileSync(join(folder, 'whole.mp4'), whole)
  const decoding = ['-v', 'warning', '-i', join(folder, 'whole.mp4'), '-f', 'null', '-']
  const decoded = await execute('ffmpeg', decoding)
  equal(decoded.stderr, '')
  const words = ['-v', 'error', '-count_packets', '-show_streams', '-of', 'json']
  const { stdout } = await execute('ffprobe', [...words, join(folder, 'whole.mp4')])
  const { streams } = JSON.parse(stdout) as {
    readonly streams: readonly { readonly codec_name: string; readonly nb_read_packets: string }[]
  }
  deepEqual(
    streams.map(({ codec_name }) => codec_name),
    ['h264', 'aac'],
  )
  equal(streams[0]?.nb_read_packets, '150')
})

test('[RT2] a wrong key is refused before the start, and the reason is kept', async () => {
  await using picture = await openPicture()
  const { live } = picture
  const failed = await encode(live.ports.rtmp, 'wrong').then(() => null, String)
  ok(failed !== null)
  const { isPublishing, lastRefusal } = live.status()
  equal(isPublishing, false)
  equal(lastRefusal?.code, 'key_unknown')
  ok(live.stream.isEmpty)
})

test('[RT3] one encoder is live: another show is refused, and its own key takes over', async () => {
  await using picture = await openPicture()
  const { live } = picture
  const { rtmp } = live.ports
  const steady = ['-vf', 'realtime', '-af', 'arealtime', '-t', '60']
  const first = encode(rtmp, 'the-key', steady).then(() => 'to its end', String)
  await untilPublishing(live)
  match(await encode(rtmp, 'another-key').then(() => 'let in', String), /Error/)
  equal(live.status().lastRefusal?.code, 'publisher_busy')
  equal(live.status().isPublishing, true)
  await encode(rtmp, 'the-key')
  match(await first, /Error/)
  equal(live.status().lastRefusal?.code, 'publisher_busy', 'who makes way is not blamed')
  const list = await (await picture.app.request('/media/live/index.m3u8')).text()
  match(list, /#EXT-X-DISCONTINUITY\n#EXT-X-MAP/)
})

test('[FL2] a codec that phones cannot play is refused with what to choose instead', async () => {
  await using picture = await openPicture()
  const { live } = picture
  await encode(live.ports.rtmp, 'the-key', ['-c:v', 'flv1']).catch(String)
  equal(live.status().lastRefusal?.code, 'codec_unsupported')
  match(live.status().lastRefusal?.text ?? '', /the video is Sorenson H.263.*choose H.264/)
})

test('[RT1] garbage on the port is cut off, and the next encoder is served', async () => {
  await using picture = await openPicture()
  const { live } = picture
  for (const noise of ['GET / HTTP/1.1\r\n\r\n', '\x03'.padEnd(4_000, 'x')]) {
    const socket = connect(live.ports.rtmp, '127.0.0.1')
    socket.on('error', () => undefined).resume()
    socket.end(noise)
    await once(socket, 'close')
  }
  await encode(live.ports.rtmp, 'the-key')
  equal(live.stream.isEmpty, false)
  deepEqual(picture.troubles, [])
})

test('[LH2] a question waits for its part, and one too far ahead is refused', async () => {
  await using picture = await openPicture()
  const { live, app } = picture
  await encode(live.ports.rtmp, 'the-key')
  equal((await app.request('/media/live/index.m3u8?_HLS_msn=99')).status, 400)
  equal((await app.request('/media/live/index.m3u8?_HLS_msn=x')).status, 400)
  live.stream.begin()
  const list = await (await app.request('/media/live/index.m3u8')).text()
  const [, hinted = ''] = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(list) ?? []
  const segments = list.match(/^#EXTINF/gm)?.length ?? 0
  const question = app.request(`/media/live/index.m3u8?_HLS_msn=${segments}&_HLS_part=0`)
  const part = app.request(`/media/live/${hinted}`)
  await encode(live.ports.rtmp, 'the-key')
  equal((await part).status, 200)
  match(await (await question).text(), /#EXT-X-DISCONTINUITY\n/)
})

test('[RT4] who says nothing for five seconds is gone', async () => {
  await using picture = await openPicture()
  const socket = connect(picture.live.ports.rtmp, '127.0.0.1')
  socket.on('error', () => undefined).resume()
  await once(socket, 'close')
  equal(picture.live.status().isPublishing, false)
})

test('[IG1] a port that is taken is told, and another one used', async () => {
  await using first = await openPicture()
  await using second = await openPicture(first.live.ports.rtmp)
  notEqual(second.live.ports.rtmp, first.live.ports.rtmp)
  deepEqual(second.troubles, ['the port for encoders is taken: using a free one'])
})
