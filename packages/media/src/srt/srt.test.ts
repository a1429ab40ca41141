import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import fc from 'fast-check'

import { encodeTo, openPicture } from '../testing/open-picture.ts'
import { parseSrtHandshake, writeSrtRejection } from './srt-packet.ts'
import { listenSrt } from './srt-listener.ts'
import { refusalOf } from './srt-session.ts'

/** Call over SRT, as OBS and ffmpeg do. */
function call(port: number | null, key: string, words: readonly string[] = []) {
  const address = `srt://127.0.0.1:${port}?streamid=${key}&connect_timeout=8000`
  const steady = ['-vf', 'realtime', '-af', 'arealtime', '-t', '3']
  return encodeTo(['-f', 'mpegts', address], [...steady, ...words])
}

/** A caller's handshake that names a key, as libsrt writes it. */
function conclusion(streamId: string): Buffer {
  const length = Math.ceil(streamId.length / 4) * 4
  const padded = Buffer.from(streamId.padEnd(length, '\0')).swap32()
  const packet = Buffer.alloc(64)
  packet.writeUInt16BE(0x8000)
  packet.writeUInt32BE(0xffffffff, 36)
  packet.writeUInt32BE(77, 40)
  const extension = Buffer.alloc(4)
  extension.writeUInt16BE(5)
  extension.writeUInt16BE(padded.length / 4, 2)
  return Buffer.concat([packet, extension, padded])
}

test('[SR1] the key is read from the handshake, and a rejection goes to who asked', () => {
  const packet = conclusion('the-key')
  deepEqual(parseSrtHandshake(packet), { step: 'conclusion', socketId: 77, streamId: 'the-key' })
  const answer = writeSrtRejection(packet, 1_401)
  deepEqual([answer.readUInt32BE(12), answer.readUInt32BE(36), answer.length], [77, 1_401, 64])
  equal(parseSrtHandshake(answer), null)
})

test('[SR1] whatever packets arrive are read or left', () => {
  const bytes = conclusion('a-key-of-some-length')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(bytes.length), (noise, at) => {
      parseSrtHandshake(Buffer.from(noise))
      const read = parseSrtHandshake(Buffer.concat([bytes.subarray(0, at), Buffer.from(noise)]))
      ok(read === null || read.socketId >= 0)
    }),
    { numRuns: 2_000 },
  )
})

test('[SR2] who names the key is let in over SRT, and seen', async () => {
  await using picture = await openPicture(0, 0)
  const { live, app } = picture
  await call(live.ports.srt, 'the-key')
  const list = await (await app.request('/media/live/index.m3u8')).text()
  ok((list.match(/^#EXTINF/gm)?.length ?? 0) >= 2, list)
  deepEqual(picture.troubles, [])
})

test('[SR2] a wrong key is turned away, and the reason is kept', async () => {
  await using picture = await openPicture(0, 0)
  const { live } = picture
  match(await call(live.ports.srt, 'wrong').then(() => 'let in', String), /srt:/)
  equal(live.status().lastRefusal?.code, 'key_unknown')
  ok(live.stream.isEmpty)
})

test('[SR3] what phones cannot play is refused over SRT too', async () => {
  await using picture = await openPicture(0, 0)
  const { live } = picture
  await call(live.ports.srt, 'the-key', ['-c:v', 'mpeg2video']).catch(String)
  equal(live.status().lastRefusal?.code, 'codec_unsupported')
  match(live.status().lastRefusal?.text ?? '', /the video is mpeg2video.*choose H\.264/)
  equal(refusalOf('nothing of that kind'), null)
})

test('[SR3] without an ffmpeg it is said what is missing', async () => {
  const { promise: said, resolve } = Promise.withResolvers<string>()
  await using listener = await listenSrt({
    port: 0,
    hostname: '127.0.0.1',
    program: 'no-such-ffmpeg',
    nowMs: Date.now,
    onTrouble: (_, message) => resolve(message),
    admit() {
      throw new Error('nobody gets so far')
    },
  })
  const induction = conclusion('')
  induction.writeUInt32BE(1, 36)
  const socket = createSocket('udp4')
  socket.send(induction, listener.port, '127.0.0.1')
  match(await said, /SRT needs ffmpeg, which is not installed/)
  socket.close()
  await once(socket, 'close')
})

test('[SR2] an ffmpeg that was started for nobody ends with the listener', async () => {
  const running = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  let port = 0
  {
    await using picture = await openPicture(0, 0)
    port = picture.live.ports.srt ?? 0
    await call(port, 'wrong').catch(String)
  }
  ok(port > 0)
  ok(!running().includes('mode=listener&tlpktdrop=0&listen'), 'it is gone')
})
