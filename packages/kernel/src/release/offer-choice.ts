import { assert } from '../assert.ts'
import type { BuyerId, DropId, OfferId, VariantId } from '../id.ts'
import { err, ok, type Result } from '../result.ts'
import { discountPrice, dropPhase, priceAt } from './price.ts'
import type { ReleaseIndex } from './release-index.ts'
import type { Offer } from './release.ts'

/** The most units one token buys where the listing has no limit per customer. */
export const TOKEN_UNITS_MAX = 100

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
}

/** Why nothing is offered. The same codes as a stall's own answers. */
export type OfferRejection =
  | { readonly code: 'drop_unknown'; readonly dropId: DropId }
  | { readonly code: 'variant_unknown'; readonly variantId: VariantId }
  | { readonly code: 'drop_not_open'; readonly opensAtMs: number }
  | { readonly code: 'drop_closed'; readonly closesAtMs: number }

/** Where a viewer falls for an offer, 0 to 9,999: a sticky hash of both, made by the caller. */
export type BucketOf = (buyerId: BuyerId, offerId: OfferId) => number

/**
 * Decide what a viewer is offered for one variant now: the deepest discount among the offers that
 * are on, consented to and meant for this viewer, or the list price.
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
): Result<OfferChoice, OfferRejection> {
  const found = index.drops.get(dropId)
  if (found === undefined) return err({ code: 'drop_unknown', dropId })
  const listing = found.listings.get(variantId)
  if (listing === undefined) return err({ code: 'variant_unknown', variantId })
  const phase = dropPhase(found.drop, nowMs)
  if (phase === 'upcoming') return err({ code: 'drop_not_open', opensAtMs: found.drop.opensAtMs })
  if (phase === 'closed') return err({ code: 'drop_closed', closesAtMs: found.drop.closesAtMs })

  const listPriceMinor = priceAt(listing, nowMs)
  let best: Offer | null = null
  for (const offer of found.offers) {
    if (!isOn(offer, variantId, nowMs) || !isFor(offer, viewer, bucketOf)) continue
    if (offer.discountBasisPoints > (best?.discountBasisPoints ?? 0)) best = offer
  }
  const unitPriceMinor = discountPrice(listPriceMinor, best?.discountBasisPoints ?? 0)
  assert(unitPriceMinor <= listPriceMinor, 'an offer never costs more than the list')
  const limit = listing.perCustomer ?? TOKEN_UNITS_MAX
  const unitsMax = Math.min(limit, best?.unitsMax ?? limit)
  return ok({ offer: best, unitPriceMinor, listPriceMinor, unitsMax })
}

function isOn(offer: Offer, variantId: VariantId, nowMs: number): boolean {
  return offer.fromMs <= nowMs && nowMs < offer.untilMs && offer.variantIds.includes(variantId)
}

function isFor(offer: Offer, viewer: Viewer, bucketOf: BucketOf): boolean {
  const isForEverybody = offer.audienceBasisPoints === 10_000
  if (!viewer.hasConsent) return isForEverybody && !offer.needsConsent
  if (isForEverybody) return true
  const bucket = bucketOf(viewer.buyerId, offer.offerId)
  assert(bucket >= 0 && bucket < 10_000, 'a bucket is 0 to 9,999')
  return bucket < offer.audienceBasisPoints
}
