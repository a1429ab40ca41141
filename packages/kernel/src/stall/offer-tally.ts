import { TALLY_NONE } from '../release/offer-facts.ts'
import { discountPrice } from '../release/price.ts'
import type { Offer } from '../release/release.ts'
import type { OrderAccepted, OrderLine } from './event.ts'
import type { StallState } from './state.ts'

/** Count a sale under its offer, for the offer's cap and budget at this node. [RE19] */
export function tallyOffer(state: StallState, { pin, dropId, lines }: OrderAccepted): void {
  if (pin.offerId === null) return
  const index = state.releases.get(pin.releaseId)?.index
  const offer = index?.offers.get(pin.offerId)
  if (index === undefined || offer === undefined) return
  let { unitsSold, givenMinor } = state.offerTallies.get(pin.offerId) ?? TALLY_NONE
  for (const line of lines) {
    const listing = index.drops.get(dropId)?.listings.get(line.variantId)
    if (listing === undefined || !offer.variantIds.includes(line.variantId)) continue
    const prices = [listing.priceMinor, ...listing.priceWindows.map(({ priceMinor }) => priceMinor)]
    unitsSold += line.quantity
    givenMinor += line.quantity * givenOf(prices, offer, line)
  }
  state.offerTallies.set(pin.offerId, { unitsSold, givenMinor })
}

/** The entry has the promised price; the list price is the one that the discount makes it from. */
function givenOf(prices: readonly number[], offer: Offer, { unitPriceMinor }: OrderLine): number {
  const { discountBasisPoints } = offer
  const listPriceMinor = prices.find(
    (price) => discountPrice(price, discountBasisPoints) === unitPriceMinor,
  )
  return (listPriceMinor ?? unitPriceMinor) - unitPriceMinor
}
