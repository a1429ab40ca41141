import {
  dropPhase,
  findPool,
  needsOf,
  priceAt,
  sellableUnits,
  type AppliedRelease,
  type DropIndex,
  type Listing,
  type Moment,
  type ReleaseIndex,
  type StallState,
} from '@nightmarket/kernel'

import type { DropView, ShowView } from '../contract/show-schema.ts'

/** The public part of a release: no splits, no limits, no offers that are for some viewers only. */
export function viewShow({ number, releaseId, index }: AppliedRelease): ShowView {
  const { show, drops, currency } = index.release
  const { showId, title, startsAtMs, endsAtMs, timeZone, place } = show
  return {
    releaseId,
    releaseNumber: number,
    currency,
    show: {
      showId,
      title,
      startsAtMs,
      endsAtMs,
      timeZone,
      place,
      languages: [...show.languages],
      hosts: [...show.hosts],
    },
    drops: drops.map((drop) => ({
      dropId: drop.dropId,
      title: drop.title,
      opensAtMs: drop.opensAtMs,
      closesAtMs: drop.closesAtMs,
      listings: drop.listings.map((listing) => viewListing(index, listing)),
    })),
  }
}

function viewListing(
  index: ReleaseIndex,
  { variantId, priceMinor, perCustomer }: Listing,
): ShowView['drops'][number]['listings'][number] {
  const variant = index.variants.get(variantId)
  return {
    variantId,
    title: variant?.title ?? variantId,
    sku: variant?.sku ?? null,
    imageUrl: variant?.imageUrl ?? null,
    priceMinor,
    perCustomer,
  }
}

/** A drop as it is now at this edge. */
export function viewDrop(
  state: StallState,
  active: AppliedRelease,
  { drop }: DropIndex,
  moment: Moment,
): DropView {
  const { dropId, opensAtMs, closesAtMs } = drop
  return {
    dropId,
    releaseNumber: active.number,
    phase: dropPhase(drop, moment.atMs),
    opensAtMs,
    closesAtMs,
    nowMs: moment.atMs,
    lineLength: state.lines.get(dropId)?.size ?? 0,
    listings: drop.listings.map((listing) => ({
      variantId: listing.variantId,
      priceMinor: priceAt(listing, moment.atMs),
      ...viewStock(state, active.index, drop.dropId, listing, moment),
    })),
  }
}

/** How many of a variant could be bought at this edge now. */
export function unitsNow(
  state: StallState,
  index: ReleaseIndex,
  dropId: DropIndex['drop']['dropId'],
  listing: Listing,
  moment: Moment,
): number {
  return viewStock(state, index, dropId, listing, moment).unitsHere
}

/** How many of a variant could be bought now, which its scarcest component decides. */
function viewStock(
  state: StallState,
  index: ReleaseIndex,
  dropId: DropIndex['drop']['dropId'],
  { variantId }: Listing,
  moment: Moment,
): Pick<DropView['listings'][number], 'unitsHere' | 'stock'> {
  let unitsHere = Number.MAX_SAFE_INTEGER
  let canCome = true
  for (const { itemId, quantity } of needsOf(index, [{ variantId, quantity: 1 }])) {
    const pool = findPool(state, dropId, itemId)
    const sellable = pool === undefined ? 0 : sellableUnits(pool, moment)
    const free = pool === undefined || pool.waiting > 0 ? 0 : sellable
    unitsHere = Math.min(unitsHere, Math.floor(free / quantity))
    const isOver = pool !== undefined && pool.isExhausted
    canCome &&= !isOver || sellable + pool.held + pool.inRescue >= quantity
  }
  return { unitsHere, stock: unitsHere > 0 ? 'here' : canCome ? 'line' : 'sold_out' }
}
