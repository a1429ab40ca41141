import { assert } from '../assert.ts'
import { canonicalJson, findJsonFlaw, JSON_DEPTH_MAX } from './canonical-json.ts'
import {
  base64ToBytes,
  base64UrlToBytes,
  bytesToBase64,
  bytesToBase64Url,
  bytesToHex,
  bytesToUtf8,
  hexToBytes,
  utf8ToBytes,
} from './encoding.ts'
import type { Json } from './entry.ts'
import { WORDS } from './packed-words.ts'

/**
 * What the high half of a value's first byte says. The low half is a number, or `MORE` when it
 * follows as a varint: the integer itself, a count of bytes or members, or the place of a word.
 */
const TAG = {
  constant: 0,
  natural: 1,
  negative: 2,
  text: 3,
  hex: 4,
  uuid: 5,
  base64: 6,
  array: 7,
  object: 8,
  word: 9,
  json: 10,
  /** A text that was written before, by its place among the texts that are no words. */
  again: 11,
} as const

const MORE = 15
const CONSTANTS = [null, false, true] as const
const FLOAT = 3
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const HEX = /^(?:[0-9a-f]{2}){4,}$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The longest packed value that is read: more than any QR code holds. */
export const PACKED_BYTES_MAX = 16 * 1024

const placeOfWord = new Map(WORDS.map((word, place) => [word, place]))

/**
 * Write JSON in few bytes, for a QR code: hashes, ids and keys as the bytes that they are, the
 * words of receipts by their number, and canonical JSON inside a text as JSON. What is read back is
 * the same value to the letter.
 *
 * - [PJ1] What was packed is unpacked as it was.
 * - [PJ2] A receipt takes well under half of its JSON.
 */
export function packJson(value: Json): Uint8Array<ArrayBuffer> {
  const writer: Writer = { bytes: [], seen: new Map() }
  writeValue(writer, value)
  return Uint8Array.from(writer.bytes)
}

/**
 * Read packed JSON; `null` for bytes that are none. Nothing of what it says is checked.
 *
 * - [PJ3] Untrusted bytes are read in bounded time and depth, or refused.
 */
export function unpackJson(bytes: Uint8Array): Json {
  if (bytes.length > PACKED_BYTES_MAX) return null
  try {
    const reader: Reader = { bytes, seen: [], at: 0 }
    const value = readValue(reader, 0)
    return reader.at === bytes.length ? value : null
  } catch (error) {
    // What the decoders of text and of bytes throw, and what `malformed` does.
    if (error instanceof SyntaxError || error instanceof TypeError) return null
    throw error
  }
}

interface Writer {
  readonly bytes: number[]
  /** Texts that were written, each by its place. */
  readonly seen: Map<string, number>
}

/** How packed JSON begins where it is text; another form of it would begin otherwise. */
const PACKED_TEXT = '1.'

/** A plain JSON object, such as a receipt, as text that is safe behind the `#` of an address. */
export function packText(value: object): string {
  // An interface is no `Json` to the compiler, which asks for an index signature.
  return PACKED_TEXT + bytesToBase64Url(packJson(value as Json))
}

/** What an address, or what is behind its `#`, has packed; `null` when it is no packed JSON. */
export function unpackText(text: string): Json {
  const packed = text.trim().replace(/^[^#]*#/, '')
  if (!packed.startsWith(PACKED_TEXT) || packed.length > 2 * PACKED_BYTES_MAX) return null
  try {
    return unpackJson(base64UrlToBytes(packed.slice(PACKED_TEXT.length)))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function writeHead({ bytes }: Writer, tag: number, count: number): void {
  assert(Number.isSafeInteger(count) && count >= 0, 'a packed count is a natural number')
  if (count < MORE) {
    bytes.push(tag * 16 + count)
    return
  }
  bytes.push(tag * 16 + MORE)
  let rest = count - MORE
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
}

function writeValue(writer: Writer, value: Json): void {
  if (typeof value === 'string') return writeText(writer, value)
  if (typeof value === 'number') return writeNumber(writer, value)
  if (value === null || typeof value === 'boolean') {
    return writeHead(writer, TAG.constant, CONSTANTS.indexOf(value))
  }
  if (isList(value)) {
    writeHead(writer, TAG.array, value.length)
    for (const each of value) writeValue(writer, each)
    return
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  writeHead(writer, TAG.object, members.length)
  for (const [name, member] of members) {
    writeText(writer, name)
    writeValue(writer, member ?? null)
  }
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value)
}

function writeNumber(writer: Writer, value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    return value < 0
      ? writeHead(writer, TAG.negative, -1 - value)
      : writeHead(writer, TAG.natural, value)
  }
  const float = new Uint8Array(8)
  new DataView(float.buffer).setFloat64(0, value)
  writeHead(writer, TAG.constant, FLOAT)
  writer.bytes.push(...float)
}

function writeText(writer: Writer, text: string): void {
  const place = placeOfWord.get(text)
  if (place !== undefined) return writeHead(writer, TAG.word, place)
  const before = writer.seen.get(text)
  if (before !== undefined) return writeHead(writer, TAG.again, before)
  const inner = innerJson(text)
  if (inner !== null) {
    writeHead(writer, TAG.json, 0)
    return writeValue(writer, inner)
  }
  writer.seen.set(text, writer.seen.size)
  if (UUID.test(text)) return writeBytes(writer, TAG.uuid, hexToBytes(text.replaceAll('-', '')))
  if (HEX.test(text)) return writeBytes(writer, TAG.hex, hexToBytes(text))
  if (isBase64(text)) return writeBytes(writer, TAG.base64, base64ToBytes(text))
  return writeBytes(writer, TAG.text, utf8ToBytes(text))
}

function writeBytes(writer: Writer, tag: number, content: Uint8Array): void {
  writeHead(writer, tag, content.length)
  writer.bytes.push(...content)
}

/** Base64 in its one spelling, so that it is read back to the letter. */
function isBase64(text: string): boolean {
  if (!BASE64.test(text)) return false
  try {
    return bytesToBase64(base64ToBytes(text)) === text
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

/** The object or list that a text is the canonical JSON of; `null` for any other text. */
function innerJson(text: string): Json {
  if (!/^[[{]/.test(text)) return null
  try {
    const value = JSON.parse(text) as Json
    const isSpelled = findJsonFlaw(value) === null && canonicalJson(value) === text
    return isSpelled ? value : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

interface Reader {
  readonly bytes: Uint8Array
  readonly seen: string[]
  at: number
}

function malformed(): SyntaxError {
  return new SyntaxError('not packed JSON')
}

function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.at]
  if (byte === undefined) throw malformed()
  reader.at += 1
  return byte
}

function readHead(reader: Reader): { readonly tag: number; readonly count: number } {
  const head = readByte(reader)
  const [tag, low] = [head >> 4, head & 15]
  if (low < MORE) return { tag, count: low }
  let [rest, weight] = [0, 1]
  for (;;) {
    const byte = readByte(reader)
    rest += (byte & 127) * weight
    if (byte < 128) break
    weight *= 128
  }
  const count = rest + MORE
  if (!Number.isSafeInteger(count)) throw malformed()
  return { tag, count }
}

function readBytes(reader: Reader, count: number): Uint8Array {
  const content = reader.bytes.subarray(reader.at, reader.at + count)
  if (content.length !== count) throw malformed()
  reader.at += count
  return content
}

function readValue(reader: Reader, depth: number): Json {
  if (depth > JSON_DEPTH_MAX) throw malformed()
  const { tag, count } = readHead(reader)
  switch (tag) {
    case TAG.constant:
      return count === FLOAT ? readFloat(reader) : constantOf(count)
    case TAG.natural:
      return count
    case TAG.negative:
      return -1 - count
    case TAG.array:
      return readList(reader, count, depth + 1)
    case TAG.object:
      return readObject(reader, count, depth + 1)
    case TAG.json:
      return canonicalJson(soundOrRefuse(readValue(reader, depth + 1)))
    default:
      return readText(reader, tag, count)
  }
}

function readText(reader: Reader, tag: number, count: number): string {
  if (tag === TAG.word) return WORDS[count] ?? refuse()
  if (tag === TAG.again) return reader.seen[count] ?? refuse()
  const text = textOf(tag, readBytes(reader, count))
  reader.seen.push(text)
  return text
}

function textOf(tag: number, content: Uint8Array): string {
  switch (tag) {
    case TAG.text:
      return bytesToUtf8(content)
    case TAG.hex:
      return bytesToHex(content)
    case TAG.base64:
      return bytesToBase64(content)
    case TAG.uuid:
      return bytesToHex(content).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    default:
      return refuse()
  }
}

function readFloat(reader: Reader): number {
  const { buffer, byteOffset, byteLength } = readBytes(reader, 8)
  return new DataView(buffer, byteOffset, byteLength).getFloat64(0)
}

function constantOf(count: number): Json {
  return CONSTANTS[count] === undefined ? refuse() : CONSTANTS[count]
}

function readList(reader: Reader, count: number, depth: number): Json {
  const values: Json[] = []
  for (let at = 0; at < count; at += 1) values.push(readValue(reader, depth))
  return values
}

function readObject(reader: Reader, count: number, depth: number): Json {
  const members: [string, Json][] = []
  for (let at = 0; at < count; at += 1) {
    const head = readHead(reader)
    members.push([readText(reader, head.tag, head.count), readValue(reader, depth)])
  }
  return Object.fromEntries(members)
}

function soundOrRefuse(value: Json): Json {
  return findJsonFlaw(value) === null ? value : refuse()
}

function refuse(): never {
  throw malformed()
}
