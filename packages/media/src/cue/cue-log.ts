import { randomUUID } from 'node:crypto'
import { open, mkdir, readFile, rename, truncate, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

import { err, ok, type Result } from '@nightmarket/kernel'

import { cueRecord, type Cue, type MediaTimeline, type SentCue } from './cue.ts'

/** How many cues and languages are kept; the oldest cues make room. */
export const CUE_LIMITS = { cuesMax: 20_000, languagesMax: 20 } as const

/** Of how many cues of a language the lateness is told. */
const LATENESS_SAMPLES = 200

/** Why cues were not taken. */
export type CueRejection =
  | { readonly code: 'stream_unknown' }
  | { readonly code: 'languages_full'; readonly languagesMax: number }

/** How late a language's words are. */
export interface CaptionStatus {
  readonly language: string
  readonly cues: number
  readonly latenessMs: { readonly median: number; readonly worst: number } | null
  readonly lastReceivedAtMs: number
}

/** What cues are taken with. */
export interface TakeCues {
  readonly language: string
  readonly cues: readonly SentCue[]
  readonly clock: 'media' | 'edge'
  /** Added to every time; for a captioner whose clock begins somewhere. */
  readonly originMs?: number
  /** Of the stream's own clock; absent: the run that is on. */
  readonly timelineId?: string
}

/** What a log places cues with. */
export interface CueLogDeps {
  readonly timeline: MediaTimeline
  readonly nowMs: () => number
}

/**
 * The words of the show by media time, in every language that somebody gives. On disk before they
 * are told, and there again after a crash; the same cue id replaces its words. [CP1]
 */
export class CueLog implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #languages = new Map<string, Map<string, Cue>>()
  readonly #listeners = new Set<(cues: readonly Cue[]) => void>()
  readonly #deps: CueLogDeps
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(file: FileHandle, deps: CueLogDeps, cues: readonly Cue[]) {
    this.#file = file
    this.#deps = deps
    for (const cue of cues) this.#fold(cue)
  }

  /** Open the log of a folder; a torn last line is cut off, and what is too much is left behind. */
  static async open(folder: string, deps: CueLogDeps): Promise<CueLog> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, 'cues.jsonl')
    const { cues, wholeBytes, lines } = await readCues(path)
    await truncate(path, wholeBytes).catch(ignoreMissing)
    const log = new CueLog(await open(path, 'a', 0o600), deps, cues)
    if (lines <= 2 * CUE_LIMITS.cuesMax) return log
    await log[Symbol.asyncDispose]()
    return rewrite(path, log.all, deps)
  }

  /** Every cue, by language and time. */
  get all(): readonly Cue[] {
    return [...this.#languages.keys()].flatMap((language) => this.cues(language))
  }

  /** The languages that have words. */
  get languages(): readonly string[] {
    return [...this.#languages.keys()].sort()
  }

  /** The words of a language in order; of one run of the stream, or of all. */
  cues(language: string, timelineId?: string): readonly Cue[] {
    return [...(this.#languages.get(language)?.values() ?? [])]
      .filter((cue) => timelineId === undefined || cue.timelineId === timelineId)
      .sort((a, b) => a.startMs - b.startMs)
  }

  /** Hear cues once they are on disk. The returned function ends it. */
  onCues(listener: (cues: readonly Cue[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Take cues: placed in the stream, written, then told. */
  async take(sent: TakeCues): Promise<Result<readonly Cue[], CueRejection>> {
    const { languagesMax } = CUE_LIMITS
    const isNew = !this.#languages.has(sent.language)
    if (isNew && this.#languages.size >= languagesMax) {
      return err({ code: 'languages_full', languagesMax })
    }
    const placed = sent.cues.map((cue) => this.#place(sent, cue))
    const cues = placed.filter((cue) => cue !== null)
    if (cues.length < placed.length) return err({ code: 'stream_unknown' })
    await this.#write(cues)
    for (const cue of cues) this.#fold(cue)
    for (const listener of this.#listeners) listener(cues)
    return ok(cues)
  }

  /** How late each language's words come. [CP3] */
  status(): readonly CaptionStatus[] {
    return this.languages.map((language) => {
      const cues = [...(this.#languages.get(language)?.values() ?? [])]
      const recent = cues.slice(-LATENESS_SAMPLES)
      const late = recent.flatMap(({ latenessMs }) => latenessMs ?? []).sort((a, b) => a - b)
      const median = late[Math.floor(late.length / 2)]
      const worst = late.at(-1)
      const latenessMs = median === undefined || worst === undefined ? null : { median, worst }
      const lastReceivedAtMs = recent.at(-1)?.receivedAtMs ?? 0
      return { language, cues: cues.length, latenessMs, lastReceivedAtMs }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing
    await this.#file.close()
  }

  #place(sent: TakeCues, cue: SentCue): Cue | null {
    const { timeline, nowMs } = this.#deps
    const [startMs, endMs] = [cue.startMs, cue.endMs].map((ms) => ms + (sent.originMs ?? 0))
    if (startMs === undefined || endMs === undefined) return null
    const start =
      sent.clock === 'edge'
        ? timeline.locate(startMs)
        : { timelineId: sent.timelineId ?? timeline.head()?.timelineId, mediaTimeMs: startMs }
    const timelineId = start?.timelineId
    if (start === null || timelineId === undefined) return null
    const beganAtMs = timeline.beganAtMs(timelineId)
    const receivedAtMs = nowMs()
    const placedMs = Math.max(0, Math.round(start.mediaTimeMs))
    return {
      cueId: cue.cueId ?? randomUUID(),
      language: sent.language,
      timelineId,
      startMs: placedMs,
      endMs: placedMs + Math.round(endMs - startMs),
      text: cue.text,
      receivedAtMs,
      latenessMs: beganAtMs === null ? null : Math.round(receivedAtMs - beganAtMs - placedMs),
    }
  }

  #write(cues: readonly Cue[]): Promise<unknown> {
    const text = cues.map((cue) => `${JSON.stringify(cue)}\n`).join('')
    const written = this.#writing.then(async () => {
      await this.#file.appendFile(text)
      await this.#file.datasync()
    })
    // A failed write is its own caller's; the next one tries again.
    this.#writing = written.catch(() => undefined)
    return written
  }

  /** The latest words of an id count, and are the newest. */
  #fold(cue: Cue): void {
    const cues = this.#languages.get(cue.language) ?? new Map<string, Cue>()
    this.#languages.set(cue.language, cues)
    cues.delete(cue.cueId)
    cues.set(cue.cueId, cue)
    const oldest = cues.size > CUE_LIMITS.cuesMax ? cues.keys().next().value : undefined
    if (oldest !== undefined) cues.delete(oldest)
  }
}

async function rewrite(path: string, cues: readonly Cue[], deps: CueLogDeps): Promise<CueLog> {
  const file = await open(`${path}.part`, 'w', 0o600)
  await file.writeFile(cues.map((cue) => `${JSON.stringify(cue)}\n`).join(''))
  await file.sync()
  await file.close()
  await rename(`${path}.part`, path)
  return CueLog.open(join(path, '..'), deps)
}

async function readCues(path: string) {
  const bytes = (await readFile(path).catch(ignoreMissing)) ?? Buffer.alloc(0)
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1
  const lines = bytes.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1)
  return { cues: lines.flatMap(parseLine), wholeBytes, lines: lines.length }
}

function parseLine(line: string): readonly Cue[] {
  try {
    const parsed = cueRecord.safeParse(JSON.parse(line))
    return parsed.success ? [parsed.data] : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  return undefined
}
