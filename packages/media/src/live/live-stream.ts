import type { Ring } from '../ring/ring.ts'
import type { RingIndex } from '../ring/ring-index.ts'
import {
  writeLivePlaylist,
  type ListedPart,
  type ListedSegment,
  type LivePlaylist,
  type RenditionReport,
} from './live-playlist.ts'
import type { PartSink } from '../ingest/open-ingest.ts'
import type { CutProfile, Part, Timeline } from './packager.ts'

/** How many segments the playlist of what is recorded names: a delta leaves most of them out. */
const RECORDED_LISTED_MAX = 40
/** How many of them stay in memory for players at the newest end; further back there are files. */
const RECORDED_HELD_MAX = 6
/** How many segments there are of a rendition that is in memory only. */
const UNRECORDED_MAX = 16
/** How far ahead a question may be. */
const AHEAD_MAX = 2

/** A segment that is in memory, whole or in the making. */
export interface TailSegment {
  readonly timelineId: string
  readonly initName: string
  readonly init: Buffer
  /** By the edge's clock. */
  readonly startAtMs: number
  readonly durationMs: number
  readonly bytes: Buffer
}

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

/** What the live end of a rendition is opened with. */
export interface LiveStreamOptions {
  readonly nowMs: () => number
  readonly profile: CutProfile
  /** What was recorded before: numbers go on from there. */
  readonly recovered: RingIndex
  /** Where whole segments go; absent for a rendition that is in memory only. */
  readonly ring?: Pick<Ring, 'keep' | 'keepPart'>
  /** How far the renditions are that a player may change to. */
  readonly reports?: () => readonly RenditionReport[]
}

/**
 * The live end of a show in one rendition: tells players of each part at once, and hands whole
 * segments to the recording. [LH1, LH2, LH3]
 */
export class LiveStream implements PartSink {
  readonly #options: LiveStreamOptions
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
  #bitsPerSecond = 0
  #isFed = false

  constructor(options: LiveStreamOptions) {
    const { segments, mediaSequence, discontinuitySequence } = options.recovered
    this.#options = options
    this.#run = options.nowMs().toString(36)
    const listed = options.ring === undefined ? 0 : RECORDED_LISTED_MAX / 2
    const left = segments.slice(0, Math.max(0, segments.length - listed))
    const kept = segments.slice(left.length)
    const breaks = [...left.slice(1), ...kept.slice(0, 1)].filter(({ isBreak }) => isBreak)
    this.#closed = kept.map((segment) => ({ ...segment, parts: [] }))
    this.#mediaSequence = mediaSequence + left.length
    this.#discontinuitySequence = discontinuitySequence + (left.length === 0 ? 0 : breaks.length)
  }

  /** Whether no encoder has been here since it was opened: the recording is all there is. */
  get isEmpty(): boolean {
    return this.#lastTimeline === null
  }

  /** What is known of how it is encoded; `null` before anything was. */
  get encoding(): { readonly codecs: string; readonly bitsPerSecond: number } | null {
    const codecs = this.#lastTimeline?.codecs
    return codecs === undefined ? null : { codecs, bitsPerSecond: this.#bitsPerSecond }
  }

  /** The segments that the playlist names, the open one last, with the numbers of the first. */
  get listed(): Pick<LivePlaylist, 'mediaSequence' | 'discontinuitySequence' | 'segments'> {
    const open = this.#open
    const last =
      open === null ? [] : [{ ...open.listed, durationMs: null, parts: open.parts.slice() }]
    return {
      mediaSequence: this.#mediaSequence,
      discontinuitySequence: this.#discontinuitySequence,
      segments: [...this.#closed, ...last],
    }
  }

  /** What is in memory of the newest end, whole segments and the one in the making, in order. */
  get tail(): readonly TailSegment[] {
    const open = this.#open
    const made = open === null ? null : { ...open.listed, durationMs: open.durationMs }
    let runs = this.#discontinuitySequence
    return [...this.#closed, ...(made === null ? [] : [made])].flatMap((segment, index) => {
      if (segment.isBreak && index > 0) runs++
      const isOpen = segment === made
      const bytes = isOpen ? Buffer.concat(open?.chunks ?? []) : this.#held.get(segment.name)
      const init = this.#held.get(segment.initName)
      if (bytes === undefined || init === undefined) return []
      const { initName, startAtMs, durationMs } = segment
      const timelineId = `run-${runs}`
      return [{ timelineId, initName, init, startAtMs, durationMs: durationMs ?? 0, bytes }]
    })
  }

  /** Resolves at the next part; `false` when none comes any more. */
  async nextPart(signal: AbortSignal): Promise<boolean> {
    if (this.#isFed && !signal.aborted) await this.#news(signal)
    return this.#isFed
  }

  /** The newest there is, for playlists of other renditions. */
  report(uri: string): RenditionReport {
    const parts = this.#open?.parts.length ?? 0
    if (parts > 0) return { uri, msn: this.#nextMsn(), part: parts - 1 }
    const last = this.#closed.at(-1)?.parts.length ?? 0
    return { uri, msn: this.#nextMsn() - 1, part: Math.max(0, last - 1) }
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
    const { init } = part.timeline
    this.#options.ring?.keepPart({ segment: open.listed, init, bytes: part.bytes, durationMs })
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

  #list(): LivePlaylist {
    const { profile, reports } = this.#options
    const { partMs } = profile
    const hint = this.#isFed ? this.#nextName() : null
    return { ...this.listed, partMs, hint, reports: reports?.() ?? [] }
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
    // A list counts the break of its first segment, and does not name it.
    if (isBreak && this.#closed.length === 0) this.#discontinuitySequence++
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
    this.#bitsPerSecond = Math.max(this.#bitsPerSecond, (bytes.length * 8_000) / durationMs)
    const { ring } = this.#options
    ring?.keep({ segment: { ...listed, durationMs }, bytes, init: timeline.init })
    this.#forget()
  }

  #forget(): void {
    const isRecorded = this.#options.ring !== undefined
    const listedMax = isRecorded ? RECORDED_LISTED_MAX : UNRECORDED_MAX
    const heldMax = isRecorded ? RECORDED_HELD_MAX : UNRECORDED_MAX
    const cold = this.#closed.at(-heldMax - 1)
    if (cold !== undefined) {
      for (const name of [cold.name, ...cold.parts.map((part) => part.name)]) {
        this.#held.delete(name)
      }
    }
    if (this.#closed.length <= listedMax) return
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
