import { watch, type FSWatcher } from 'node:fs'
import { cp, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { ClipWindow } from '../clip/clip-window.ts'
import type { Footage, FootageRun } from '../clip/footage.ts'
import type { MediaTimeline } from '../cue/cue.ts'
import { parseStream, type ParsedStream, type StreamRun } from './parse-stream.ts'

/** The playlist in a stream's folder. */
export const STREAM_PLAYLIST = 'index.m3u8'

/** A playlist that was not written for so long is of a stream that has ended. */
const SILENT_MS = 15_000

const NO_STREAM: ParsedStream = {
  mediaSequence: 0,
  discontinuitySequence: 0,
  runs: [],
  isOver: true,
}

/** What pinned footage takes at most: an evening's receipts. */
export const PINNED_BYTES_MAX = 2 ** 30

/** How often the playlist is looked at where the system does not tell of changes. */
const LOOK_MS = 1_000

/** The longest playlist that is read. */
const PLAYLIST_BYTES_MAX = 4 * 2 ** 20

/** How much footage is pinned at most, and who is told when no more is. */
export interface PinBounds {
  readonly bytesMax: number
  readonly onFull: (facts: { readonly pinnedBytes: number; readonly bytesMax: number }) => void
}

/**
 * A stream that a packager writes into a folder as HLS: fMP4 segments and a playlist with program
 * date-times. It is what clips are cut from, and what captions are placed in. [SF1, SF2]
 */
export class StreamFolder implements Footage, MediaTimeline, AsyncDisposable {
  readonly folder: string
  readonly #nowMs: () => number
  readonly #pins: PinBounds
  readonly #began = new Map<string, number>()
  readonly #waiting = new Set<() => void>()
  readonly #timer: ReturnType<typeof setInterval>
  readonly #watcher: FSWatcher
  #stream: ParsedStream = NO_STREAM
  #writtenAtMs = 0
  #version = ''
  #reading: Promise<void> | null = null

  private constructor(folder: string, nowMs: () => number, pins: PinBounds) {
    this.folder = folder
    this.#nowMs = nowMs
    this.#pins = pins
    this.#watcher = watch(folder, (_, name) => {
      if (name === STREAM_PLAYLIST) void this.refresh()
    })
    // What cannot be watched is still looked at by the clock.
    this.#watcher.on('error', () => undefined)
    this.#timer = setInterval(() => void this.refresh(), LOOK_MS)
    this.#timer.unref()
  }

  /** Open a folder; it is made when it is not there, and may stay empty. */
  static async open(
    folder: string,
    nowMs: () => number,
    pins: PinBounds = { bytesMax: PINNED_BYTES_MAX, onFull: () => undefined },
  ): Promise<StreamFolder> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await mkdir(join(folder, 'pinned'), { recursive: true, mode: 0o700 })
    const stream = new StreamFolder(folder, nowMs, pins)
    await stream.refresh()
    return stream
  }

  /** What the playlist said last. */
  get playlist(): ParsedStream {
    return this.#stream
  }

  /** Whether pictures are coming now. */
  get isLive(): boolean {
    return !this.#stream.isOver && this.#nowMs() - this.#writtenAtMs < SILENT_MS
  }

  /** Read the playlist again. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async withRuns<Value>(
    window: ClipWindow,
    use: (runs: readonly FootageRun[]) => Promise<Value>,
  ): Promise<Value> {
    await this.refresh()
    const pathOf = (name: string) => join(this.folder, name)
    const runs = this.#within(window).map(({ timelineId, initName, segments }): FootageRun => {
      const named = segments.map(({ name, ...rest }) => ({ ...rest, content: pathOf(name) }))
      return { timelineId, init: pathOf(initName), segments: named }
    })
    return use(runs)
  }

  recordedToMs(): number | null {
    const last = this.#stream.runs.at(-1)?.segments.at(-1)
    return last === undefined ? null : last.startAtMs + last.durationMs
  }

  async nextSegment(signal: AbortSignal): Promise<boolean> {
    if (!this.isLive || signal.aborted) return false
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = () => resolve()
    const silence = setTimeout(stop, SILENT_MS)
    this.#waiting.add(stop)
    signal.addEventListener('abort', stop, { once: true })
    await promise
    clearTimeout(silence)
    this.#waiting.delete(stop)
    signal.removeEventListener('abort', stop)
    return this.isLive
  }

  async pin(
    name: string,
    window: ClipWindow,
  ): Promise<void> {
    const { bytesMax, onFull } = this.#pins
    const pinned = await sizeOf(join(this.folder, 'pinned'))
    if (pinned >= bytesMax) return onFull({ pinnedBytes: pinned, bytesMax })
    const place = join(this.folder, 'pinned', name.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, 128))
    await mkdir(place, { recursive: true, mode: 0o700 })
    for (const { initName, segments } of this.#within(window)) {
      for (const name of [initName, ...segments.map((each) => each.name)]) {
        await cp(join(this.folder, name), join(place, name))
      }
    }
  }

  locate(atMs: number) {
    const run = this.#stream.runs.findLast(({ timelineId }) => {
      return (this.#began.get(timelineId) ?? Infinity) <= atMs
    })
    const beganAtMs = run === undefined ? undefined : this.#began.get(run.timelineId)
    if (run === undefined || beganAtMs === undefined) return null
    return { timelineId: run.timelineId, mediaTimeMs: atMs - beganAtMs }
  }

  beganAtMs(timelineId: string): number | null {
    return this.#began.get(timelineId) ?? null
  }

  head() {
    const toMs = this.recordedToMs()
    return toMs === null ? null : this.locate(toMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    this.#watcher.close()
    for (const stop of this.#waiting) stop()
    await this.#reading
  }

  #within({ fromMs, toMs }: ClipWindow): readonly StreamRun[] {
    return this.#stream.runs.flatMap((run) => {
      const segments = run.segments.filter(
        ({ startAtMs, durationMs }) => startAtMs < toMs && startAtMs + durationMs > fromMs,
      )
      return segments.length === 0 ? [] : [{ ...run, segments }]
    })
  }

  async #read(): Promise<void> {
    const path = join(this.folder, STREAM_PLAYLIST)
    try {
      const { mtimeMs, size, ino } = await stat(path)
      // A system's clock of files is coarse: two playlists may have the same time.
      const version = `${mtimeMs} ${size} ${ino}`
      if (version === this.#version || size > PLAYLIST_BYTES_MAX) return
      this.#version = version
      this.#stream = parseStream(await readFile(path, 'utf8'))
      this.#writtenAtMs = mtimeMs
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      return
    }
    for (const { timelineId, segments } of this.#stream.runs) {
      const startAtMs = segments[0]?.startAtMs
      if (startAtMs === undefined || this.#began.has(timelineId)) continue
      this.#began.set(timelineId, startAtMs)
    }
    for (const stop of this.#waiting) stop()
  }
}

async function sizeOf(folder: string): Promise<number> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((each) => each.isFile())
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  )
  return sizes.reduce((sum, each) => sum + each, 0)
}
