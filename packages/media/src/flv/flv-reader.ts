import { StreamRefusal } from '../rtmp/stream-refusal.ts'
import { readAudioTag, readVideoTag, type FlvContent } from './read-tag.ts'

const HEADER_BYTES = 13
const TAG_HEADER_BYTES = 11
/** What follows each tag: its length once more. */
const TRAILER_BYTES = 4
const TAG = { audio: 8, video: 9 } as const

/** Reads a FLV file as it comes. A tag is at most 16 MB long, which its own format says. [FL3] */
export class FlvReader {
  #bytes: Buffer = Buffer.alloc(0)
  #hasBegun = false

  /** Take what arrived; returns what the tags carry that are whole now. Throws `StreamRefusal`. */
  read(arrived: Buffer): readonly FlvContent[] {
    this.#bytes = this.#bytes.length === 0 ? arrived : Buffer.concat([this.#bytes, arrived])
    if (!this.#hasBegun && !this.#readHeader()) return []
    const contents: FlvContent[] = []
    for (;;) {
      const tag = this.#readTag()
      if (tag === null) return contents
      const content = tag.read?.(tag.body, tag.timestampMs) ?? null
      if (content !== null) contents.push(content)
    }
  }

  #readHeader(): boolean {
    if (this.#bytes.length < HEADER_BYTES) return false
    if (this.#bytes.toString('latin1', 0, 3) !== 'FLV') {
      throw new StreamRefusal('stream_malformed', 'this is not FLV')
    }
    this.#bytes = this.#bytes.subarray(HEADER_BYTES)
    this.#hasBegun = true
    return true
  }

  #readTag() {
    const bytes = this.#bytes
    if (bytes.length < TAG_HEADER_BYTES) return null
    const type = (bytes[0] ?? 0) & 0x1f
    const end = TAG_HEADER_BYTES + bytes.readUIntBE(1, 3)
    if (bytes.length < end + TRAILER_BYTES) return null
    const timestampMs = (((bytes[7] ?? 0) << 24) | bytes.readUIntBE(4, 3)) >>> 0
    this.#bytes = bytes.subarray(end + TRAILER_BYTES)
    const read = type === TAG.video ? readVideoTag : type === TAG.audio ? readAudioTag : null
    return { body: bytes.subarray(TAG_HEADER_BYTES, end), timestampMs, read }
  }
}

/** The tags of a whole FLV file. Reads what is whole and leaves the rest. */
export function readFlvFile(bytes: Buffer): readonly FlvContent[] {
  return new FlvReader().read(bytes)
}
