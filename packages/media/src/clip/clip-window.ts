import { err, ok, type Result } from '@nightmarket/kernel'

import { BURST_TERMS, type Burst } from './find-burst.ts'

/** How long a clip is at least and at most. */
export const CLIP_MS = { min: 2_000, max: 180_000 } as const

/**
 * How much of the show a clip has before and after the moment it is about. A burst is known to be
 * over when nothing was sold for ten seconds: its clip ends then, and can be there at once.
 */
export const CLIP_MARGINS = {
  mark: { beforeMs: 20_000, afterMs: 8_000 },
  order: { beforeMs: 15_000, afterMs: 10_000 },
  burst: { beforeMs: 8_000, afterMs: BURST_TERMS.windowMs },
} as const

/** A part of the show, by the edge's clock. The end is not in it. */
export interface ClipWindow {
  readonly fromMs: number
  readonly toMs: number
}

/** What a clip is about. */
export type ClipAsk =
  | { readonly kind: 'mark'; readonly atMs: number }
  | { readonly kind: 'span'; readonly startAtMs: number; readonly durationMs: number }
  | { readonly kind: 'order'; readonly orderId: string; readonly atMs: number }
  | { readonly kind: 'burst'; readonly burst: Burst }

/** Why a window is none. */
export interface WindowRejection {
  readonly code: 'clip_length_invalid'
  readonly durationMs: number
  readonly durationMsMin: number
  readonly durationMsMax: number
}

/** Which part of the show a clip is cut from. [CL1] */
export function windowOf(ask: ClipAsk): Result<ClipWindow, WindowRejection> {
  if (ask.kind === 'span') {
    const { startAtMs, durationMs } = ask
    const isTaken = durationMs >= CLIP_MS.min && durationMs <= CLIP_MS.max
    if (isTaken) return ok({ fromMs: startAtMs, toMs: startAtMs + durationMs })
    const [durationMsMin, durationMsMax] = [CLIP_MS.min, CLIP_MS.max]
    return err({ code: 'clip_length_invalid', durationMs, durationMsMin, durationMsMax })
  }
  const { beforeMs, afterMs } = CLIP_MARGINS[ask.kind]
  const [firstMs, lastMs] =
    ask.kind === 'burst' ? [ask.burst.fromMs, ask.burst.toMs] : [ask.atMs, ask.atMs]
  return ok({ fromMs: firstMs - beforeMs, toMs: lastMs + afterMs })
}
