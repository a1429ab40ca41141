import {
  addAmounts,
  AMOUNT_MINOR_MAX,
  type Allocation,
  CLOCK_SKEW_MS_MAX,
  type Digest,
  discountPrice,
  type Intent,
  type JournalEntry,
  type Listing,
  multiplyAmount,
  needsOf,
  type Offer,
  offerHash,
  type OrderAccepted,
  type OrderLine,
  type ReleaseIndex,
} from '@nightmarket/kernel'

import { type Batch, type LeaseAccount, unsoldOf } from './batch.ts'

/** Why a sale was not the node's to make. */
export type SalePoison =
  | 'release_unknown'
  | 'offer_unknown'
  | 'drop_unknown'
  | 'variant_unknown'
  | 'price_not_pinned'
  | 'total_wrong'
  | 'currency_wrong'
  | 'units_not_of_lines'
  | 'lease_foreign'
  | 'lease_over'
  | 'lease_overdrawn'
  | 'lease_written_off'
  | 'deferred_over_limit'
  | 'payment_amount_wrong'
  | 'payment_not_made'
  | 'pay_key_reused'

/** What units a sale took, and whether they were there. */
export interface UnitsCheck {
  readonly poison: SalePoison | null
  readonly leases: readonly LeaseAccount[]
}

/**
 * Check what was promised against what was pinned: release, offer, drop, prices, sum. [O6, I22]
 *
 * A price is right when the pinned release had it at some moment, since a token may be older than
 * the price window that it was made in.
 */
export function checkPin(batch: Batch, intent: Intent, digest: Digest): SalePoison | null {
  const { pin } = intent
  const index = batch.known.releases.get(pin.releaseId)
  const isActivated = batch.known.activations.has(`${pin.releaseNumber}/${pin.releaseId}`)
  if (index === undefined || !isActivated) return 'release_unknown'
  const offer = pin.offerId === null ? null : index.offers.get(pin.offerId)
  if (offer === undefined) return 'offer_unknown'
  if (offer !== null && offerHash(offer, digest) !== pin.offerHash) return 'offer_unknown'
  const drop = index.drops.get(intent.dropId)
  if (drop === undefined) return 'drop_unknown'
  if (intent.currency !== index.release.currency) return 'currency_wrong'
  for (const line of intent.lines) {
    const listing = drop.listings.get(line.variantId)
    if (listing === undefined) return 'variant_unknown'
    if (!isPriceOf(listing, offer, line)) return 'price_not_pinned'
  }
  return sumOf(intent.lines) === intent.totalMinor ? null : 'total_wrong'
}

/** What lines come to; `null` beyond what any order may, however long a node makes them. */
function sumOf(lines: readonly OrderLine[]): number | null {
  let totalMinor = 0
  for (const { unitPriceMinor, quantity } of lines) {
    totalMinor = addAmounts(totalMinor, multiplyAmount(unitPriceMinor, quantity))
    if (totalMinor > AMOUNT_MINOR_MAX) return null
  }
  return totalMinor
}

function isPriceOf(listing: Listing, offer: Offer | null, line: OrderLine): boolean {
  const listed = [listing.priceMinor, ...listing.priceWindows.map((window) => window.priceMinor)]
  if (listed.includes(line.unitPriceMinor)) return true
  if (offer === null || !offer.variantIds.includes(line.variantId)) return false
  return listed.some(
    (price) => discountPrice(price, offer.discountBasisPoints) === line.unitPriceMinor,
  )
}

/**
 * Check what units a sale took: this node's leases of this drop, enough of them, in time, and just
 * what its lines consume. [L5, L6]
 */
export function checkUnits(
  batch: Batch,
  sale: Intent & { readonly allocations: readonly Allocation[] },
  entry: JournalEntry,
  isTimed: boolean,
): UnitsCheck {
  const leases: LeaseAccount[] = []
  const taken = new Map<LeaseAccount, number>()
  for (const { leaseId, itemId, quantity } of sale.allocations) {
    const lease = batch.findLease(leaseId)
    const isRight = lease?.row.item_id === itemId && lease.row.drop_id === sale.dropId
    if (lease === null || !isRight) return { poison: 'lease_foreign', leases: [] }
    taken.set(lease, (taken.get(lease) ?? 0) + quantity)
    leases.push(lease)
  }
  for (const [lease, quantity] of taken) {
    if (quantity <= unsoldOf(lease)) continue
    const isGivenUp = quantity <= unsoldOf(lease) + lease.writtenOff
    return { poison: isGivenUp ? 'lease_written_off' : 'lease_overdrawn', leases: [] }
  }
  const index = batch.known.releases.get(sale.pin.releaseId)
  if (index !== undefined && !isJustNeeded(index, sale)) {
    return { poison: 'units_not_of_lines', leases }
  }
  const isLate = leases.some(({ row }) => entry.atMs >= row.sell_until_ms + CLOCK_SKEW_MS_MAX)
  return { poison: isTimed && isLate ? 'lease_over' : null, leases }
}

function isJustNeeded(
  index: ReleaseIndex,
  sale: Intent & { readonly allocations: readonly Allocation[] },
): boolean {
  if (!sale.lines.every((line) => index.variants.has(line.variantId))) return false
  const left = new Map<string, number>()
  for (const { itemId, quantity } of needsOf(index, sale.lines)) left.set(itemId, quantity)
  for (const { itemId, quantity } of sale.allocations) {
    left.set(itemId, (left.get(itemId) ?? 0) - quantity)
  }
  return [...left.values()].every((quantity) => quantity === 0)
}

/** [O7, I18] Check an order that was accepted before its payment against the pinned limits. */
export function checkDeferred(batch: Batch, order: OrderAccepted): SalePoison | null {
  if (order.state !== 'deferred') return null
  const index = batch.known.releases.get(order.pin.releaseId)
  if (index === undefined) return null
  const limits = index.release.terms.deferred
  const { deferred } = batch.known
  const ofBuyer = deferred.byBuyer.get(order.buyerId) ?? 0
  const isWithin =
    order.totalMinor <= limits.orderMinorMax &&
    deferred.orders + 1 <= limits.ordersMax &&
    deferred.sumMinor + order.totalMinor <= limits.sumMinorMax &&
    ofBuyer + 1 <= limits.buyerOrdersMax
  return isWithin ? null : 'deferred_over_limit'
}

/**
 * Check an order's payment: of its sum, under a key of its own, asked for by nobody but its node;
 * and where the node says that the outcome was known first, that it was.
 */
export function checkPayment(batch: Batch, order: OrderAccepted): SalePoison | null {
  const { payment, state } = order
  if (payment.amountMinor !== order.totalMinor) return 'payment_amount_wrong'
  const known = batch.known.payments.get(payment.payKey)
  const asked = batch.newPayments.get(payment.payKey)
  const owners = [known?.order_id, asked?.orderId].filter((owner) => owner !== undefined)
  if (owners.some((owner) => owner !== order.orderId)) return 'pay_key_reused'
  if (known !== undefined && !batch.isOwn(known)) return 'pay_key_reused'
  if (payment.method === 'cash') return state === 'captured' ? null : 'payment_not_made'
  // The money is set aside: whether there is enough of it is found when it is drawn.
  if (payment.method === 'wallet') return state === 'authorized' ? null : 'payment_not_made'
  if (state === 'deferred') return null
  // Asked in this very batch: these books are younger than the journal, and ask the same key again.
  if (asked !== undefined) return null
  const isMade = known?.state === 'authorized' || known?.state === 'captured'
  return isMade ? null : 'payment_not_made'
}
