import { connect, type Socket } from 'node:net'
import { once } from 'node:events'

import { readAmf, writeAmf, type AmfValue } from '../rtmp/amf.ts'
import { ChunkReader, MESSAGE } from '../rtmp/chunk-reader.ts'

/** A tag of FLV, which is a message of RTMP. */
export interface FlvTag {
  readonly typeId: number
  readonly timestampMs: number
  readonly body: Buffer
}

const HANDSHAKE_BYTES = 1_536
const CHUNK_BYTES = 60_000
const EXTENDED = 0xffffff

/**
 * An encoder that sends whatever tags a test wants, and says how it was answered: ffmpeg sends no
 * odd ones.
 */
export class RtmpClient implements AsyncDisposable {
  /** What the edge said in `onStatus`. */
  readonly statuses: { readonly code: string; readonly description: string }[] = []
  readonly #socket: Socket
  readonly #closed: Promise<unknown>
  #news = Promise.withResolvers<void>()

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#closed = once(socket, 'close')
  }

  /** Connect, and ask to publish; how that was answered is in `statuses`. */
  static async publish(port: number, key: string): Promise<RtmpClient> {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    const client = new RtmpClient(socket)
    await client.#shake()
    client.#send(MESSAGE.chunkSize, 0, uint32(CHUNK_BYTES))
    client.#command('connect', 1, { app: 'live' })
    client.#command('createStream', 2, null)
    client.#command('publish', 3, null, key, 'live')
    await client.#status()
    return client
  }

  /** Send tags as fast as they are taken. */
  async send(tags: readonly FlvTag[]): Promise<void> {
    for (const { typeId, timestampMs, body } of tags) {
      if (this.#socket.destroyed) return
      this.#send(typeId, timestampMs, body)
      const isFull = this.#socket.writableNeedDrain
      if (isFull) await Promise.race([once(this.#socket, 'drain'), this.#closed])
    }
  }

  /** When the edge has hung up. */
  async closed(): Promise<void> {
    await this.#closed
  }

  /** Say that it was all, and hang up. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#socket.destroyed) {
      this.#command('deleteStream', 4, null, 1)
      this.#socket.end()
    }
    await this.#closed
  }

  async #shake(): Promise<void> {
    this.#socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(HANDSHAKE_BYTES)]))
    let greeting = Buffer.alloc(0)
    const wanted = 1 + 2 * HANDSHAKE_BYTES
    const chunks = new ChunkReader()
    const shaken = Promise.withResolvers<void>()
    this.#socket.on('data', (bytes: Buffer) => {
      const missing = wanted - greeting.length
      if (missing > 0) greeting = Buffer.concat([greeting, bytes.subarray(0, missing)])
      if (greeting.length === wanted) shaken.resolve()
      if (bytes.length <= missing) return
      const rest = bytes.subarray(Math.max(0, missing))
      for (const { typeId, body } of chunks.read(rest)) this.#hear(typeId, body)
    })
    await shaken.promise
    this.#socket.write(greeting.subarray(1, 1 + HANDSHAKE_BYTES))
  }

  #hear(typeId: number, body: Buffer): void {
    if (typeId !== MESSAGE.command) return
    const [name, , , information] = readAmf(body)
    if (name !== 'onStatus') return
    const { code, description } = information as { code: string; description: string }
    this.statuses.push({ code, description })
    this.#news.resolve()
  }

  async #status(): Promise<void> {
    await Promise.race([this.#news.promise, this.#closed])
  }

  #command(...values: readonly AmfValue[]): void {
    this.#send(MESSAGE.command, 0, writeAmf(...values))
  }

  #send(typeId: number, timestampMs: number, body: Buffer): void {
    const isExtended = timestampMs >= EXTENDED
    const header = Buffer.alloc(12)
    header[0] = 4
    header.writeUIntBE(isExtended ? EXTENDED : timestampMs, 1, 3)
    header.writeUIntBE(body.length, 4, 3)
    header[7] = typeId
    header.writeUInt32LE(1, 8)
    const extended = isExtended ? uint32(timestampMs) : Buffer.alloc(0)
    const parts = [header, extended]
    for (let at = 0; at < body.length; at += CHUNK_BYTES) {
      if (at > 0) parts.push(Buffer.from([0xc4]), extended)
      parts.push(body.subarray(at, at + CHUNK_BYTES))
    }
    this.#socket.write(Buffer.concat(parts))
  }
}

/** The tags of an FLV file as they are, with nothing read of them. */
export function tagsOf(flv: Buffer): readonly FlvTag[] {
  const tags: FlvTag[] = []
  for (let at = 13; at + 11 <= flv.length; ) {
    const length = flv.readUIntBE(at + 1, 3)
    const timestampMs = ((flv[at + 7] ?? 0) << 24) | flv.readUIntBE(at + 4, 3)
    const body = flv.subarray(at + 11, at + 11 + length)
    tags.push({ typeId: flv[at] ?? 0, timestampMs: timestampMs >>> 0, body })
    at += 11 + length + 4
  }
  return tags
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
