import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'

import { readAudioTag, readVideoTag, type FlvContent } from '../flv/read-tag.ts'
import { readAmf } from './amf.ts'
import { ChunkReader, MESSAGE, type RtmpMessage } from './chunk-reader.ts'
import { StreamRefusal } from './stream-refusal.ts'
import { writeAcknowledgement, writeResult, writeStatus, writeWelcome } from './write-message.ts'

/** A publisher that sends nothing for so long is gone. */
export const IDLE_MS = 5_000

const HANDSHAKE_BYTES = 1_536
const WINDOW_BYTES = 2_500_000

/** Where a publisher's frames go, once it was let in. */
export interface Publication {
  take(content: FlvContent): void
  /** The publisher is gone; `refusal` tells when it was turned away. */
  end(refusal: StreamRefusal | null): void
}

/** Lets a publisher in by its key, before it is told to start. Throws `StreamRefusal`. */
export type Admit = (key: string, publisher: ArrivingPublisher) => Publication

/** Looks at a key, and lets its publisher in later. Both throw `StreamRefusal`. */
export type Look = (key: string) => (publisher: ArrivingPublisher) => Publication

/** Who asks to be let in, and how it came. */
export interface ArrivingPublisher {
  readonly via: 'rtmp' | 'srt' | 'whip'
  /** Cut it off. */
  readonly close: () => void
}

/**
 * One encoder's connection: handshake, commands, frames. [RT1, RT4, RT5]
 *
 * ```
 * greeting ──C0 C1──► shaking ──C2──► open ──publish, key known──► publishing ──► closed
 * ```
 */
export class RtmpSession {
  readonly #socket: Socket
  readonly #admit: Admit
  readonly #chunks = new ChunkReader()
  #state: 'greeting' | 'shaking' | 'open' = 'greeting'
  #pending: Buffer = Buffer.alloc(0)
  #publication: Publication | null = null
  #bytesRead = 0
  #acknowledged = 0

  constructor(socket: Socket, admit: Admit) {
    this.#socket = socket
    this.#admit = admit
    socket.setNoDelay(true)
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.on('data', (bytes) => this.#guard(() => this.#take(bytes as Buffer)))
    // A connection that breaks is closed next, and told there.
    socket.on('error', () => undefined)
    socket.on('close', () => this.#end(null))
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (!(error instanceof StreamRefusal)) throw error
      this.#refuse(error)
    }
  }

  #refuse(refusal: StreamRefusal): void {
    this.#end(refusal)
    if (this.#state !== 'open') return void this.#socket.destroy()
    this.#socket.end(writeStatus('error', 'NetStream.Publish.BadName', refusal.message))
    this.#socket.removeAllListeners('data')
    this.#socket.resume()
  }

  #end(refusal: StreamRefusal | null): void {
    const publication = this.#publication
    this.#publication = null
    publication?.end(refusal)
  }

  #take(bytes: Buffer): void {
    this.#bytesRead += bytes.length
    if (this.#state !== 'open') return this.#shake(bytes)
    for (const message of this.#chunks.read(bytes)) this.#handle(message)
    if (this.#bytesRead - this.#acknowledged < WINDOW_BYTES / 2) return
    this.#acknowledged = this.#bytesRead
    this.#socket.write(writeAcknowledgement(this.#bytesRead))
  }

  #shake(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes])
    if (this.#pending.length > 0 && this.#state === 'greeting' && this.#pending[0] !== 3) {
      throw new StreamRefusal('stream_malformed', 'this is not RTMP: another greeting')
    }
    if (this.#state === 'greeting' && this.#pending.length > HANDSHAKE_BYTES) {
      const theirs = this.#pending.subarray(1, 1 + HANDSHAKE_BYTES)
      const ours = Buffer.concat([Buffer.alloc(8), randomBytes(HANDSHAKE_BYTES - 8)])
      this.#socket.write(Buffer.concat([Buffer.from([3]), ours, theirs]))
      this.#pending = this.#pending.subarray(1 + HANDSHAKE_BYTES)
      this.#state = 'shaking'
    }
    if (this.#state !== 'shaking' || this.#pending.length < HANDSHAKE_BYTES) return
    const rest = this.#pending.subarray(HANDSHAKE_BYTES)
    this.#pending = Buffer.alloc(0)
    this.#state = 'open'
    for (const message of this.#chunks.read(rest)) this.#handle(message)
  }

  #handle({ typeId, timestampMs, body }: RtmpMessage): void {
    if (typeId === MESSAGE.command) return this.#command(body)
    const publication = this.#publication
    if (publication === null) return
    const content =
      typeId === MESSAGE.video
        ? readVideoTag(body, timestampMs)
        : typeId === MESSAGE.audio
          ? readAudioTag(body, timestampMs)
          : null
    if (content !== null) publication.take(content)
  }

  #command(body: Buffer): void {
    const [name, transaction = 0, , ...rest] = readAmf(body)
    if (name === 'connect') {
      const properties = { fmsVer: 'FMS/3,0,1,123', capabilities: 31 }
      const code = 'NetConnection.Connect.Success'
      const information = { level: 'status', code, description: 'Welcome.', objectEncoding: 0 }
      this.#socket.write(writeWelcome(WINDOW_BYTES))
      this.#socket.write(writeResult(transaction, properties, information))
    } else if (name === 'createStream') {
      this.#socket.write(writeResult(transaction, null, 1))
    } else if (name === 'publish') {
      this.#publish(rest[0])
    } else if (name === 'FCUnpublish' || name === 'deleteStream' || name === 'closeStream') {
      this.#end(null)
    } else if (name === 'play') {
      throw new StreamRefusal('stream_malformed', 'this address takes a show; viewers use the page')
    }
  }

  #publish(key: unknown): void {
    if (this.#publication !== null) return
    const close = () => void this.#socket.destroy()
    this.#publication = this.#admit(typeof key === 'string' ? key : '', { close, via: 'rtmp' })
    this.#socket.write(writeStatus('status', 'NetStream.Publish.Start', 'The show is yours.'))
  }
}
