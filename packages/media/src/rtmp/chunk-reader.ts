import { StreamRefusal } from './stream-refusal.ts'

/** One RTMP message, put together from its chunks. */
export interface RtmpMessage {
  readonly typeId: number
  readonly streamId: number
  /** 32 bits, wraps after 49 days. */
  readonly timestampMs: number
  readonly body: Buffer
}

/** RTMP's message types that matter here. */
export const MESSAGE = {
  chunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  control: 4,
  windowSize: 5,
  peerBandwidth: 6,
  audio: 8,
  video: 9,
  data: 18,
  command: 20,
} as const

/** The longest message that is put together: a keyframe of 4K at a high rate fits. */
export const MESSAGE_BYTES_MAX = 8 * 2 ** 20

const CHUNK_BYTES_MAX = 2 ** 20
const CHANNELS_MAX = 64
const EXTENDED = 0xffffff
const HEADER_BYTES = [11, 7, 3, 0] as const

interface Channel {
  typeId: number
  streamId: number
  length: number
  timestampMs: number
  /** As sent: what a chunk without a header repeats. */
  deltaMs: number
  isExtended: boolean
  parts: Buffer[]
  received: number
}

/** Puts messages together from the chunks of one connection. [RT6] */
export class ChunkReader {
  readonly #channels = new Map<number, Channel>()
  #bytes: Buffer = Buffer.alloc(0)
  #chunkBytes = 128

  /** Take what arrived; returns the messages that are whole now. Throws `StreamRefusal`. */
  read(arrived: Buffer): readonly RtmpMessage[] {
    this.#bytes = this.#bytes.length === 0 ? arrived : Buffer.concat([this.#bytes, arrived])
    const messages: RtmpMessage[] = []
    for (;;) {
      const step = this.#readChunk()
      if (step === 'more') return messages
      if (step !== 'part') messages.push(step)
    }
  }

  #readChunk(): RtmpMessage | 'part' | 'more' {
    const bytes = this.#bytes
    if (bytes.length < 3) return 'more'
    const first = bytes[0] ?? 0
    const format = first >> 6
    let at = 1
    let id = first & 0x3f
    if (id === 0) id = 64 + (bytes[at++] ?? 0)
    else if (id === 1) {
      id = 64 + bytes.readUInt16LE(at)
      at += 2
    }
    const headerBytes = HEADER_BYTES[format as 0 | 1 | 2 | 3]
    if (bytes.length < at + headerBytes) return 'more'
    const channel = this.#channelOf(id, format)
    const header = bytes.subarray(at, at + headerBytes)
    at += headerBytes
    const time = format === 3 ? null : header.readUIntBE(0, 3)
    const isExtended = time === null ? channel.isExtended : time === EXTENDED
    if (isExtended && bytes.length < at + 4) return 'more'
    const extended = isExtended ? bytes.readUInt32BE(at) : null
    if (isExtended) at += 4
    const length = format <= 1 ? header.readUIntBE(3, 3) : channel.length
    const isNew = channel.received === 0
    if (!isNew && format !== 3) throw malformed('a message was not finished')
    const wanted = Math.min(this.#chunkBytes, length - channel.received)
    if (length > MESSAGE_BYTES_MAX) {
      throw new StreamRefusal('message_too_long', `a message of ${length} bytes is too long`)
    }
    if (bytes.length < at + wanted) return 'more'
    if (isNew) startMessage(channel, { format, header, length, isExtended, extended })
    channel.parts.push(bytes.subarray(at, at + wanted))
    channel.received += wanted
    this.#bytes = bytes.subarray(at + wanted)
    return channel.received < channel.length ? 'part' : this.#finish(channel)
  }

  #channelOf(id: number, format: number): Channel {
    const known = this.#channels.get(id)
    if (known !== undefined) return known
    if (format !== 0) throw malformed('a channel begins without a header')
    if (this.#channels.size >= CHANNELS_MAX) throw malformed('there are too many channels')
    const channel = { typeId: 0, streamId: 0, length: 0, timestampMs: 0, deltaMs: 0 }
    const made = { ...channel, isExtended: false, parts: [], received: 0 }
    this.#channels.set(id, made)
    return made
  }

  #finish(channel: Channel): RtmpMessage | 'part' {
    const { typeId, streamId, timestampMs } = channel
    const body = Buffer.concat(channel.parts)
    channel.parts = []
    channel.received = 0
    if (typeId === MESSAGE.chunkSize) {
      const size = body.length < 4 ? 0 : body.readUInt32BE(0)
      if (size < 1 || size > CHUNK_BYTES_MAX) throw malformed('the chunk size is out of bounds')
      this.#chunkBytes = size
      return 'part'
    }
    if (typeId === MESSAGE.abort) {
      const aborted = body.length < 4 ? undefined : this.#channels.get(body.readUInt32BE(0))
      if (aborted !== undefined) Object.assign(aborted, { parts: [], received: 0 })
      return 'part'
    }
    return { typeId, streamId, timestampMs, body }
  }
}

function startMessage(
  channel: Channel,
  found: {
    readonly format: number
    readonly header: Buffer
    readonly length: number
    readonly isExtended: boolean
    readonly extended: number | null
  },
): void {
  const { format, header, length, isExtended, extended } = found
  channel.length = length
  channel.isExtended = isExtended
  if (format <= 1) channel.typeId = header[6] ?? 0
  if (format === 0) channel.streamId = header.readUInt32LE(7)
  const time = format === 3 ? channel.deltaMs : (extended ?? header.readUIntBE(0, 3))
  channel.deltaMs = format === 0 ? 0 : time
  channel.timestampMs = format === 0 ? time : (channel.timestampMs + time) >>> 0
}

function malformed(what: string): StreamRefusal {
  return new StreamRefusal('stream_malformed', `this is not RTMP: ${what}`)
}
