import { StreamRefusal } from './stream-refusal.ts'

/** A value in Action Message Format 0, as far as RTMP's commands use it. */
export type AmfValue = number | boolean | string | null | { readonly [name: string]: AmfValue }

const MARKER = { number: 0, boolean: 1, string: 2, object: 3, null: 5, undefined: 6, ecma: 8 }
const DEPTH_MAX = 8
const END = Buffer.from([0, 0, 9])

/** Write values one after the other. */
export function writeAmf(...values: readonly AmfValue[]): Buffer {
  return Buffer.concat(values.map(writeValue))
}

/** Read values until the end. What is not AMF0 is refused. [RT6] */
export function readAmf(bytes: Buffer): readonly AmfValue[] {
  const cursor = { bytes, at: 0 }
  const values: AmfValue[] = []
  while (cursor.at < bytes.length) values.push(readValue(cursor, 0))
  return values
}

function writeValue(value: AmfValue): Buffer {
  if (value === null) return Buffer.from([MARKER.null])
  if (typeof value === 'boolean') return Buffer.from([MARKER.boolean, value ? 1 : 0])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9)
    bytes.writeDoubleBE(value, 1)
    return bytes
  }
  if (typeof value === 'string') return Buffer.concat([Buffer.from([MARKER.string]), name(value)])
  const members = Object.entries(value).flatMap(([key, each]) => [name(key), writeValue(each)])
  return Buffer.concat([Buffer.from([MARKER.object]), ...members, END])
}

function name(text: string): Buffer {
  const bytes = Buffer.from(text).subarray(0, 0xffff)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}

interface Cursor {
  readonly bytes: Buffer
  at: number
}

function readValue(cursor: Cursor, depth: number): AmfValue {
  if (depth > DEPTH_MAX) throw malformed()
  const marker = take(cursor, 1)[0]
  if (marker === MARKER.number) return take(cursor, 8).readDoubleBE(0)
  if (marker === MARKER.boolean) return take(cursor, 1)[0] !== 0
  if (marker === MARKER.string) return readName(cursor)
  if (marker === MARKER.null || marker === MARKER.undefined) return null
  if (marker === MARKER.ecma) take(cursor, 4)
  else if (marker !== MARKER.object) throw malformed()
  const members: [string, AmfValue][] = []
  while (!cursor.bytes.subarray(cursor.at, cursor.at + 3).equals(END)) {
    const key = readName(cursor)
    members.push([key, readValue(cursor, depth + 1)])
  }
  take(cursor, 3)
  return Object.fromEntries(members)
}

function readName(cursor: Cursor): string {
  return take(cursor, take(cursor, 2).readUInt16BE(0)).toString('utf8')
}

function take(cursor: Cursor, length: number): Buffer {
  const end = cursor.at + length
  if (end > cursor.bytes.length) throw malformed()
  const bytes = cursor.bytes.subarray(cursor.at, end)
  cursor.at = end
  return bytes
}

function malformed(): StreamRefusal {
  return new StreamRefusal('stream_malformed', 'a command is not AMF0')
}
