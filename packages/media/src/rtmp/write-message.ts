import { writeAmf, type AmfValue } from './amf.ts'
import { MESSAGE } from './chunk-reader.ts'

/** How long the chunks are that go to a publisher. */
const CHUNK_BYTES = 4_096

/** A message of the protocol itself, in one chunk on its channel. */
export function writeMessage(typeId: number, body: Buffer, streamId = 0): Buffer {
  const header = Buffer.alloc(12)
  header[0] = streamId === 0 && typeId < MESSAGE.audio ? 2 : 3
  header.writeUIntBE(body.length, 4, 3)
  header[7] = typeId
  header.writeUInt32LE(streamId, 8)
  const parts: Buffer[] = [header]
  for (let at = 0; at < body.length; at += CHUNK_BYTES) {
    if (at > 0) parts.push(Buffer.from([0xc0 | (header[0] ?? 0)]))
    parts.push(body.subarray(at, at + CHUNK_BYTES))
  }
  return Buffer.concat(parts)
}

/** What a publisher is told after `connect`: window, bandwidth and the size of our chunks. */
export function writeWelcome(windowBytes: number): Buffer {
  const peer = Buffer.concat([uint32(windowBytes), Buffer.from([2])])
  return Buffer.concat([
    writeMessage(MESSAGE.windowSize, uint32(windowBytes)),
    writeMessage(MESSAGE.peerBandwidth, peer),
    writeMessage(MESSAGE.chunkSize, uint32(CHUNK_BYTES)),
  ])
}

/** The answer to a command. */
export function writeResult(transaction: AmfValue, ...values: readonly AmfValue[]): Buffer {
  return writeMessage(MESSAGE.command, writeAmf('_result', transaction, ...values))
}

/** How a stream stands, in the words that encoders show. */
export function writeStatus(level: 'status' | 'error', code: string, description: string): Buffer {
  const information = { level, code, description }
  return writeMessage(MESSAGE.command, writeAmf('onStatus', 0, null, information), 1)
}

/** How many bytes were read so far. */
export function writeAcknowledgement(bytesRead: number): Buffer {
  return writeMessage(MESSAGE.acknowledgement, uint32(bytesRead >>> 0))
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
