import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import fc from 'fast-check'

import { hashStreamKey, srtPassphrase } from '../ingest/stream-keys.ts'
import { encodeTo, openPicture, untilPublishing } from '../testing/open-picture.ts'
import { parseSrtHandshake, writeSrtRejection } from './srt-packet.ts'
import { listenSrt } from './srt-listener.ts'
import { refusalOf } from './srt-session.ts'

/** Call over SRT, as OBS and ffmpeg do. */
function call(port: number | null, named: string, words: readonly string[] = []) {
  const address = `srt://127.0.0.1:${port}?streamid=${named}&connect_timeout=8000`
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
    invite: () => ({
      passphrase: null,
      enter() {
        throw new Error('nobody gets so far')
      },
      refuse: () => undefined,
    }),
  })
  const socket = createSocket('udp4')
  socket.send(conclusion('the-key'), listener.port, '127.0.0.1')
  match(await said, /SRT needs ffmpeg, which is not installed/)
  socket.close()
  await once(socket, 'close')
})

/** The command lines of this machine, for everybody to read. */
const commandLines = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })

test('[SR2] no ffmpeg is started for a stranger, and none stays behind', async () => {
  let port = 0
  {
    await using picture = await openPicture(0, 0)
    port = picture.live.ports.srt ?? 0
    await call(port, 'wrong').catch(String)
    ok(!commandLines().includes('mode=listener&tlpktdrop=0'), 'nobody listens for a wrong key')
    const called = call(port, 'the-key').catch(String)
    await untilPublishing(picture.live)
    ok(commandLines().includes('mode=listener&tlpktdrop=0'))
    await picture.live[Symbol.asyncDispose]()
    await called
  }
  ok(!commandLines().includes('mode=listener&tlpktdrop=0'), 'it is gone')
})

test('[SR2] the key of the show takes over from an encoder that is still there', async () => {
  await using picture = await openPicture(0, 0)
  const { live } = picture
  const first = call(live.ports.srt, 'the-key', ['-t', '60']).then(() => 'to its end', String)
  await untilPublishing(live)
  match(await call(live.ports.srt, 'another-key').then(() => 'let in', String), /srt:/)
  equal(live.status().lastRefusal?.code, 'publisher_busy')
  const since = live.status().sinceMs
  await call(live.ports.srt, 'the-key', ['-t', '4'])
  match(await first, /Error/)
  ok((live.status().sinceMs ?? 0) > (since ?? 0))
})

test('[SR4] who names the show proves its key by the passphrase, in no command line', async () => {
  await using picture = await openPicture(0, 0)
  const { live } = picture
  const passphrase = srtPassphrase(hashStreamKey('the-key'))
  const sending = call(live.ports.srt, `quay&passphrase=${passphrase}&pbkeylen=16`)
  await untilPublishing(live)
  equal(live.status().via, 'srt')
  const listening = commandLines().split('\n').filter((line) => line.includes('-f concat -safe 0'))
  ok(listening.length > 0 && listening.every((line) => !line.includes(passphrase)))
  await sending
  equal(live.status().lastRefusal, null)
})

test('[SR4] without the passphrase, or with another, nobody is let in or disturbed', async () => {
  await using picture = await openPicture(0, 0)
  const { live } = picture
  const steady = call(live.ports.srt, 'the-key', ['-t', '8'])
  await untilPublishing(live)
  for (const secret of ['', '&passphrase=not-the-one-of-the-show']) {
    match(await call(live.ports.srt, `quay${secret}`).then(() => 'let in', String), /srt:/)
  }
  equal(live.status().lastRefusal, null)
  await steady
})
