import {
  chooseOffer,
  dropPhase,
  findPool,
  needsOf,
  sellableUnits,
  type BuyerId,
  type DropId,
  type Moment,
  type StallState,
  type VariantId,
} from '@nightmarket/kernel'

import { moneyText } from '../money-text.ts'
import { safeUrl } from '../html.ts'

/** Something that can be put into the cart. */
export interface Tile {
  readonly dropId: DropId
  readonly variantId: VariantId
  readonly title: string
  readonly barcode: string | null
  /** Of this site only: the till asks nobody else for anything. */
  readonly imageUrl: string | null
  readonly priceMinor: number
  readonly priceText: string
  /** Without the offer that everybody has now; `null` without one. */
  readonly listPriceText: string | null
  /** How many can be sold here now, whatever the network does. */
  readonly left: number
  /** The most that one buyer gets; `null` is no limit. */
  readonly perCustomer: number | null
}

/** A walk-in: nobody is known at a counter, so that only offers for everybody are made. */
const ANYBODY = { buyerId: 'walk-in' as BuyerId, hasConsent: false }
const NO_BUCKET = () => 0

/** What this till sells at a moment, in the order of the release: open drops only. [TV2] */
export function tilesOf(state: StallState, moment: Moment, locale: string): readonly Tile[] {
  const index = state.active?.index
  if (index === undefined) return []
  const { currency, drops } = index.release
  const text = (amountMinor: number) => moneyText({ amountMinor, currency }, locale)
  return drops
    .filter((drop) => dropPhase(drop, moment.atMs) === 'open')
    .flatMap(({ dropId, listings }) =>
      listings.flatMap(({ variantId, perCustomer }): readonly Tile[] => {
        const choice = chooseOffer(index, ANYBODY, dropId, variantId, moment.atMs, NO_BUCKET)
        if (!choice.ok) return []
        const { unitPriceMinor, listPriceMinor } = choice.value
        const variant = index.variants.get(variantId)
        const image = safeUrl(variant?.imageUrl ?? null)
        const tile = {
          dropId,
          variantId,
          title: variant?.title ?? variantId,
          barcode: variant?.barcode ?? null,
          imageUrl: image?.startsWith('/') === true ? image : null,
          priceMinor: unitPriceMinor,
          priceText: text(unitPriceMinor),
          listPriceText: unitPriceMinor < listPriceMinor ? text(listPriceMinor) : null,
          left: unitsLeft(state, dropId, variantId, moment),
          perCustomer,
        }
        return [tile]
      }),
    )
}

function unitsLeft(
  state: StallState,
  dropId: DropId,
  variantId: VariantId,
  moment: Moment,
): number {
  const index = state.active?.index
  if (index === undefined) return 0
  const needs = needsOf(index, [{ variantId, quantity: 1 }])
  const counts = needs.map(({ itemId, quantity }) => {
    const pool = findPool(state, dropId, itemId)
    return pool === undefined ? 0 : Math.floor(sellableUnits(pool, moment) / quantity)
  })
  return Math.min(...counts)
}

/** Tiles that a search means: every word of it begins a word of the title, or it is a barcode. */
export function searchTiles(tiles: readonly Tile[], text: string): readonly Tile[] {
  const wanted = wordsOf(text)
  return tiles.filter(({ title, barcode }) => {
    if (barcode !== null && barcode === text.trim()) return true
    const words = wordsOf(title)
    return wanted.every((word) => words.some((each) => each.startsWith(word)))
  })
}

function wordsOf(text: string): readonly string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}
