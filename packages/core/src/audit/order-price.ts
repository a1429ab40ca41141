import { discountPrice, type OrderAccepted, type Release } from '@nightmarket/kernel'

/**
 * Why an order's prices are not its release's; `null` when they are.
 *
 * When its token was given is not in the entry, so that any price of the listing's windows, less
 * the pinned offer's discount, is one that the page may have shown.
 */
export function findPriceFlaw(release: Release, order: OrderAccepted): string | null {
  const drop = release.drops.find((each) => each.dropId === order.dropId)
  if (drop === undefined) return `its release has no drop ${order.dropId}`
  const offer = release.offers.find((each) => each.offerId === order.pin.offerId)
  if (order.pin.offerId !== null && offer === undefined) {
    return `its release has no offer ${order.pin.offerId}`
  }
  let sumMinor = 0
  for (const line of order.lines) {
    const listing = drop.listings.find((each) => each.variantId === line.variantId)
    if (listing === undefined) return `its release does not list ${line.variantId}`
    const isOffered = offer?.variantIds.includes(line.variantId) === true
    const discount = isOffered ? offer.discountBasisPoints : 0
    const { unitPriceMinor } = line
    const prices = [listing.priceMinor, ...listing.priceWindows.map((window) => window.priceMinor)]
    if (!prices.some((price) => discountPrice(price, discount) === unitPriceMinor)) {
      return `${line.variantId} for ${unitPriceMinor} is no price of its release`
    }
    sumMinor += line.quantity * line.unitPriceMinor
  }
  return sumMinor === order.totalMinor ? null : `lines of ${sumMinor} for ${order.totalMinor}`
}
