import { readPictureSize, type PictureSize } from '../cmaf/picture-size.ts'
import type { AudioConfig, AudioFrame, FlvContent, VideoFrame } from '../flv/read-tag.ts'

/** What was measured of a publisher's stream over the last seconds. */
export interface StreamReading {
  readonly size: PictureSize | null
  readonly framesPerSecond: number | null
  readonly bitsPerSecond: number | null
  /** The longest time between two keyframes, or since the last. */
  readonly keyframeEveryMs: number | null
  /** Pictures that the encoder left out, by the holes between the others. */
  readonly framesDropped: number
  readonly hasBFrames: boolean
  readonly hasSound: boolean
  /** Integrated loudness (EBU R 128); `null` when it was not measured. */
  readonly loudnessLufs: number | null
  /** How far the stream fell behind the clock since it began; what a bad uplink does. */
  readonly behindMs: number
}

/** The seconds that are looked at. */
export const PROBE_WINDOW_MS = 10_000
/** How much sound is kept to be listened to. */
const SOUNDS_MAX = 240
const RECORDS_MAX = 3_000

interface SeenFrame {
  readonly kind: 'video' | 'audio'
  readonly atMs: number
  readonly timestampMs: number
  readonly bytes: number
  readonly isKeyframe: boolean
  readonly isReordered: boolean
}

/** Measures what a publisher sends, as it comes. [PB1] */
export class StreamProbe {
  #size: PictureSize | null = null
  #audio: AudioConfig | null = null
  #frames: SeenFrame[] = []
  #sounds: AudioFrame[] = []
  #loudnessLufs: number | null = null
  /** The least that a frame ever was behind its time: what is more is lost on the way. */
  #aheadMs: number | null = null
  #behindMs = 0

  /** Take what the publisher sent. */
  take(content: FlvContent, nowMs: number): void {
    if (content.kind === 'video-config') this.#size = readPictureSize(content.record)
    else if (content.kind === 'audio-config') this.#audio = content
    else this.#takeFrame(content, nowMs)
  }

  /** The sound of the last seconds, to be listened to. */
  get sound(): { readonly config: AudioConfig; readonly frames: readonly AudioFrame[] } | null {
    return this.#audio === null ? null : { config: this.#audio, frames: this.#sounds.slice() }
  }

  /** How loud the sound was that was listened to. */
  setLoudness(lufs: number): void {
    this.#loudnessLufs = lufs
  }

  /** What is known now. */
  read(nowMs: number): StreamReading {
    const recent = this.#frames.filter(({ atMs }) => atMs > nowMs - PROBE_WINDOW_MS)
    const pictures = recent.filter(({ kind }) => kind === 'video')
    const times = pictures.map(({ timestampMs }) => timestampMs).sort((a, b) => a - b)
    const steps = times.slice(1).map((ms, index) => ms - (times[index] ?? 0))
    const usualMs = median(steps)
    const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0)
    const bytes = recent.reduce((sum, frame) => sum + frame.bytes, 0)
    const isEnough = spanMs >= 1_000 && usualMs !== null
    return {
      size: this.#size,
      framesPerSecond: isEnough ? round1((times.length - 1) / (spanMs / 1_000)) : null,
      bitsPerSecond: isEnough ? Math.round((bytes * 8_000) / spanMs) : null,
      keyframeEveryMs: this.#keyframeEveryMs(pictures),
      framesDropped: usualMs === null ? 0 : holesIn(steps, usualMs),
      hasBFrames: pictures.some(({ isReordered }) => isReordered),
      hasSound: recent.some(({ kind }) => kind === 'audio'),
      loudnessLufs: this.#loudnessLufs,
      behindMs: Math.round(this.#behindMs),
    }
  }

  #takeFrame(frame: VideoFrame | AudioFrame, nowMs: number): void {
    const isVideo = frame.kind === 'video'
    if (!isVideo) {
      this.#sounds.push(frame)
      if (this.#sounds.length > SOUNDS_MAX) this.#sounds.shift()
    }
    this.#frames.push({
      kind: frame.kind,
      atMs: nowMs,
      timestampMs: frame.timestampMs,
      bytes: frame.data.length,
      isKeyframe: isVideo && frame.isKeyframe,
      isReordered: isVideo && frame.offsetMs > 0,
    })
    if (this.#frames.length > RECORDS_MAX) this.#frames.splice(0, RECORDS_MAX / 10)
    const lateMs = nowMs - frame.timestampMs
    this.#aheadMs = Math.min(this.#aheadMs ?? lateMs, lateMs)
    this.#behindMs = lateMs - this.#aheadMs
  }

  #keyframeEveryMs(pictures: readonly SeenFrame[]): number | null {
    const keys = pictures.filter(({ isKeyframe }) => isKeyframe).map((frame) => frame.timestampMs)
    const last = pictures.at(-1)?.timestampMs
    if (last === undefined) return null
    const steps = keys.slice(1).map((ms, index) => ms - (keys[index] ?? 0))
    const sinceMs = last - (keys.at(-1) ?? pictures[0]?.timestampMs ?? last)
    if (steps.length === 0 && sinceMs < 2_000) return null
    return Math.max(sinceMs, ...steps)
  }
}

/** A step that is two and a half times as long as usual has at least a picture missing. */
function holesIn(steps: readonly number[], usualMs: number): number {
  const missing = steps.map((step) => (step > usualMs * 2.5 ? Math.round(step / usualMs) - 1 : 0))
  return missing.reduce((sum, each) => sum + each, 0)
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  return middle === undefined || middle <= 0 ? null : middle
}

function round1(value: number): number {
  return Math.round(value * 10) / 10
}
