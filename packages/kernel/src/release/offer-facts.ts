import type { Offer, Show } from './release.ts'

/** How long the opening of a show lasts, and the share of it that is its finale. */
const OPENING_MS = 30_000
const FINALE_SHARE = 0.1

/** Which part of the show it is. */
export type ShowSegment = 'before' | 'opening' | 'middle' | 'finale' | 'after'

/**
 * What a rule may ask, whole numbers and words: `stock.unitsHere < 5 && show.segment == 'finale'`.
 *
 * Without consent `viewer` is of somebody unknown, and a rule that reads it is not asked.
 */
export interface OfferFacts {
  readonly show: {
    readonly elapsedSeconds: number
    readonly leftSeconds: number
    readonly segment: ShowSegment
  }
  readonly drop: {
    readonly elapsedSeconds: number
    readonly leftSeconds: number
    readonly lineLength: number
  }
  readonly stock: { readonly unitsHere: number }
  /** What was sold under the offer at this node. */
  readonly offer: OfferTally
  readonly viewer: {
    /** How long the page has been open, as it says itself. */
    readonly dwellSeconds: number
    /** Of this variant, in this drop, at this node. */
    readonly unitsBought: number
  }
}

/** What was sold under an offer at one node. */
export interface OfferTally {
  readonly unitsSold: number
  /** What the list prices would have brought more. */
  readonly givenMinor: number
}

/** The tally of an offer that sold nothing yet. */
export const TALLY_NONE: OfferTally = { unitsSold: 0, givenMinor: 0 }

/** Whether a rule holds for these facts. Brought by the shell, which knows the rule language. */
export type HoldsFor = (rule: string, facts: OfferFacts) => boolean

/**
 * Whether an offer's conditions hold: its cap, its budget, then its rule. [RE19]
 *
 * Cap and budget count what was sold at this node; promises that are still out may pass them by
 * what their tokens buy.
 */
export function isOfferMet(offer: Offer, facts: OfferFacts, holdsFor: HoldsFor): boolean {
  const { unitsSold, givenMinor } = facts.offer
  if (offer.unitsSoldMax !== undefined && unitsSold >= offer.unitsSoldMax) return false
  if (offer.budgetMinor !== undefined && givenMinor >= offer.budgetMinor) return false
  return offer.when === undefined || holdsFor(offer.when, facts)
}

/** Which part of a show a moment is in: the first half minute, the last tenth, or between. */
export function showSegment({ startsAtMs, endsAtMs }: Show, nowMs: number): ShowSegment {
  if (nowMs < startsAtMs) return 'before'
  if (nowMs >= endsAtMs) return 'after'
  if (nowMs < startsAtMs + OPENING_MS) return 'opening'
  return endsAtMs - nowMs <= (endsAtMs - startsAtMs) * FINALE_SHARE ? 'finale' : 'middle'
}
