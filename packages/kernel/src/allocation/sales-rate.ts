import { assert } from '../assert.ts'

/** How fast old sales are forgotten: what was sold three seconds ago weighs half. */
const HALF_LIFE_MS = 3_000

/** A child's sales of one pool, smoothed: units a second, as of a moment. */
export interface SalesRate {
  readonly perSecond: number
  readonly atMs: number
}

/** What a rate has come to when nothing was sold since: it fades. */
export function fadeRate(rate: SalesRate, nowMs: number): SalesRate {
  const elapsedMs = Math.max(0, nowMs - rate.atMs)
  const perSecond = rate.perSecond * 2 ** (-elapsedMs / HALF_LIFE_MS)
  return { perSecond, atMs: rate.atMs + elapsedMs }
}

/**
 * Take in what was sold since the rate was last known. [AL7]
 *
 * A fading sum, not a quotient: however often a child reports, the same sales come to the same
 * rate, and two sales within 5 ms are not 400 a second.
 */
export function observeSales(rate: SalesRate, sold: number, nowMs: number): SalesRate {
  assert(Number.isSafeInteger(sold) && sold >= 0, 'sales are counted from 0')
  const faded = fadeRate(rate, nowMs)
  const gained = (sold * Math.LN2 * 1_000) / HALF_LIFE_MS
  return { perSecond: faded.perSecond + gained, atMs: faded.atMs }
}
