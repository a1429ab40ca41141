/** What a caller's handshake says, as far as the way in has to know it. */
export interface SrtHandshake {
  readonly step: 'induction' | 'conclusion'
  /** Where answers to this caller go within SRT. */
  readonly socketId: number
  /** What the caller named; encoders put the stream key here. `null` when it named nothing. */
  readonly streamId: string | null
}

/** Why a caller is turned away, as SRT's own reasons have it. */
export const SRT_REJECTION = { unauthorized: 1_401, conflict: 1_409, unavailable: 1_503 } as const

const HEADER_BYTES = 16
const HANDSHAKE_BYTES = 48
const CONTROL_HANDSHAKE = 0x8000
const INDUCTION = 1
const CONCLUSION = 0xffffffff
const EXTENSION_STREAM_ID = 5
const STREAM_ID_BYTES_MAX = 512
const AT = {
  destination: 12,
  version: HEADER_BYTES,
  kind: HEADER_BYTES + 4,
  type: HEADER_BYTES + 20,
  socketId: HEADER_BYTES + 24,
  cookie: HEADER_BYTES + 28,
} as const
/** What a caller of the old protocol asks for, and what tells it that SRT is spoken. */
const KIND = { datagrams: 2, srt: 0x4a17 } as const
/** Reasons begin here; what is below are the steps of a handshake. */
const REJECTIONS_FROM = 1_000

/** Read a caller's handshake; `null` for every other packet, and for what is damaged. [SR1] */
export function parseSrtHandshake(packet: Buffer): SrtHandshake | null {
  if (packet.length < HEADER_BYTES + HANDSHAKE_BYTES) return null
  if (packet.readUInt16BE(0) !== CONTROL_HANDSHAKE) return null
  const type = packet.readUInt32BE(AT.type)
  if (type !== INDUCTION && type !== CONCLUSION) return null
  const step = type === INDUCTION ? 'induction' : 'conclusion'
  const socketId = packet.readUInt32BE(AT.socketId)
  return { step, socketId, streamId: step === 'induction' ? null : readStreamId(packet) }
}

/** The answer to a caller's first step: go on, with a cookie that the second brings back. [SR1] */
export function writeSrtInduction(packet: Buffer, cookie: number): Buffer {
  const answer = Buffer.from(packet.subarray(0, HEADER_BYTES + HANDSHAKE_BYTES))
  answer.writeUInt32BE(packet.readUInt32BE(AT.socketId), AT.destination)
  answer.writeUInt32BE(5, AT.version)
  answer.writeUInt32BE(KIND.srt, AT.kind)
  answer.writeUInt32BE(cookie, AT.cookie)
  return answer
}

/** The first step that a caller would have made to another door, from its second. */
export function firstStepOf(conclusion: Buffer): Buffer {
  const packet = Buffer.from(conclusion.subarray(0, HEADER_BYTES + HANDSHAKE_BYTES))
  packet.writeUInt32BE(0, AT.destination)
  packet.writeUInt32BE(4, AT.version)
  packet.writeUInt32BE(KIND.datagrams, AT.kind)
  packet.writeUInt32BE(INDUCTION, AT.type)
  packet.writeUInt32BE(0, AT.cookie)
  return packet
}

/** A caller's second step with the cookie of another door. */
export function withCookie(conclusion: Buffer, cookie: number): Buffer {
  const packet = Buffer.from(conclusion)
  packet.writeUInt32BE(cookie, AT.cookie)
  return packet
}

/** What a door answered to a first step, or that it turned a caller away; `null`: neither. */
export function parseSrtAnswer(packet: Buffer): { readonly cookie: number } | 'rejected' | null {
  if (packet.length < HEADER_BYTES + HANDSHAKE_BYTES) return null
  if (packet.readUInt16BE(0) !== CONTROL_HANDSHAKE) return null
  const type = packet.readUInt32BE(AT.type)
  if (type === INDUCTION) return { cookie: packet.readUInt32BE(AT.cookie) }
  return type >= REJECTIONS_FROM && type < 0x80000000 ? 'rejected' : null
}

/** The answer that turns a caller away: its own handshake, with the reason as the type. [SR1] */
export function writeSrtRejection(packet: Buffer, reason: number): Buffer {
  const answer = Buffer.from(packet.subarray(0, HEADER_BYTES + HANDSHAKE_BYTES))
  answer.writeUInt32BE(packet.readUInt32BE(AT.socketId), AT.destination)
  answer.writeUInt32BE(reason, AT.type)
  return answer
}

function readStreamId(packet: Buffer): string | null {
  let at = HEADER_BYTES + HANDSHAKE_BYTES
  while (at + 4 <= packet.length) {
    const type = packet.readUInt16BE(at)
    const end = at + 4 + packet.readUInt16BE(at + 2) * 4
    if (end > packet.length) return null
    if (type === EXTENSION_STREAM_ID) return decodeWords(packet.subarray(at + 4, end))
    at = end
  }
  return null
}

/** Text travels in words of four bytes, each the other way round. */
function decodeWords(words: Buffer): string | null {
  if (words.length > STREAM_ID_BYTES_MAX) return null
  return Buffer.from(words).swap32().toString('utf8').replace(/\0+$/, '')
}
