import { assert } from '../assert.ts'
import type { BuyerId, DropId, OfferId, VariantId } from '../id.ts'
import { err, ok, type Result } from '../result.ts'
import { discountPrice, dropPhase, priceAt } from './price.ts'
import type { ReleaseIndex } from './release-index.ts'
import type { Offer } from './release.ts'

/** The most units one token buys where the listing has no limit per customer. */
export const TOKEN_UNITS_MAX = 100

const BASIS_POINTS_ALL = 10_000

/** What the edge knows of a viewer: a random id, and whether personal offers are wanted. */
export interface Viewer {
  readonly buyerId: BuyerId
  readonly hasConsent: boolean
}

/** The price a viewer is promised, and the offer it comes from; `null` is the list price. */
export interface OfferChoice {
  readonly offer: Offer | null
  readonly unitPriceMinor: number
  /** What everybody pays now, to show what the offer saves. */
  readonly listPriceMinor: number
  /** The most units a token of this choice buys. */
  readonly unitsMax: number
  /** How likely this choice was among viewers in the same place, 0 to 1: for who learns from it. */
  readonly propensity: number
  /** The offers that this viewer could have got, the best first. */
  readonly eligible: readonly OfferId[]
}

/** Why nothing is offered. The same codes as a stall's own answers. */
export type OfferRejection =
  | { readonly code: 'drop_unknown'; readonly dropId: DropId }
  | { readonly code: 'variant_unknown'; readonly variantId: VariantId }
  | { readonly code: 'drop_not_open'; readonly opensAtMs: number }
  | { readonly code: 'drop_closed'; readonly closesAtMs: number }

/** Where a viewer falls for an offer, 0 to 9,999: a sticky hash of both, made by the caller. */
export type BucketOf = (buyerId: BuyerId, offerId: OfferId) => number

/** Whether the conditions of an offer hold now: `isOfferMet` with the facts of the moment. */
export type IsOfferMet = (offer: Offer) => boolean

/** Without facts, an offer with conditions is not made. */
const isUnconditional: IsOfferMet = ({ when, unitsSoldMax, budgetMinor }) =>
  when === undefined && unitsSoldMax === undefined && budgetMinor === undefined

/**
 * Decide what a viewer is offered for one variant now: the deepest discount among the offers that
 * are on, consented to, whose conditions hold, and meant for this viewer, or the list price.
 *
 * - [RE6] Without consent only offers for everybody are seen, whatever the others save: whether one
 *   is for a share of the viewers depends on who the viewer is.
 * - [RE7] An offer reaches the share of viewers it names, the same ones each time.
 * - [RE8] The price is never above the list price of the moment; of equal discounts the offer that
 *   the release names first wins.
 */
export function chooseOffer(
  index: ReleaseIndex,
  viewer: Viewer,
  dropId: DropId,
  variantId: VariantId,
  nowMs: number,
  bucketOf: BucketOf,
  isMet: IsOfferMet = isUnconditional,
): Result<OfferChoice, OfferRejection> {
  const found = index.drops.get(dropId)
  if (found === undefined) return err({ code: 'drop_unknown', dropId })
  const listing = found.listings.get(variantId)
  if (listing === undefined) return err({ code: 'variant_unknown', variantId })
  const phase = dropPhase(found.drop, nowMs)
  if (phase === 'upcoming') return err({ code: 'drop_not_open', opensAtMs: found.drop.opensAtMs })
  if (phase === 'closed') return err({ code: 'drop_closed', closesAtMs: found.drop.closesAtMs })

  const listPriceMinor = priceAt(listing, nowMs)
  const isEligible = (offer: Offer) =>
    isOn(offer, variantId, nowMs) && isOpenTo(offer, viewer) && isMet(offer)
  const eligible = found.offers.filter(isEligible).toSorted(byDiscount)
  const { best, propensity } = draw(eligible, viewer, bucketOf)
  const unitPriceMinor = discountPrice(listPriceMinor, best?.discountBasisPoints ?? 0)
  assert(unitPriceMinor <= listPriceMinor, 'an offer never costs more than the list')
  const limit = listing.perCustomer ?? TOKEN_UNITS_MAX
  const unitsMax = Math.min(limit, best?.unitsMax ?? limit)
  const offerIds = eligible.map(({ offerId }) => offerId)
  const prices = { unitPriceMinor, listPriceMinor, unitsMax }
  return ok({ offer: best, ...prices, propensity, eligible: offerIds })
}

/** The deepest first; of equals the one that the release names first, since the sort is stable. */
function byDiscount(one: Offer, other: Offer): number {
  return other.discountBasisPoints - one.discountBasisPoints
}

/**
 * The first offer that this viewer falls into, and how likely that was: the share of viewers in the
 * same place whom it reaches and no better one does. [RE18]
 */
function draw(
  eligible: readonly Offer[],
  viewer: Viewer,
  bucketOf: BucketOf,
): { readonly best: Offer | null; readonly propensity: number } {
  let left = 1
  for (const offer of eligible) {
    const share = offer.audienceBasisPoints / BASIS_POINTS_ALL
    if (isReached(offer, viewer, bucketOf)) return { best: offer, propensity: left * share }
    left *= 1 - share
  }
  return { best: null, propensity: left }
}

function isOn(offer: Offer, variantId: VariantId, nowMs: number): boolean {
  return offer.fromMs <= nowMs && nowMs < offer.untilMs && offer.variantIds.includes(variantId)
}

/** Without consent nothing depends on who asks, so a share of the viewers is nobody. [RE6] */
function isOpenTo({ audienceBasisPoints, needsConsent }: Offer, { hasConsent }: Viewer): boolean {
  if (audienceBasisPoints === 0) return false
  return hasConsent || (audienceBasisPoints === BASIS_POINTS_ALL && !needsConsent)
}

function isReached(offer: Offer, viewer: Viewer, bucketOf: BucketOf): boolean {
  if (offer.audienceBasisPoints === BASIS_POINTS_ALL) return true
  const bucket = bucketOf(viewer.buyerId, offer.offerId)
  assert(bucket >= 0 && bucket < BASIS_POINTS_ALL, 'a bucket is 0 to 9,999')
  return bucket < offer.audienceBasisPoints
}
