import { codecsOf, VIDEO_TIMESCALE, writeInitSegment, type Tracks } from '../cmaf/init-segment.ts'
import { writeFragment, type Run, type Sample } from '../cmaf/write-fragment.ts'
import type {
  AudioConfig,
  AudioFrame,
  FlvContent,
  VideoConfig,
  VideoFrame,
} from '../flv/read-tag.ts'

/** One encoder run with the same parameters and an unbroken clock. */
export interface Timeline {
  /** From 0, in the order of the show. */
  readonly number: number
  readonly codecs: string
  readonly init: Buffer
  /** Wall-clock time of media time 0. */
  readonly beganAtMs: number
}

/** A part that is ready to be played. */
export interface Part {
  readonly timeline: Timeline
  /** Whether a new segment begins with it. */
  readonly startsSegment: boolean
  readonly isIndependent: boolean
  readonly startMediaMs: number
  readonly durationMs: number
  readonly bytes: Buffer
}

/** How parts and segments are cut, in milliseconds. */
export interface CutProfile {
  readonly partMs: number
  readonly segmentMsMin: number
  /** Segments are cut here without a keyframe, so that the target duration never changes. */
  readonly segmentMsMax: number
}

/** For phones on the internet: at 150–210 ms a request, shorter parts stall. */
export const WAN_PROFILE: CutProfile = { partMs: 500, segmentMsMin: 950, segmentMsMax: 3_900 }

/** FLV counts whole milliseconds: 167, 333, 500. */
const TOLERANCE_MS = 2
/** A jump longer than this begins a new timeline. */
const JUMP_MS = 3_000
/** How long pictures wait for sound that never comes. */
const SOUND_PATIENCE_MS = 1_000
const SAMPLES_PER_FRAME = 1_024
const FRAME_MS_DEFAULT = 33
/** Sound that drifts further from its time stamps is placed anew. */
const DRIFT_SECONDS = 0.1

/**
 * Turns an encoder's frames into parts. A part is written when the next one begins, so that every
 * duration is known; what is left at the end is flushed. [PK1, PK2, PK3, PK4]
 */
export class Packager {
  readonly #profile: CutProfile
  readonly #nowMs: () => number
  readonly #onPart: (part: Part) => void
  #video: VideoConfig | null = null
  #audio: AudioConfig | null = null
  #timeline: Timeline | null = null
  #timelines = 0
  #originMs = 0
  #endAtMs = 0
  #segmentStartMs: number | null = null
  #pictures: VideoFrame[] = []
  #sounds: AudioFrame[] = []
  #soundTicks: number | null = null
  #soundLastMs: number | null = null
  #sequence = 0

  constructor(options: {
    readonly profile: CutProfile
    readonly nowMs: () => number
    readonly onPart: (part: Part) => void
    /** Timelines that were before, when a recording goes on. */
    readonly timelinesBefore?: number
  }) {
    this.#profile = options.profile
    this.#nowMs = options.nowMs
    this.#onPart = options.onPart
    this.#timelines = options.timelinesBefore ?? 0
  }

  /** Take what the encoder sent. */
  take(content: FlvContent): void {
    if (content.kind === 'video-config') {
      if (this.#isNews(this.#video, content)) this.#video = content
      return
    }
    if (content.kind === 'audio-config') {
      if (this.#isNews(this.#audio, content)) this.#audio = content
      return
    }
    if (content.kind === 'audio') return this.#takeSound(content)
    this.#takePicture(content)
  }

  /** The encoder is gone: what is pending becomes the last part, and the timeline ends. */
  flush(): void {
    const last = this.#pictures.at(-1)
    if (last !== undefined) this.#writePart(last.timestampMs + this.#usualMs())
    this.#timeline = null
    this.#pictures = []
    this.#sounds = []
    this.#segmentStartMs = null
  }

  /** Other parameters in the middle of a run end its timeline first. */
  #isNews(known: VideoConfig | AudioConfig | null, told: VideoConfig | AudioConfig): boolean {
    if (known?.record.equals(told.record) === true) return false
    if (this.#timeline !== null) this.flush()
    return true
  }

  #takeSound(frame: AudioFrame): void {
    if (this.#audio === null) return
    if (this.#soundLastMs !== null && this.#isJump(frame.timestampMs, this.#soundLastMs)) {
      this.flush()
    }
    this.#soundLastMs = frame.timestampMs
    this.#sounds.push(frame)
    // Sound before the first picture is not kept for ever.
    if (this.#pictures.length === 0 && this.#sounds.length > 500) this.#sounds.shift()
  }

  #takePicture(frame: VideoFrame): void {
    if (this.#video === null) return
    const last = this.#pictures.at(-1)
    if (last !== undefined && this.#isJump(frame.timestampMs, last.timestampMs)) this.flush()
    if (this.#pictures.length === 0 && this.#timeline === null && !frame.isKeyframe) return
    if (this.#timeline !== null) return this.#addPicture(frame)
    const held = this.#pictures
    if (!this.#mayBegin(frame)) return void held.push(frame)
    this.#pictures = []
    for (const each of [...held, frame]) this.#addPicture(each)
  }

  #addPicture(frame: VideoFrame): void {
    const first = this.#pictures[0]
    if (first !== undefined && this.#cutsBefore(frame, first)) this.#writePart(frame.timestampMs)
    this.#pictures.push(frame)
  }

  #isJump(atMs: number, lastMs: number): boolean {
    return atMs < lastMs - TOLERANCE_MS * 50 || atMs > lastMs + JUMP_MS
  }

  /** A timeline begins once it is known whether there is sound. */
  #mayBegin(frame: VideoFrame): boolean {
    const first = this.#pictures[0] ?? frame
    const hasWaited = frame.timestampMs - first.timestampMs >= SOUND_PATIENCE_MS
    if (this.#audio === null && !hasWaited) return false
    this.#begin(first)
    return true
  }

  #begin(first: VideoFrame): void {
    const video = this.#video
    if (video === null) return
    const tracks: Tracks = { video, audio: this.#audio }
    const init = writeInitSegment(tracks)
    const heldMs = (this.#pictures.at(-1)?.timestampMs ?? first.timestampMs) - first.timestampMs
    const beganAtMs = Math.max(this.#nowMs() - heldMs, Math.ceil(this.#endAtMs))
    this.#timeline = { number: this.#timelines++, codecs: codecsOf(tracks), init, beganAtMs }
    this.#originMs = first.timestampMs
    this.#soundTicks = null
    this.#segmentStartMs = null
    this.#sounds = this.#sounds.filter(({ timestampMs }) => timestampMs >= first.timestampMs)
  }

  #cutsBefore(frame: VideoFrame, first: VideoFrame): boolean {
    const withFrameMs = frame.timestampMs - first.timestampMs + this.#usualMs()
    return (
      withFrameMs > this.#profile.partMs + TOLERANCE_MS ||
      this.#endsSegment(frame.timestampMs, frame.isKeyframe)
    )
  }

  #endsSegment(atMs: number, isKeyframe: boolean): boolean {
    const { segmentMsMin, segmentMsMax } = this.#profile
    const ms = atMs - (this.#segmentStartMs ?? this.#pictures[0]?.timestampMs ?? atMs)
    return isKeyframe ? ms >= segmentMsMin : ms >= segmentMsMax
  }

  #usualMs(): number {
    const [last, before] = [this.#pictures.at(-1), this.#pictures.at(-2)]
    const ms = (last?.timestampMs ?? 0) - (before?.timestampMs ?? 0)
    return before !== undefined && ms > 0 ? ms : FRAME_MS_DEFAULT
  }

  #writePart(endMs: number): void {
    const [first] = this.#pictures
    if (this.#timeline === null && first !== undefined) this.#begin(first)
    const timeline = this.#timeline
    if (timeline === null || first === undefined) return
    const startsSegment =
      this.#segmentStartMs === null || this.#endsSegment(first.timestampMs, first.isKeyframe)
    if (startsSegment) this.#segmentStartMs = first.timestampMs
    const runs = [this.#pictureRun(endMs), ...this.#soundRun(endMs)]
    const bytes = writeFragment(++this.#sequence, runs)
    const startMediaMs = first.timestampMs - this.#originMs
    const durationMs = endMs - first.timestampMs
    this.#pictures = []
    this.#endAtMs = timeline.beganAtMs + startMediaMs + durationMs
    const { isKeyframe: isIndependent } = first
    this.#onPart({ timeline, startsSegment, isIndependent, startMediaMs, durationMs, bytes })
  }

  #pictureRun(endMs: number): Run {
    const ticks = VIDEO_TIMESCALE / 1_000
    const samples = this.#pictures.map((frame, index): Sample => {
      const nextMs = this.#pictures[index + 1]?.timestampMs ?? endMs
      return {
        duration: Math.max(1, (nextMs - frame.timestampMs) * ticks),
        offset: frame.offsetMs * ticks,
        isSync: frame.isKeyframe,
        data: frame.data,
      }
    })
    const startMs = (this.#pictures[0]?.timestampMs ?? 0) - this.#originMs
    return { track: 'video', start: startMs * ticks, samples }
  }

  /** Sound is counted by its samples: whole milliseconds would drift. */
  #soundRun(endMs: number): readonly Run[] {
    const { sampleRate } = this.#audio ?? { sampleRate: 0 }
    const due = this.#sounds.filter(({ timestampMs }) => timestampMs < endMs)
    const [first] = due
    if (this.#audio === null || first === undefined) return []
    this.#sounds = this.#sounds.slice(due.length)
    const told = Math.round(((first.timestampMs - this.#originMs) * sampleRate) / 1_000)
    const counted = this.#soundTicks ?? told
    const start = Math.abs(counted - told) > DRIFT_SECONDS * sampleRate ? told : counted
    this.#soundTicks = start + due.length * SAMPLES_PER_FRAME
    const samples = due.map(({ data }) => {
      return { duration: SAMPLES_PER_FRAME, offset: 0, isSync: true, data }
    })
    return [{ track: 'audio', start: Math.max(0, start), samples }]
  }
}
