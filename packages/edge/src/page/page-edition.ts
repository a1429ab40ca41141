import type { AppliedRelease } from '@nightmarket/kernel'

/** Days begin on the quarter hour, wherever the show is: what is said of today holds so long. */
const QUARTER_HOUR_MS = 15 * 60 * 1_000

/** A stretch of time over which a release looks the same, but for its stock. */
export interface PageEdition {
  readonly active: AppliedRelease
  readonly fromMs: number
  /** Something opens, ends or changes its price here. */
  readonly untilMs: number
}

/** Tells which edition a moment falls into: the same object for as long as it lasts. */
export class EditionClock {
  #edition: PageEdition | null = null

  at(active: AppliedRelease, nowMs: number): PageEdition {
    const known = this.#edition
    const isSame = known?.active === active && known.fromMs <= nowMs && nowMs < known.untilMs
    if (isSame) return known
    this.#edition = { active, fromMs: nowMs, untilMs: nextChangeMs(active, nowMs) }
    return this.#edition
  }
}

/** When the release next looks different by the clock alone. */
function nextChangeMs({ index }: AppliedRelease, nowMs: number): number {
  const { show, drops } = index.release
  const changes = [
    show.startsAtMs,
    show.endsAtMs,
    ...drops.flatMap((drop) => [drop.opensAtMs, drop.closesAtMs]),
    ...drops
      .flatMap(({ listings }) => listings)
      .flatMap(({ priceWindows }) => priceWindows)
      .flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]),
  ]
  const quarterMs = (Math.floor(nowMs / QUARTER_HOUR_MS) + 1) * QUARTER_HOUR_MS
  return Math.min(quarterMs, ...changes.filter((atMs) => atMs > nowMs))
}
