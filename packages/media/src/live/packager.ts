import { codecsOf, VIDEO_TIMESCALE, writeInitSegment, type Tracks } from '../cmaf/init-segment.ts'
import { writeFragment, type Run, type Sample } from '../cmaf/write-fragment.ts'
import type { AudioFrame, VideoFrame } from '../flv/read-tag.ts'

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
  /** Leaves the pictures out, and cuts where they would be cut. */
  readonly isSoundOnly?: boolean
}

/** Segments are the same in every rendition. */
const SEGMENTS = { segmentMsMin: 950, segmentMsMax: 3_900 }

/** For phones on the internet: at 150–210 ms a request, shorter parts stall. */
export const WAN_PROFILE: CutProfile = { partMs: 500, ...SEGMENTS }

/** For who is near: six frames at 30 a second, five at 24 or 25, three at 15. */
export const VENUE_PROFILE: CutProfile = { partMs: 210, ...SEGMENTS }

/** For who listens only. */
export const SOUND_PROFILE: CutProfile = { ...WAN_PROFILE, isSoundOnly: true }

/** FLV counts whole milliseconds: 167, 333, 500. */
const TOLERANCE_MS = 2
/** A part is no shorter than this share of what was promised, unless its segment ends. */
const SHARE_MIN = 0.9
const SAMPLES_PER_FRAME = 1_024
const FRAME_MS_DEFAULT = 33
/** Sound that drifts further from its time stamps is placed anew. */
const DRIFT_SECONDS = 0.1

/**
 * Turns the frames of a run into parts. A part is written when the next one begins, so that every
 * duration is known; what is left at the end is flushed. [PK1, PK2, PK3, PK4]
 */
export class Packager {
  readonly #profile: CutProfile
  readonly #onPart: (part: Part) => void
  #tracks: Tracks | null = null
  #timeline: Timeline | null = null
  #timelines = 0
  #originMs: number | null = null
  #endAtMs = 0
  #segmentStartMs = 0
  /** Where the part in the making begins; `null` before the first picture. */
  #partStartMs: number | null = null
  #startsSegment = true
  /** From one picture to the next, as it was last. */
  #usualMs = FRAME_MS_DEFAULT
  #lastMs: number | null = null
  #pictures: VideoFrame[] = []
  #sounds: AudioFrame[] = []
  #soundTicks: number | null = null
  #sequence = 0

  constructor(options: {
    readonly profile: CutProfile
    readonly onPart: (part: Part) => void
  }) {
    this.#profile = options.profile
    this.#onPart = options.onPart
  }

  /** Until when there are pictures, by the wall clock of their timeline. */
  get endAtMs(): number {
    return this.#endAtMs
  }

  /** A timeline begins with the next picture; the one before ends. */
  begin(tracks: Tracks, beganAtMs: number): void {
    this.flush()
    const written = this.#profile.isSoundOnly === true ? { ...tracks, video: null } : tracks
    const [init, codecs] = [writeInitSegment(written), codecsOf(written)]
    this.#tracks = written
    this.#timeline = { number: this.#timelines++, codecs, init, beganAtMs }
  }

  /** Take a frame of the timeline. */
  take(frame: VideoFrame | AudioFrame): void {
    if (this.#timeline === null) return
    if (frame.kind === 'audio') return void this.#sounds.push(frame)
    if (this.#partStartMs === null) this.#begin(frame.timestampMs)
    else this.#cutBefore(frame, this.#partStartMs)
    if (this.#lastMs !== null) this.#usualMs = Math.max(1, frame.timestampMs - this.#lastMs)
    this.#lastMs = frame.timestampMs
    this.#pictures.push(frame)
  }

  /** What is pending becomes the last part, and the timeline ends. */
  flush(): void {
    const last = this.#pictures.at(-1)
    const startMs = this.#partStartMs
    if (last !== undefined && startMs !== null) {
      const fullMs = startMs + this.#profile.partMs + TOLERANCE_MS
      const longestMs = Math.max(fullMs, last.timestampMs + 1)
      const endMs = Math.min(last.timestampMs + this.#usualMs, longestMs)
      this.#writePart(startMs, endMs, endMs)
    }
    this.#timeline = null
    this.#originMs = null
    this.#partStartMs = null
    this.#lastMs = null
    this.#usualMs = FRAME_MS_DEFAULT
    this.#soundTicks = null
    this.#pictures = []
    this.#sounds = []
  }

  #begin(atMs: number): void {
    this.#originMs = atMs
    this.#partStartMs = atMs
    this.#beginSegment(atMs)
  }

  #beginSegment(atMs: number): void {
    this.#segmentStartMs = atMs
    this.#startsSegment = true
  }

  get #origin(): number {
    return this.#originMs ?? 0
  }

  /**
   * Parts end with a picture, as long as pictures come in time. Between two that are far apart they
   * end by the clock, and the first of the two is shown on into the next part.
   */
  #cutBefore({ timestampMs: atMs, isKeyframe }: VideoFrame, partStartMs: number): void {
    const { partMs } = this.#profile
    let startMs = partStartMs
    while (atMs - startMs > partMs + TOLERANCE_MS && this.#hasUntil(startMs + partMs)) {
      this.#writePart(startMs, startMs + partMs, atMs)
      startMs += partMs
      if (this.#endsSegment(startMs, false)) this.#beginSegment(startMs)
    }
    const ms = atMs - startMs
    const isFull = ms >= partMs * SHARE_MIN && ms + this.#usualMs > partMs + TOLERANCE_MS
    const endsSegment = this.#endsSegment(atMs, isKeyframe)
    if (ms > 0 && (isFull || endsSegment)) this.#writePart(startMs, atMs, atMs)
    if (endsSegment) this.#beginSegment(atMs)
  }

  /** Whether there is something to put into a part that ends then. */
  #hasUntil(endMs: number): boolean {
    return this.#pictures.length > 0 || this.#sounds.some(({ timestampMs }) => timestampMs < endMs)
  }

  #endsSegment(atMs: number, isKeyframe: boolean): boolean {
    const { segmentMsMin, segmentMsMax } = this.#profile
    return atMs - this.#segmentStartMs >= (isKeyframe ? segmentMsMin : segmentMsMax)
  }

  /** `nextMs` is when the next picture comes: the last one is shown until then. */
  #writePart(startMs: number, endMs: number, nextMs: number): void {
    this.#partStartMs = endMs
    const [first] = this.#pictures
    const timeline = this.#timeline
    if (timeline === null) return
    const hasPictures = this.#tracks?.video !== null
    const pictures = hasPictures && first !== undefined ? [this.#pictureRun(first, nextMs)] : []
    const runs = [...pictures, ...this.#soundRun(endMs)]
    if (runs.length === 0) return
    const bytes = writeFragment(++this.#sequence, runs)
    const startMediaMs = startMs - this.#origin
    const durationMs = endMs - startMs
    const startsSegment = this.#startsSegment
    this.#startsSegment = false
    this.#pictures = []
    this.#endAtMs = timeline.beganAtMs + startMediaMs + durationMs
    const isIndependent = first?.isKeyframe === true || !hasPictures
    this.#onPart({ timeline, startsSegment, isIndependent, startMediaMs, durationMs, bytes })
  }

  #pictureRun(first: VideoFrame, endMs: number): Run {
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
    return { track: 'video', start: (first.timestampMs - this.#origin) * ticks, samples }
  }

  /** Sound is counted by its samples: whole milliseconds would drift. */
  #soundRun(endMs: number): readonly Run[] {
    const audio = this.#tracks?.audio ?? null
    const due = this.#sounds.filter(({ timestampMs }) => timestampMs < endMs)
    const [first] = due
    if (audio === null || first === undefined) return []
    const { sampleRate } = audio
    this.#sounds = this.#sounds.slice(due.length)
    const told = Math.round(((first.timestampMs - this.#origin) * sampleRate) / 1_000)
    const counted = this.#soundTicks ?? told
    const start = Math.abs(counted - told) > DRIFT_SECONDS * sampleRate ? told : counted
    this.#soundTicks = start + due.length * SAMPLES_PER_FRAME
    const samples = due.map(({ data }) => {
      return { duration: SAMPLES_PER_FRAME, offset: 0, isSync: true, data }
    })
    return [{ track: 'audio', start: Math.max(0, start), samples }]
  }
}
