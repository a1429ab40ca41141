import type { OfferFacts, OfferId, VariantId } from '@nightmarket/kernel'

/**
 * One decision, as it is kept: what was seen, what was chosen, and how likely that was. [OD2]
 *
 * No viewer's id, address or token is in it, nor anything that comes back with the same viewer.
 */
export interface OfferDecision {
  readonly atMs: number
  readonly releaseNumber: number
  readonly dropId: string
  readonly hasConsent: boolean
  readonly variants: readonly VariantDecision[]
}

/** What was decided for one variant. */
export interface VariantDecision {
  readonly variantId: VariantId
  /** `null`: the list price. */
  readonly offerId: OfferId | null
  readonly propensity: number
  /** What this viewer could have got, the best first. */
  readonly eligible: readonly OfferId[]
  readonly unitPriceMinor: number
  readonly listPriceMinor: number
  /** Absent where no offer had a condition, so that nothing was looked at. */
  readonly saw?: Omit<OfferFacts, 'offer'>
}

/** Where decisions are kept, and read again. Brought by the host. */
export interface DecisionLog {
  append(decision: OfferDecision): void
  /** The latest, oldest first. */
  latest(count: number): Promise<readonly OfferDecision[]>
}
