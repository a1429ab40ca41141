import { computed, signal } from '@preact/signals'
import type { VariantId, WantedLine } from '@nightmarket/kernel'
import type { Tile } from '@nightmarket/ui/till'

import { heed, till, tiles } from '../app.ts'
import { createSale, type Sale } from './sale.ts'

/** Variants in the cart, and how many. All are of one drop. */
export const cart = signal<ReadonlyMap<VariantId, number>>(new Map())

/** What is searched for. */
export const search = signal('')

/** What was scanned last and is not on sale here; `null` once something else happened. */
export const unknownCode = signal<string | null>(null)

/** The tiles of what is in the cart, in the order of the grid. */
export const chosen = computed(() =>
  tiles.value.filter(({ variantId }) => cart.value.has(variantId)),
)

/** What the cart costs line by line, if it were sold now; `null` when it cannot be. */
export const draft = computed<Sale | null>(() => {
  heed()
  return draftSale()
})

/** The cart as a sale, at the price of this moment. */
export function draftSale(): Sale | null {
  const [first] = chosen.value
  if (till.value === null || first === undefined) return null
  const lines: WantedLine[] = []
  for (const { variantId } of chosen.value) {
    lines.push({ quantity: cart.value.get(variantId) ?? 0, variantId })
  }
  return createSale(till.value.stall.state, first.dropId, lines)
}

/** How many more of it this buyer can have: what is here, and what one buyer gets. */
export function roomFor({ variantId, left, perCustomer }: Tile): number {
  const inCart = cart.value.get(variantId) ?? 0
  return Math.min(left, perCustomer ?? left) - inCart
}

/** Put one more into the cart, within what is here and what one buyer gets. */
export function addToCart(tile: Tile): void {
  unknownCode.value = null
  const isOther = chosen.value.some(({ dropId }) => dropId !== tile.dropId)
  const kept = isOther ? new Map<VariantId, number>() : cart.value
  if (roomFor(tile) <= 0) return
  cart.value = new Map(kept).set(tile.variantId, (kept.get(tile.variantId) ?? 0) + 1)
}

/** Take one out of the cart. */
export function takeFromCart(variantId: VariantId): void {
  const quantity = (cart.value.get(variantId) ?? 0) - 1
  const next = new Map(cart.value)
  if (quantity > 0) next.set(variantId, quantity)
  else next.delete(variantId)
  cart.value = next
}

/** An empty cart, and nothing searched for. */
export function clearCart(): void {
  cart.value = new Map()
  search.value = ''
  unknownCode.value = null
}

/** What a barcode names, of what is on sale here. */
export function tileOf(code: string): Tile | null {
  return tiles.value.find(({ barcode }) => barcode !== null && barcode === code.trim()) ?? null
}
