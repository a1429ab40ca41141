import type { Ring } from '../ring/ring.ts'
import { writeLivePlaylist, type ListedPart, type ListedSegment } from './live-playlist.ts'
import type { PartSink } from '../ingest/open-ingest.ts'
import { WAN_PROFILE, type CutProfile, type Part, type Timeline } from './packager.ts'

/** How many segments the live playlist names: enough for a delta to leave some out. */
const LISTED_MAX = 40
/** How many segments stay in memory for players at the newest end. */
const HELD_MAX = 6
/** How far ahead a question may be. */
const AHEAD_MAX = 2

/** The answer to a question for a playlist. */
export type PlaylistAnswer =
  | { readonly kind: 'playlist'; readonly text: string }
  | { readonly kind: 'too_far' }

interface OpenSegment {
  readonly listed: Omit<ListedSegment, 'durationMs' | 'parts'>
  readonly timeline: Timeline
  readonly parts: ListedPart[]
  readonly chunks: Buffer[]
  durationMs: number
}

/**
 * The live end of a show: tells players of each part at once, and hands whole segments to the
 * recording. [LH1, LH2, LH3]
 */
export class LiveStream implements PartSink {
  readonly #ring: Ring
  readonly #profile: CutProfile
  /** Distinguishes files of this run from those of the one before. */
  readonly #run: string
  readonly #held = new Map<string, Buffer>()
  readonly #waiting = new Set<() => void>()
  readonly #texts = new Map<boolean, string>()
  #closed: ListedSegment[] = []
  #mediaSequence: number
  #discontinuitySequence: number
  #open: OpenSegment | null = null
  #lastTimeline: Timeline | null = null
  #partCount = 0
  #isFed = false

  constructor(options: {
    readonly ring: Ring
    readonly nowMs: () => number
    readonly profile?: CutProfile
  }) {
    const { ring, nowMs, profile = WAN_PROFILE } = options
    const { recovered } = ring
    this.#ring = ring
    this.#profile = profile
    this.#run = nowMs().toString(36)
    const kept = recovered.segments.slice(-LISTED_MAX / 2)
    const left = recovered.segments.slice(0, recovered.segments.length - kept.length)
    const breaks = [...left.slice(1), ...kept.slice(0, 1)].filter(({ isBreak }) => isBreak)
    this.#closed = kept.map((segment) => ({ ...segment, parts: [] }))
    this.#mediaSequence = recovered.mediaSequence + left.length
    this.#discontinuitySequence =
      recovered.discontinuitySequence + (left.length === 0 ? 0 : breaks.length)
  }

  /** Whether no encoder has been here since it was opened: the recording is all there is. */
  get isEmpty(): boolean {
    return this.#lastTimeline === null
  }

  /** Parts begin to come. */
  begin(): void {
    this.#isFed = true
  }

  /** Tell of a part. */
  take(part: Part): void {
    if (part.startsSegment || this.#open?.timeline !== part.timeline) {
      this.#closeSegment()
      this.#openSegment(part)
    }
    const open = this.#open
    if (open === null) return
    const name = this.#nextName()
    this.#partCount++
    this.#held.set(name, part.bytes)
    open.chunks.push(part.bytes)
    open.durationMs += part.durationMs
    const { durationMs, isIndependent } = part
    open.parts.push({ name, durationMs, isIndependent })
    this.#wake()
  }

  /** Nothing comes any more: the last segment is kept. */
  end(): void {
    this.#isFed = false
    this.#closeSegment()
    this.#wake()
  }

  /** A part, segment or init that is in memory. */
  file(name: string): Buffer | null {
    return this.#held.get(name) ?? null
  }

  /** Wait for a part that was promised. */
  async promised(name: string, signal: AbortSignal): Promise<Buffer | null> {
    while (name === this.#nextName() && this.#isFed && !signal.aborted) await this.#news(signal)
    return this.file(name)
  }

  /** The playlist, once it has the part or segment that was asked for. */
  async playlist(
    wanted: { readonly msn: number; readonly part: number | null } | null,
    isDelta: boolean,
    signal: AbortSignal,
  ): Promise<PlaylistAnswer> {
    if (wanted !== null && wanted.msn > this.#nextMsn() + AHEAD_MAX) return { kind: 'too_far' }
    while (wanted !== null && !this.#has(wanted) && !signal.aborted) {
      await this.#news(signal)
    }
    const known = this.#texts.get(isDelta)
    if (known !== undefined) return { kind: 'playlist', text: known }
    const text = writeLivePlaylist(this.#list(), isDelta)
    this.#texts.set(isDelta, text)
    return { kind: 'playlist', text }
  }

  #list() {
    const open = this.#open
    const last =
      open === null ? [] : [{ ...open.listed, durationMs: null, parts: open.parts.slice() }]
    return {
      mediaSequence: this.#mediaSequence,
      discontinuitySequence: this.#discontinuitySequence,
      partMs: this.#profile.partMs,
      segments: [...this.#closed, ...last],
      hint: this.#isFed ? this.#nextName() : null,
    }
  }

  #nextMsn(): number {
    return this.#mediaSequence + this.#closed.length
  }

  #has({ msn, part }: { readonly msn: number; readonly part: number | null }): boolean {
    const next = this.#nextMsn()
    if (msn !== next) return msn < next
    return part !== null && (this.#open?.parts.length ?? 0) > part
  }

  #nextName(): string {
    return `p${this.#run}-${this.#partCount}.m4s`
  }

  #openSegment({ timeline, startMediaMs }: Part): void {
    const isBreak = timeline !== this.#lastTimeline && this.#nextMsn() > 0
    this.#lastTimeline = timeline
    const initName = `i${this.#run}-${timeline.number}.mp4`
    this.#held.set(initName, timeline.init)
    const name = `s${this.#run}-${this.#nextMsn()}.m4s`
    const startAtMs = timeline.beganAtMs + startMediaMs
    const listed = { name, initName, startAtMs, isBreak }
    this.#open = { listed, timeline, parts: [], chunks: [], durationMs: 0 }
  }

  #closeSegment(): void {
    const open = this.#open
    this.#open = null
    if (open === null) return
    const { listed, durationMs, parts, chunks, timeline } = open
    const bytes = Buffer.concat(chunks)
    this.#held.set(listed.name, bytes)
    this.#closed.push({ ...listed, durationMs, parts })
    this.#ring.keep({ segment: { ...listed, durationMs }, bytes, init: timeline.init })
    this.#forget()
  }

  #forget(): void {
    const cold = this.#closed.at(-HELD_MAX - 1)
    if (cold !== undefined) {
      for (const name of [cold.name, ...cold.parts.map((part) => part.name)]) {
        this.#held.delete(name)
      }
    }
    if (this.#closed.length <= LISTED_MAX) return
    const oldest = this.#closed.shift()
    this.#mediaSequence++
    if (this.#closed[0]?.isBreak === true) this.#discontinuitySequence++
    const isUsed = this.#closed.some(({ initName }) => initName === oldest?.initName)
    if (!isUsed && oldest !== undefined) this.#held.delete(oldest.initName)
  }

  #wake(): void {
    this.#texts.clear()
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }
}
