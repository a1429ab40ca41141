import type { AudioConfig, AudioFrame } from '../flv/read-tag.ts'
import type { Frame } from './start-gate.ts'

/** How many samples an AAC frame has. */
export const SAMPLES_PER_FRAME = 1_024

/** AAC-LC, 48 kHz, stereo: what encoders send when nobody changes it. */
export const STEREO: AudioConfig = {
  kind: 'audio-config',
  record: Buffer.from([0x11, 0x90]),
  sampleRate: 48_000,
  channels: 2,
}

/** A frame of AAC-LC in which nothing is to be heard, for one and for two channels. */
const SILENT_FRAMES: Readonly<Record<number, Buffer>> = {
  1: Buffer.from([0, 0, 0, 7]),
  2: Buffer.from([0x21, 0, 0, 0, 0, 0x1c]),
}
const AAC_LC = 2

/** How far sound may be behind its picture before silence takes its place. */
const LATE_MS_MAX = 1_000
/** Sound that is further from its picture belongs to another clock. */
const STRAY_MS_MAX = 3_000
/** How far sound may reach into what is filled with silence already. */
const OVERLAP_MS = 40

/**
 * Keeps a sound under the picture: where none comes, there is silence. A player that began with
 * picture and sound waits for both, whatever the encoder does later. [SO1, SO2]
 */
export class SteadySound {
  /** What the sound is, whether or not any comes. */
  readonly config: AudioConfig
  readonly #frameMs: number
  readonly #silence: Buffer | null
  #pictureMs: number | null = null
  /** Until when there is sound. */
  #untilMs = 0
  #isMissing: boolean

  constructor(config: AudioConfig | null, isMissing = config === null) {
    this.config = config ?? STEREO
    this.#isMissing = isMissing
    this.#frameMs = (SAMPLES_PER_FRAME * 1_000) / this.config.sampleRate
    this.#silence = silenceOf(this.config)
  }

  /** What goes on when a frame comes, in order. */
  take(frame: Frame): readonly Frame[] {
    if (frame.kind === 'audio') return this.#takeSound(frame)
    if (this.#pictureMs === null) this.#untilMs = frame.timestampMs
    this.#pictureMs = frame.timestampMs
    if (frame.timestampMs - this.#untilMs > LATE_MS_MAX) this.#isMissing = true
    return this.#isMissing ? [...this.#fillTo(frame.timestampMs), frame] : [frame]
  }

  #takeSound(frame: AudioFrame): readonly Frame[] {
    const { timestampMs } = frame
    if (this.#pictureMs === null) return []
    if (Math.abs(timestampMs - this.#pictureMs) > STRAY_MS_MAX) return []
    if (timestampMs < this.#untilMs - OVERLAP_MS) return []
    this.#isMissing = false
    this.#untilMs = timestampMs + this.#frameMs
    return [frame]
  }

  #fillTo(untilMs: number): readonly AudioFrame[] {
    const frames: AudioFrame[] = []
    if (this.#silence === null) return frames
    while (this.#untilMs < untilMs) {
      frames.push({ kind: 'audio', timestampMs: this.#untilMs, data: this.#silence })
      this.#untilMs += this.#frameMs
    }
    return frames
  }
}

/** Nothing but silence, with the parameters of a sound that was there before. */
export function silentLike(config: AudioConfig | null): SteadySound {
  const isPossible = config !== null && silenceOf(config) !== null
  return new SteadySound(isPossible ? config : STEREO, true)
}

/** Whether silence can be written for a sound; otherwise there is a hole in it. */
function silenceOf({ record, channels }: AudioConfig): Buffer | null {
  return (record[0] ?? 0) >> 3 === AAC_LC ? (SILENT_FRAMES[channels] ?? null) : null
}
