import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import type { ClipWords, SaidWords } from '../clip/clip-desk.ts'
import type { ClipWindow } from '../clip/clip-window.ts'
import type { Footage, FootageRun } from '../clip/footage.ts'
import { wordsWithin } from '../cue/said-words.ts'
import { parseStream, type StreamRun } from '../stream/parse-stream.ts'
import { STREAM_FILES } from '../stream/stream-files.ts'
import type { OriginFinder } from './origin-finder.ts'

/** How often an origin is asked what it has recorded, while a clip waits for its end. */
const LOOK_MS = 500
const PATIENCE_MS = 10_000

/** The most that a clip takes: three minutes at a high rate. */
const BYTES_MAX = 200 * 2 ** 20

const placedCues = z.object({
  cues: z.array(
    z.object({
      language: z.string(),
      startAtMs: z.int(),
      endAtMs: z.int(),
      text: z.string(),
    }),
  ),
})

/**
 * What the origin recorded, for the clips of an edge that pulls its picture: what was sold here has
 * its clip here. The moment of a sale is by this edge's clock, that of a picture by the origin's.
 * [PU5]
 */
export class PulledFootage implements Footage, ClipWords {
  readonly #finder: Pick<OriginFinder, 'origin'>
  #recordedToMs: number | null = null

  constructor(finder: Pick<OriginFinder, 'origin'>) {
    this.#finder = finder
  }

  async withRuns<Value>(
    window: ClipWindow,
    use: (runs: readonly FootageRun[]) => Promise<Value>,
  ): Promise<Value> {
    const { origin } = this.#finder
    // From an origin that is out of reach there is nothing, and the clip says so.
    return use(origin === null ? [] : await bring(origin, window).catch(() => []))
  }

  recordedToMs(): number | null {
    return this.#recordedToMs
  }

  async nextSegment(signal: AbortSignal): Promise<boolean> {
    const before = this.#recordedToMs
    while (!signal.aborted) {
      const { origin } = this.#finder
      if (origin === null) return false
      const runs = await runsOf(`${origin}${STREAM_FILES}/index.m3u8`).catch(() => [])
      const last = runs.at(-1)?.segments.at(-1)
      this.#recordedToMs = last === undefined ? null : last.startAtMs + last.durationMs
      if (this.#recordedToMs !== before) return true
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined)
    }
    return false
  }

  /** The footage is the origin's, which keeps what was sold there; the clip itself is kept here. */
  async pin(): Promise<void> {}

  async said(_timelineId: string, span: ClipWindow): Promise<readonly SaidWords[]> {
    const { origin } = this.#finder
    if (origin === null) return []
    const query = `fromMs=${span.fromMs}&toMs=${span.toMs}`
    const bytes = await bytesOf(`${origin}/v1/captions/cues?${query}`)
    const { cues } = placedCues.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
    return wordsWithin(cues, span)
  }
}

async function runsOf(address: string): Promise<readonly StreamRun[]> {
  return parseStream(Buffer.from(await bytesOf(address)).toString('utf8')).runs
}

/** Fetch what an origin has of a window. */
async function bring(
  origin: string,
  { fromMs, toMs }: ClipWindow,
): Promise<readonly FootageRun[]> {
  const newest = await runsOf(`${origin}${STREAM_FILES}/index.m3u8`)
  const isFurtherBack = fromMs < (newest[0]?.segments[0]?.startAtMs ?? Infinity)
  const runs = isFurtherBack ? await runsOf(`${origin}${STREAM_FILES}/replay.m3u8`) : newest
  let bytes = 0
  const fetched = async (name: string) => {
    const content = await bytesOf(`${origin}${STREAM_FILES}/${name}`)
    bytes += content.length
    if (bytes > BYTES_MAX) throw new Error(`the origin has more than ${BYTES_MAX} bytes for a clip`)
    return content
  }
  const brought: FootageRun[] = []
  for (const { timelineId, initName, segments } of runs) {
    const inside = segments.filter(
      ({ startAtMs, durationMs }) => startAtMs < toMs && startAtMs + durationMs > fromMs,
    )
    if (inside.length === 0) continue
    const pieces: FootageRun['segments'][number][] = []
    for (const { name, ...when } of inside) pieces.push({ ...when, content: await fetched(name) })
    brought.push({ timelineId, init: await fetched(initName), segments: pieces })
  }
  return brought
}

async function bytesOf(address: string): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const response = await fetch(address, { signal, redirect: 'error' })
  if (!response.ok) throw new Error(`${address} answers ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}
