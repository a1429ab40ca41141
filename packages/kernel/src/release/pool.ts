import { assert } from '../assert.ts'
import type { ItemId } from '../id.ts'
import { multiplyAmount } from '../money.ts'
import type { Drop, Release } from './release.ts'

/**
 * How much stock of each item a drop may sell: units × component quantity over its listings. [RE5]
 *
 * `null` is no cap: one listing of the item offers all that is on hand. Items are in the order in
 * which the drop's listings name them first.
 */
export function poolUnits(drop: Drop, release: Release): ReadonlyMap<ItemId, number | null> {
  const variants = new Map(release.variants.map((variant) => [variant.variantId, variant]))
  const pool = new Map<ItemId, number | null>()
  for (const listing of drop.listings) {
    const variant = variants.get(listing.variantId)
    assert(variant !== undefined, `a listing names a variant of its release: ${listing.variantId}`)
    for (const { itemId, quantity } of variant.components) {
      const before = pool.get(itemId)
      const isCapped = listing.units !== null && before !== null
      const units = multiplyAmount(listing.units ?? 0, quantity)
      pool.set(itemId, isCapped ? (before ?? 0) + units : null)
    }
  }
  return pool
}
