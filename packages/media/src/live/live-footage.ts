import { basename } from 'node:path'

import type { Footage, FootageContent, FootageRun } from '../clip/footage.ts'
import type { ClipWindow } from '../clip/clip-window.ts'
import type { StreamFolder } from '../stream/stream-folder.ts'
import type { LiveStream, TailSegment } from './live-stream.ts'

/** How long footage that is pinned is waited for until it is on disk. */
const PIN_MS_MAX = 60_000

/** What whole milliseconds make of segments that follow each other. */
const GAP_MS_MAX = 50

/**
 * What was recorded, and behind it what is in memory only: a clip that ends now needs no segment to
 * be whole, nor on disk. [LH4]
 */
export class LiveFootage implements Footage {
  readonly #folder: StreamFolder
  readonly #live: Pick<LiveStream, 'tail' | 'nextPart'>

  constructor(folder: StreamFolder, live: Pick<LiveStream, 'tail' | 'nextPart'>) {
    this.#folder = folder
    this.#live = live
  }

  withRuns<Value>(
    window: ClipWindow,
    use: (runs: readonly FootageRun[]) => Promise<Value>,
  ): Promise<Value> {
    return this.#folder.withRuns(window, (runs) => use(withTail(runs, this.#tail(), window)))
  }

  recordedToMs(): number | null {
    const last = this.#tail().at(-1)
    const tailMs = last === undefined ? null : last.startAtMs + last.durationMs
    const recordedMs = this.#folder.recordedToMs()
    return tailMs === null ? recordedMs : Math.max(tailMs, recordedMs ?? 0)
  }

  async nextSegment(signal: AbortSignal): Promise<boolean> {
    const heard = new AbortController()
    const either = AbortSignal.any([signal, heard.signal])
    const news = [this.#folder.nextSegment(either), this.#live.nextPart(either)] as const
    // One of them may have nothing to wait for.
    const [first, other] = [Promise.race(news), Promise.all(news)]
    const isMore = (await first) || (await other).includes(true)
    heard.abort()
    return isMore
  }

  /** Nothing, when the disk is so far behind that what is in memory does not reach back to it. */
  #tail(): readonly TailSegment[] {
    const { tail } = this.#live
    const recordedMs = this.#folder.recordedToMs()
    const beganMs = tail[0]?.startAtMs ?? 0
    return recordedMs === null || beganMs <= recordedMs + GAP_MS_MAX ? tail : []
  }

  async pin(name: string, window: ClipWindow): Promise<void> {
    const signal = AbortSignal.timeout(PIN_MS_MAX)
    while ((this.#folder.recordedToMs() ?? 0) < window.toMs) {
      if (!(await this.#folder.nextSegment(signal))) break
    }
    await this.#folder.pin(name, window)
  }
}

/** Put behind what was recorded what is not yet: what is in both is taken from disk. */
function withTail(
  recorded: readonly FootageRun[],
  tail: readonly TailSegment[],
  { fromMs, toMs }: ClipWindow,
): readonly FootageRun[] {
  const runs = recorded.map(({ segments, ...run }) => ({ ...run, segments: [...segments] }))
  const recordedToMs = runs.at(-1)?.segments.at(-1)?.startAtMs ?? -1
  let initName = nameOf(runs.at(-1)?.init)
  for (const { startAtMs, durationMs, bytes, ...of } of tail) {
    const isWanted = startAtMs < toMs && startAtMs + durationMs > fromMs && durationMs > 0
    if (!isWanted || startAtMs <= recordedToMs) continue
    if (of.initName !== initName) {
      runs.push({ timelineId: of.timelineId, init: of.init, segments: [] })
      initName = of.initName
    }
    runs.at(-1)?.segments.push({ content: bytes, startAtMs, durationMs })
  }
  return runs
}

function nameOf(content: FootageContent | undefined): string | null {
  return typeof content === 'string' ? basename(content) : null
}
