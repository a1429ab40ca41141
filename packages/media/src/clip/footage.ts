/** Where a file lies, or the bytes of what lies in none yet. */
export type FootageContent = string | Uint8Array

/** A piece of what was recorded: the beginning of a clip is found by its start. */
export interface FootageSegment {
  readonly content: FootageContent
  /** By the edge's clock, as the playlist's program date-time says it. */
  readonly startAtMs: number
  readonly durationMs: number
}

/** Segments of one run of the stream that follow each other without a gap. */
export interface FootageRun {
  readonly timelineId: string
  /** What says how the segments are to be decoded. */
  readonly init: FootageContent
  readonly segments: readonly FootageSegment[]
}

/** What was recorded, as clips need it; the recording ring gives it. */
export interface Footage {
  /**
   * The runs that have something of a window, in order. A file that is named stays while `use`
   * runs, whatever the ring drops meanwhile.
   */
  withRuns<Value>(
    window: { readonly fromMs: number; readonly toMs: number },
    use: (runs: readonly FootageRun[]) => Promise<Value>,
  ): Promise<Value>
  /** Up to which moment it is recorded; `null` before anything was. */
  recordedToMs(): number | null
  /** Resolves at the next closed segment; `false` when nothing is being recorded any more. */
  nextSegment(signal: AbortSignal): Promise<boolean>
  /** Keep a window for good, under a name of its own. Idempotent by name. */
  pin(name: string, window: { readonly fromMs: number; readonly toMs: number }): Promise<void>
}

/** The run that has most of a window: a clip never jumps from one run of the stream to another. */
export function longestRun(
  runs: readonly FootageRun[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): FootageRun | null {
  const lengthOf = ({ segments }: FootageRun) =>
    segments.reduce((sum, { startAtMs, durationMs }) => {
      const inside = Math.min(toMs, startAtMs + durationMs) - Math.max(fromMs, startAtMs)
      return sum + Math.max(0, inside)
    }, 0)
  const [first, ...others] = runs
  if (first === undefined) return null
  return others.reduce((best, run) => (lengthOf(run) > lengthOf(best) ? run : best), first)
}

/** Footage that comes from where it is at the moment: from here, or from another edge. */
export function footageFrom(now: () => Footage): Footage {
  return {
    withRuns: (window, use) => now().withRuns(window, use),
    recordedToMs: () => now().recordedToMs(),
    nextSegment: (signal) => now().nextSegment(signal),
    pin: (name, window) => now().pin(name, window),
  }
}
