import {
  chooseOffer,
  err,
  isOfferMet,
  offerHash,
  ok,
  utf8ToBytes,
  type AppliedRelease,
  type BucketOf,
  type BuyerId,
  type Digest,
  type DropId,
  type Hash,
  type HoldsFor,
  type Moment,
  type Offer,
  type OfferChoice,
  type OfferRejection,
  type OfferToken,
  type Result,
  type StallState,
  type TokenId,
  type VariantId,
} from '@nightmarket/kernel'

import { OFFERS_MAX, type OffersAnswer } from '../contract/show-schema.ts'
import type { OfferDecision } from './decision.ts'
import type { TokenDesk } from './offer-token.ts'
import { createFactsReader, type FactsReader } from './read-facts.ts'

/** The most prices in one token, so that it stays small enough to send with every order. */
export const TOKEN_PRICES_MAX = 20

/** What offers are decided with. */
export interface OfferDesk {
  readonly tokens: TokenDesk
  readonly digest: Digest
  readonly newTokenId: () => TokenId
  readonly state: () => StallState
  /** Asks the rule of an offer. */
  readonly holdsFor: HoldsFor
  /** Hears every decision. [OD2] */
  readonly onDecision: (decision: OfferDecision) => void
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
  readonly moment: Moment
  /** How long the page says that it has been open; counts only with consent. */
  readonly dwellMs: number
}

interface Chosen {
  readonly variantId: VariantId
  readonly choice: OfferChoice
  readonly facts: FactsReader
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
  const chosen = chooseAll(active, question, desk)
  if (!chosen.ok) return chosen
  desk.onDecision(describeDecision(active, question, chosen.value))
  const { release } = active.index
  const expiresAtMs = question.moment.atMs + release.terms.tokenMs
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
  { digest, state, holdsFor }: OfferDesk,
): Result<readonly Chosen[], OfferRejection> {
  const { buyerId, hasConsent, dropId, moment, dwellMs } = question
  const drop = active.index.drops.get(dropId)
  if (drop === undefined) return err({ code: 'drop_unknown', dropId })
  const wanted = question.variantIds ?? [...drop.listings.keys()].slice(0, OFFERS_MAX)
  const bucketOf = createBucketOf(digest)
  const chosen: Chosen[] = []
  for (const variantId of new Set(wanted)) {
    const viewer = { buyerId, hasConsent }
    const look = { ...viewer, dwellMs, drop, variantId, moment }
    const facts = createFactsReader(state(), active, look)
    const isMet = (offer: Offer) =>
      !hasConditions(offer) || isOfferMet(offer, facts.of(offer), holdsFor)
    const { index } = active
    const choice = chooseOffer(index, viewer, dropId, variantId, moment.atMs, bucketOf, isMet)
    if (!choice.ok) return choice
    chosen.push({ variantId, choice: choice.value, facts })
  }
  return ok(chosen)
}

function hasConditions({ when, unitsSoldMax, budgetMinor }: Offer): boolean {
  return when !== undefined || unitsSoldMax !== undefined || budgetMinor !== undefined
}

function describeDecision(
  active: AppliedRelease,
  { dropId, hasConsent, moment }: OfferQuestion,
  chosen: readonly Chosen[],
): OfferDecision {
  const isConditional = active.index.drops.get(dropId)?.offers.some(hasConditions) === true
  return {
    atMs: moment.atMs,
    releaseNumber: active.number,
    dropId,
    hasConsent,
    variants: chosen.map(({ variantId, choice, facts }) => {
      const { offer, propensity, eligible, unitPriceMinor, listPriceMinor } = choice
      const offerId = offer?.offerId ?? null
      const decided = { variantId, offerId, propensity, eligible, unitPriceMinor, listPriceMinor }
      return isConditional ? { ...decided, saw: facts.shared() } : decided
    }),
  }
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
