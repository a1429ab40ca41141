import { StreamRefusal } from '../rtmp/stream-refusal.ts'

/** What an encoder says of its picture: the `avcC` record as it goes into the file. */
export interface VideoConfig {
  readonly kind: 'video-config'
  readonly record: Buffer
}

/** What an encoder says of its sound: the AudioSpecificConfig, and what it means. */
export interface AudioConfig {
  readonly kind: 'audio-config'
  readonly record: Buffer
  readonly sampleRate: number
  readonly channels: number
}

/** One coded picture. Its time of showing is `timestampMs + offsetMs`. */
export interface VideoFrame {
  readonly kind: 'video'
  readonly timestampMs: number
  readonly offsetMs: number
  readonly isKeyframe: boolean
  readonly data: Buffer
}

/** One AAC frame, of 1024 samples. */
export interface AudioFrame {
  readonly kind: 'audio'
  readonly timestampMs: number
  readonly data: Buffer
}

/** What one tag carries. */
export type FlvContent = VideoConfig | AudioConfig | VideoFrame | AudioFrame

const AVC = 7
const AAC = 10
/** In place of a codec's number: the codec is named by four letters. */
const NAMED_SOUND = 9
const VIDEO_NAMES: Readonly<Record<number, string>> = { 2: 'Sorenson H.263', 4: 'VP6', 12: 'HEVC' }
const AUDIO_NAMES: Readonly<Record<number, string>> = { 2: 'MP3', 11: 'Speex' }

/** Codecs by their four letters, in the words of encoders’ settings. */
const FOUR_LETTERS: Readonly<Record<string, string>> = {
  hvc1: 'HEVC (H.265)',
  hev1: 'HEVC (H.265)',
  vvc1: 'VVC (H.266)',
  vp08: 'VP8',
  vp09: 'VP9',
  av01: 'AV1',
  'ac-3': 'AC-3',
  'ec-3': 'E-AC-3',
  '.mp3': 'MP3',
  fLaC: 'FLAC',
  Opus: 'Opus',
}

/** What a packet holds, where the codec is named by four letters. */
const PACKET = { start: 0, frames: 1, end: 2, framesWithoutOffset: 3 } as const
const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
]

/** Read a video tag. `null` for what carries no picture. Throws `StreamRefusal`. [FL1, FL2] */
export function readVideoTag(body: Buffer, timestampMs: number): FlvContent | null {
  if (body.length < 1) return null
  const first = body[0] ?? 0
  if ((first & 0x80) !== 0) return readNamedVideo(body, timestampMs)
  if (first >> 4 === 5) return null
  const codec = first & 0x0f
  if (codec !== AVC) throw unsupported('video', VIDEO_NAMES[codec] ?? `codec ${codec}`)
  if (body.length < 5) return null
  const data = body.subarray(5)
  if (body[1] === 0) return readVideoConfig(data)
  if (body[1] !== 1 || data.length === 0) return null
  const offsetMs = body.readIntBE(2, 3)
  return { kind: 'video', timestampMs, offsetMs, isKeyframe: first >> 4 === 1, data }
}

/** Enhanced RTMP: encoders that know other codecs may send H.264 in its form as well. */
function readNamedVideo(body: Buffer, timestampMs: number): FlvContent | null {
  const first = body[0] ?? 0
  const packet = first & 0x0f
  const frameType = (first >> 4) & 0x07
  if (frameType === 5) return null
  if (body.length < 5) throw malformed('a picture names no codec')
  const letters = lettersOf(body)
  if (letters !== 'avc1') throw unsupported('video', FOUR_LETTERS[letters] ?? letters)
  if (packet === PACKET.start) return readVideoConfig(body.subarray(5))
  const hasOffset = packet === PACKET.frames
  if (!hasOffset && packet !== PACKET.framesWithoutOffset) return null
  const dataAt = hasOffset ? 8 : 5
  if (body.length <= dataAt) return null
  const offsetMs = hasOffset ? body.readIntBE(5, 3) : 0
  const data = body.subarray(dataAt)
  return { kind: 'video', timestampMs, offsetMs, isKeyframe: frameType === 1, data }
}

function readVideoConfig(record: Buffer): VideoConfig {
  if (record.length < 7 || record[0] !== 1) throw malformed('the H.264 configuration is damaged')
  return { kind: 'video-config', record }
}

function lettersOf(body: Buffer): string {
  return body.subarray(1, 5).toString('latin1').replace(/[^ -~]/g, '?')
}

/** Read an audio tag. `null` for what carries no sound. Throws `StreamRefusal`. [FL1, FL2] */
export function readAudioTag(body: Buffer, timestampMs: number): FlvContent | null {
  if (body.length < 2) return null
  const format = (body[0] ?? 0) >> 4
  if (format === NAMED_SOUND) return readNamedAudio(body, timestampMs)
  if (format !== AAC) throw unsupported('audio', AUDIO_NAMES[format] ?? `format ${format}`)
  const data = body.subarray(2)
  if (data.length === 0) return null
  return body[1] === 0 ? readAudioConfig(data) : { kind: 'audio', timestampMs, data }
}

function readNamedAudio(body: Buffer, timestampMs: number): FlvContent | null {
  if (body.length < 5) throw malformed('a sound names no codec')
  const letters = lettersOf(body)
  if (letters !== 'mp4a') throw unsupported('audio', FOUR_LETTERS[letters] ?? letters)
  const packet = (body[0] ?? 0) & 0x0f
  const data = body.subarray(5)
  if (data.length === 0) return null
  if (packet === PACKET.start) return readAudioConfig(data)
  return packet === PACKET.frames ? { kind: 'audio', timestampMs, data } : null
}

function readAudioConfig(record: Buffer): AudioConfig {
  if (record.length < 2) throw malformed('the AAC configuration is damaged')
  const bits = record.readUInt16BE(0)
  const sampleRate = SAMPLE_RATES[(bits >> 7) & 0x0f]
  const channels = (bits >> 3) & 0x0f
  if (sampleRate === undefined || channels === 0) {
    throw malformed('the AAC configuration names no known rate or layout')
  }
  return { kind: 'audio-config', record, sampleRate, channels }
}

/** The refusal of a codec, with what to choose instead. [FL2] */
export function unsupported(what: 'video' | 'audio', name: string): StreamRefusal {
  const wanted = what === 'video' ? 'H.264 (x264)' : 'AAC'
  return new StreamRefusal(
    'codec_unsupported',
    `the ${what} is ${name}, which phones cannot play live: choose ${wanted} in the encoder`,
  )
}

function malformed(what: string): StreamRefusal {
  return new StreamRefusal('stream_malformed', what)
}
