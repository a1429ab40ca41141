import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import fc from 'fast-check'

import { readPictureSize } from '../cmaf/picture-size.ts'
import type { AudioFrame, VideoFrame } from '../flv/read-tag.ts'
import { recordFlv } from '../testing/flv-recording.ts'
import { encode, openPicture, untilPublishing } from '../testing/open-picture.ts'
import { H264Assembler, type AccessUnit } from './h264-assembler.ts'
import { parseIceServers } from './ice-server.ts'
import { opusSamples } from './ogg-opus.ts'
import { PhoneSound } from './phone-sound.ts'
import { RtpClock } from './rtp-clock.ts'
import { RtpOrder } from './rtp-order.ts'
import { whipRoutes } from './whip-routes.ts'

test('[WP2] packets come in order whatever the network does, and a loss is told once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffff }),
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 200 }),
      (first, delays) => {
        const sent = delays.map((delay, at) => {
          return { sequenceNumber: (first + at) % 0x10000, delay, at }
        })
        const arriving = sent.toSorted((a, b) => a.at + a.delay - b.at - b.delay)
        const order = new RtpOrder<(typeof sent)[number]>()
        // The first to come is where it begins: the others before it are late.
        const from = arriving[0]?.at ?? 0
        const out = arriving.flatMap((packet) => order.take(packet).packets)
        deepEqual(out.map(({ at }) => at), sent.slice(from).map(({ at }) => at))
      },
    ),
  )
  const order = new RtpOrder()
  const told = Array.from({ length: 200 }, (_, at) => at)
    .filter((at) => at !== 50)
    .filter((sequenceNumber) => order.take({ sequenceNumber }).isLossy)
  equal(told.length, 1)
})

/** A picture's units, as a browser puts them into packets. */
function* packetsOf({ data }: VideoFrame, sets: readonly Buffer[], bytesMax: number) {
  const units = [...sets]
  for (let at = 0; at < data.length; ) {
    const end = at + 4 + data.readUInt32BE(at)
    units.push(data.subarray(at + 4, end))
    at = end
  }
  for (const unit of units) {
    const [head = 0] = unit
    if (unit.length <= bytesMax) yield unit
    else {
      for (let at = 1; at < unit.length; at += bytesMax) {
        const bits = (at === 1 ? 0x80 : 0) | (at + bytesMax >= unit.length ? 0x40 : 0)
        const header = Buffer.from([(head & 0xe0) | 28, bits | (head & 0x1f)])
        yield Buffer.concat([header, unit.subarray(at, at + bytesMax)])
      }
    }
  }
}

test('[WP2] pictures are whole again, with the parameters that came with them', () => {
  const recorded = recordFlv('-an', '-t', '1')
  const config = recorded.find(({ kind }) => kind === 'video-config')
  ok(config?.kind === 'video-config')
  const spsBytes = config.record.readUInt16BE(6)
  const sps = config.record.subarray(8, 8 + spsBytes)
  const pps = config.record.subarray(8 + spsBytes + 3)
  const frames = recorded.filter((each): each is VideoFrame => each.kind === 'video')
  const assembler = new H264Assembler()
  const units: AccessUnit[] = []
  frames.forEach((frame, at) => {
    const packets = [...packetsOf(frame, frame.isKeyframe ? [sps, pps] : [], 300)]
    packets.forEach((payload, index) => {
      const unit = assembler.take(payload, at * 3_000, index === packets.length - 1)
      if (unit !== null) units.push(unit)
    })
  })
  deepEqual(units.map((unit) => unit.isKeyframe), frames.map((frame) => frame.isKeyframe))
  deepEqual(readPictureSize(units[0]?.config?.record ?? sps), { width: 160, height: 90 })
  equal(units.filter((unit) => unit.config !== null).length, 1)
})

test('[WP2] whatever payloads come are put together or left', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(3), fc.boolean())),
      (packets) => {
        const assembler = new H264Assembler()
        for (const [payload, timestamp, isLast] of packets) {
          const unit = assembler.take(Buffer.from(payload), timestamp, isLast)
          ok(unit === null || unit.data.length > 4)
        }
      },
    ),
  )
})

test('[WP2] a clock of RTP goes on when its 32 bits begin again', () => {
  const clock = new RtpClock(90)
  equal(clock.at(2 ** 32 - 900, 5_000), 5_000)
  equal(clock.at(900, 9_999), 5_020)
  equal(clock.at(2 ** 32 - 900, 0), 5_000)
})

test('[WP3] the sound of a phone becomes the AAC that every player takes', async () => {
  const source = ['-f', 'lavfi', '-i', 'sine=sample_rate=48000', '-t', '2', '-ac', '2']
  const words = ['-v', 'error', ...source]
  const opus = ['-c:a', 'libopus', '-page_duration', '20000', '-f', 'ogg', 'pipe:1']
  const pages = pagesOf(execFileSync('ffmpeg', [...words, ...opus])).slice(2)
  const frames: AudioFrame[] = []
  const { promise: enough, resolve } = Promise.withResolvers<void>()
  const sound = new PhoneSound({
    onContent(content) {
      if (content.kind === 'audio') frames.push(content)
      if (frames.length > 80) resolve()
    },
    onMissing: () => resolve(),
  })
  pages.forEach((packet, at) => sound.take(packet, 1_000 + at * 20))
  await enough
  sound.stop()
  ok(Math.abs((frames[0]?.timestampMs ?? 0) - 1_000) < 30)
  ok(frames.every(({ timestampMs }) => timestampMs < 3_100))
  ok(pages.slice(0, -1).every((packet) => opusSamples(packet) === 960))
})

/** What the pages of an Ogg file carry. */
function pagesOf(bytes: Buffer): readonly Buffer[] {
  const pages: Buffer[] = []
  for (let at = 0; at + 27 < bytes.length; ) {
    const segments = bytes[at + 26] ?? 0
    const begin = at + 27 + segments
    const length = bytes.subarray(at + 27, begin).reduce((sum, each) => sum + each, 0)
    pages.push(bytes.subarray(begin, begin + length))
    at = begin + length
  }
  return pages
}

test('[WP1] an offer without the key, or that is none, is refused with a reason', async () => {
  await using picture = await openPicture()
  const app = whipRoutes(picture.live.whip, '/v1/whip', () => picture.live.status())
  const offer = (key: string, body: string, type = 'application/sdp') => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': type }
    return app.request('/v1/whip', { method: 'POST', headers, body })
  }
  equal((await offer('the-key', 'v=0', 'text/plain')).status, 415)
  equal((await offer('wrong', 'v=0')).status, 401)
  for (const body of ['', 'v=0', 'm=video', 'v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n']) {
    const answer = await offer('the-key', body)
    ok([400, 422].includes(answer.status), `${body}: ${answer.status}`)
    match(await answer.text(), /"code":"(stream_malformed|codec_unsupported)"/)
  }
  equal(picture.live.status().isPublishing, false)
  const nobody = `/v1/whip/${'0'.repeat(36)}`
  equal((await app.request(nobody)).status, 404)
  equal((await app.request(nobody, { method: 'DELETE' })).status, 204)
})

/** A phone's offer, as a browser that has only these codecs makes it. */
async function phoneOffer(codec: 'H264' | 'VP8'): Promise<string> {
  const { RTCPeerConnection, useH264, useVP8, useOPUS } = await import('werift')
  const video = codec === 'H264' ? useH264() : useVP8()
  const peer = new RTCPeerConnection({ codecs: { video: [video], audio: [useOPUS()] } })
  peer.addTransceiver('video', { direction: 'sendonly' })
  await peer.setLocalDescription(await peer.createOffer())
  const { sdp = '' } = peer.localDescription ?? {}
  await peer.close()
  return sdp
}

/** A STUN server that says of everybody that they are seen at one address. */
async function openStun(address: readonly number[], port: number) {
  const socket = createSocket('udp4')
  socket.on('message', (request, from) => {
    const answer = Buffer.alloc(32)
    answer.writeUInt16BE(0x0101, 0)
    answer.writeUInt16BE(12, 2)
    request.copy(answer, 4, 4, 20)
    answer.writeUInt16BE(0x0020, 20)
    answer.writeUInt16BE(8, 22)
    answer[25] = 1
    answer.writeUInt16BE(port ^ 0x2112, 26)
    address.forEach((byte, at) => (answer[28 + at] = byte ^ (answer[4 + at] ?? 0)))
    socket.send(answer, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { port: socket.address().port, [Symbol.dispose]: () => void socket.close() }
}

test('[WP1] a phone that cannot send H.264 is told so, and disturbs nobody', async () => {
  await using picture = await openPicture()
  const { live } = picture
  const words = ['-vf', 'realtime', '-af', 'arealtime', '-t', '60']
  const steady = encode(live.ports.rtmp, 'the-key', words).catch(String)
  await untilPublishing(live)
  const answer = await live.whip.offer('the-key', await phoneOffer('VP8'))
  ok(!answer.ok)
  deepEqual([answer.code, live.status().via], ['codec_unsupported', 'rtmp'])
  await live[Symbol.asyncDispose]()
  await steady
  match(answer.text, /H\.264.*another browser/)
})

test('[WP4] the servers that an operator names tell phones where the edge is', async () => {
  using stun = await openStun([203, 0, 113, 7], 4_567)
  await using picture = await openPicture(0, null, [{ urls: `stun:127.0.0.1:${stun.port}` }])
  const answer = await picture.live.whip.offer('the-key', await phoneOffer('H264'))
  ok(answer.ok)
  match(answer.sdp, /a=candidate:.* 203\.0\.113\.7 4567 typ srflx/)
  picture.live.whip.end(answer.sessionId)
})

test('[WP4] a list of servers is read, or refused as a whole', () => {
  const text = 'stun:stun.example:3478, turn:ann:s3cret@turn.example:443'
  deepEqual(parseIceServers(text), [
    { urls: 'stun:stun.example:3478' },
    { urls: 'turn:turn.example:443', username: 'ann', credential: 's3cret' },
  ])
  deepEqual(parseIceServers(''), [])
  for (const wrong of ['stun.example', 'turn:turn.example', 'stun:a,http://b', 'turns:a:b@c']) {
    equal(parseIceServers(wrong), null)
  }
})
