import { assert } from '../assert.ts'
import { assertAmountMinor } from '../money.ts'
import type { Drop, Listing } from './release.ts'

const BASIS_POINTS_ALL = 10_000

/** Whether a drop has yet to open, sells, or is over. */
export type DropPhase = 'upcoming' | 'open' | 'closed'

/** Where a drop stands: open from `opensAtMs` until just before `closesAtMs`. [RE2] */
export function dropPhase(drop: Drop, nowMs: number): DropPhase {
  if (nowMs < drop.opensAtMs) return 'upcoming'
  return nowMs < drop.closesAtMs ? 'open' : 'closed'
}

/** What one unit costs everybody now: the first price window that contains the moment. [RE3] */
export function priceAt(listing: Listing, nowMs: number): number {
  for (const { fromMs, untilMs, priceMinor } of listing.priceWindows) {
    if (fromMs <= nowMs && nowMs < untilMs) return priceMinor
  }
  return listing.priceMinor
}

/**
 * A price after a discount, in whole minor units. [RE4]
 *
 * Rounded to the nearest; an exact half goes to the buyer. Never above the price, and never below
 * one minor unit, since a payment of nothing is no payment to any processor.
 */
export function discountPrice(priceMinor: number, discountBasisPoints: number): number {
  assertAmountMinor(priceMinor)
  assert(priceMinor > 0, 'a price must be above zero')
  assert(Number.isSafeInteger(discountBasisPoints), 'a discount must be whole basis points')
  assert(discountBasisPoints >= 0, 'a discount must not raise the price')
  assert(discountBasisPoints <= BASIS_POINTS_ALL, 'a discount must not exceed the price')
  const doubled = 2 * priceMinor * (BASIS_POINTS_ALL - discountBasisPoints)
  const rounded = Math.floor((doubled + BASIS_POINTS_ALL - 1) / (2 * BASIS_POINTS_ALL))
  return Math.max(1, rounded)
}
