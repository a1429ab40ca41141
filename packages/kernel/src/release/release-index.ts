import type { DropId, OfferId, VariantId } from '../id.ts'
import type { Drop, Listing, Offer, Release, ReleaseVariant } from './release.ts'

/** A release made quick to ask: what a drop lists, what a variant consumes, which offers apply. */
export interface ReleaseIndex {
  readonly release: Release
  readonly variants: ReadonlyMap<VariantId, ReleaseVariant>
  readonly drops: ReadonlyMap<DropId, DropIndex>
  readonly offers: ReadonlyMap<OfferId, Offer>
}

/** One drop with its listings by variant, and the offers made for it. */
export interface DropIndex {
  readonly drop: Drop
  readonly listings: ReadonlyMap<VariantId, Listing>
  /** In the order of the release. */
  readonly offers: readonly Offer[]
}

/** Build the maps once per release; a release never changes, so neither do they. */
export function indexRelease(release: Release): ReleaseIndex {
  const drops = release.drops.map((drop): [DropId, DropIndex] => {
    const listings = new Map(drop.listings.map((listing) => [listing.variantId, listing]))
    const offers = release.offers.filter((offer) => offer.dropId === drop.dropId)
    return [drop.dropId, { drop, listings, offers }]
  })
  return {
    release,
    variants: new Map(release.variants.map((variant) => [variant.variantId, variant])),
    drops: new Map(drops),
    offers: new Map(release.offers.map((offer) => [offer.offerId, offer])),
  }
}
