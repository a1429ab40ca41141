import {
  chooseOffer,
  err,
  offerHash,
  ok,
  utf8ToBytes,
  type AppliedRelease,
  type BucketOf,
  type BuyerId,
  type Digest,
  type DropId,
  type Hash,
  type Offer,
  type OfferChoice,
  type OfferRejection,
  type OfferToken,
  type Result,
  type TokenId,
  type VariantId,
} from '@nightmarket/kernel'

import { OFFERS_MAX, type OffersAnswer } from '../contract/show-schema.ts'
import type { TokenDesk } from './offer-token.ts'

/** The most prices in one token, so that it stays small enough to send with every order. */
export const TOKEN_PRICES_MAX = 20

/** What offers are decided with. */
export interface OfferDesk {
  readonly tokens: TokenDesk
  readonly digest: Digest
  readonly newTokenId: () => TokenId
  /** Names an offer's content. An offer never changes, so each is hashed once. */
  readonly hashOf: (offer: Offer) => Hash
}

/** Set up what offers are decided with. */
export function createOfferDesk(parts: Omit<OfferDesk, 'hashOf'>): OfferDesk {
  const hashes = new WeakMap<Offer, Hash>()
  return {
    ...parts,
    hashOf(offer) {
      const hash = hashes.get(offer) ?? offerHash(offer, parts.digest)
      hashes.set(offer, hash)
      return hash
    },
  }
}

/** Who asks, for what, and whether offers may be personal. */
export interface OfferQuestion {
  readonly buyerId: BuyerId
  readonly hasConsent: boolean
  readonly dropId: DropId
  /** `null`: what the drop lists. */
  readonly variantIds: readonly VariantId[] | null
  readonly nowMs: number
}

interface Chosen {
  readonly variantId: VariantId
  readonly choice: OfferChoice
}

/**
 * Decide what a viewer is offered, and authorise those prices. [ED3]
 *
 * Variants under the same offer share a token, since an order names one offer.
 */
export function decideOffers(
  active: AppliedRelease,
  question: OfferQuestion,
  desk: OfferDesk,
): Result<OffersAnswer, OfferRejection> {
  const chosen = chooseAll(active, question, desk.digest)
  if (!chosen.ok) return chosen
  const { release } = active.index
  const expiresAtMs = question.nowMs + release.terms.tokenMs
  const offers = [...groupByOffer(chosen.value)].flatMap((group) => {
    const token = desk.tokens.seal(writeToken(active, question, desk, group, expiresAtMs))
    return group.map(({ variantId, choice }) => ({
      variantId,
      unitPriceMinor: choice.unitPriceMinor,
      listPriceMinor: choice.listPriceMinor,
      offerId: choice.offer?.offerId ?? null,
      unitsMax: choice.unitsMax,
      token,
    }))
  })
  return ok({
    buyerId: question.buyerId,
    dropId: question.dropId,
    releaseId: active.releaseId,
    releaseNumber: active.number,
    currency: release.currency,
    expiresAtMs,
    offers,
  })
}

function chooseAll(
  active: AppliedRelease,
  question: OfferQuestion,
  digest: Digest,
): Result<readonly Chosen[], OfferRejection> {
  const { buyerId, hasConsent, dropId, nowMs } = question
  const drop = active.index.drops.get(dropId)
  if (drop === undefined) return err({ code: 'drop_unknown', dropId })
  const wanted = question.variantIds ?? [...drop.listings.keys()].slice(0, OFFERS_MAX)
  const bucketOf = createBucketOf(digest)
  const chosen: Chosen[] = []
  for (const variantId of new Set(wanted)) {
    const viewer = { buyerId, hasConsent }
    const choice = chooseOffer(active.index, viewer, dropId, variantId, nowMs, bucketOf)
    if (!choice.ok) return choice
    chosen.push({ variantId, choice: choice.value })
  }
  return ok(chosen)
}

/** Sticky: a viewer falls into the same place for an offer at every edge, and each time. */
function createBucketOf(digest: Digest): BucketOf {
  return (buyerId, offerId) => {
    const [first = 0, second = 0, third = 0] = digest(utf8ToBytes(`${offerId}/${buyerId}`))
    return ((first << 16) | (second << 8) | third) % 10_000
  }
}

function* groupByOffer(chosen: readonly Chosen[]): Iterable<readonly Chosen[]> {
  for (const group of Map.groupBy(chosen, ({ choice }) => choice.offer).values()) {
    for (let first = 0; first < group.length; first += TOKEN_PRICES_MAX) {
      yield group.slice(first, first + TOKEN_PRICES_MAX)
    }
  }
}

function writeToken(
  active: AppliedRelease,
  { buyerId, dropId }: OfferQuestion,
  { tokens, hashOf, newTokenId }: OfferDesk,
  group: readonly Chosen[],
  expiresAtMs: number,
): OfferToken {
  const offer = group[0]?.choice.offer ?? null
  return {
    tokenId: newTokenId(),
    audience: tokens.audience,
    buyerId,
    releaseId: active.releaseId,
    releaseNumber: active.number,
    dropId,
    offerId: offer?.offerId ?? null,
    offerHash: offer === null ? null : hashOf(offer),
    prices: group.map(({ variantId, choice }) => ({
      variantId,
      unitPriceMinor: choice.unitPriceMinor,
    })),
    unitsMax: Math.max(...group.map(({ choice }) => choice.unitsMax)),
    expiresAtMs,
  }
}
