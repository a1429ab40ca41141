import type { LiveBatch } from '../live/live-batch.ts'

/** The first byte of a whole text message. RFC 6455, section 5.2. */
const WHOLE_TEXT = 0x81

/** Lengths up to here fit into the second byte; two or eight bytes follow for more. */
const LENGTH_SHORT_MAX = 125
const LENGTH_MEDIUM_MAX = 0xffff
const LENGTH_IN_TWO = 126
const LENGTH_IN_EIGHT = 127

/**
 * The bytes of a batch as WebSocket messages, one after the other. A server's frames are not
 * masked, so they are the same for everybody and made once. [LV1]
 */
export function createFrameEncoder(): (batch: LiveBatch) => Buffer {
  const known = new WeakMap<LiveBatch, Buffer>()
  return (batch) => {
    const bytes = known.get(batch)
    if (bytes !== undefined) return bytes
    const made = Buffer.concat(batch.frames.flatMap(({ text }) => frameText(text)))
    known.set(batch, made)
    return made
  }
}

function frameText(text: string): readonly [Buffer, Buffer] {
  const payload = Buffer.from(text)
  return [frameHead(payload.length), payload]
}

function frameHead(length: number): Buffer {
  if (length <= LENGTH_SHORT_MAX) return Buffer.from([WHOLE_TEXT, length])
  if (length <= LENGTH_MEDIUM_MAX) {
    const head = Buffer.from([WHOLE_TEXT, LENGTH_IN_TWO, 0, 0])
    head.writeUInt16BE(length, 2)
    return head
  }
  const head = Buffer.alloc(10)
  head.set([WHOLE_TEXT, LENGTH_IN_EIGHT])
  head.writeBigUInt64BE(BigInt(length), 2)
  return head
}
