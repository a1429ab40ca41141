import type { BuyerId, DropId, TokenId } from '../id.ts'
import { offerHash as hashOffer } from '../release/release-id.ts'
import type { Digest } from '../journal/entry.ts'
import { chooseOffer, type OfferChoice, type OfferRejection } from '../release/offer-choice.ts'
import { err, ok, type Result } from '../result.ts'
import type { Moment, OfferToken, StallRejection, TokenPrice, WantedLine } from './command.ts'
import type { StallState } from './state.ts'

/** A sale at a till: who buys what of which drop. A walk-in has a fresh buyer id for each sale. */
export interface TillSale {
  readonly tokenId: TokenId
  readonly buyerId: BuyerId
  readonly dropId: DropId
  readonly lines: readonly WantedLine[]
}

/** The most units of one sale at a till where nothing limits them. */
const SALE_UNITS_MAX = 1_000

/**
 * Price a sale by the active release: a till is both the page and the node, so its token needs no
 * secret. Everything that `place_order` checks of a token it checks of this one, and so does the
 * core.
 *
 * - [TP1] The price is the release's at this moment: the price window, and the deepest offer for
 *   everybody where every line has the same one. No person sets a price.
 */
export function priceSale(
  state: StallState,
  sale: TillSale,
  moment: Moment,
  digest: Digest,
): Result<OfferToken, OfferRejection | Extract<StallRejection, { code: 'not_selling' }>> {
  const { active } = state
  if (active === null) return err({ code: 'not_selling', reason: 'no_release' })
  const { dropId, buyerId } = sale
  const viewer = { buyerId, hasConsent: false }
  const choices: OfferChoice[] = []
  for (const { variantId } of sale.lines) {
    const { index } = active
    const choice = chooseOffer(index, viewer, dropId, variantId, moment.atMs, NOBODY)
    if (!choice.ok) return choice
    choices.push(choice.value)
  }
  const offer = choices[0]?.offer ?? null
  // One token has one offer: a cart of several offers sells at the list price.
  const isShared = choices.every((choice) => choice.offer === offer)
  const shared = isShared ? offer : null
  const prices = sale.lines.map(({ variantId }, index): TokenPrice => {
    const choice = choices[index]
    const unitPriceMinor = (isShared ? choice?.unitPriceMinor : choice?.listPriceMinor) ?? 0
    return { variantId, unitPriceMinor }
  })
  return ok({
    tokenId: sale.tokenId,
    audience: `${state.nodeId}/${state.epoch}`,
    buyerId,
    releaseId: active.releaseId,
    releaseNumber: active.number,
    dropId,
    offerId: shared?.offerId ?? null,
    offerHash: shared === null ? null : hashOffer(shared, digest),
    prices,
    unitsMax: shared?.unitsMax ?? SALE_UNITS_MAX,
    expiresAtMs: moment.atMs + active.index.release.terms.tokenMs,
  })
}

/** Without consent no offer asks for a bucket. */
const NOBODY = () => 0
