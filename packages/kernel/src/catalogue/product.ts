import type { ItemId, ProductId, VariantId } from '../id.ts'
import type { Currency } from '../money.ts'

/**
 * Cells of a product file that mean nothing to the market, by their header: metafields, weights,
 * shopping feeds, markets. Kept so that an export gives them back; a blank cell is not kept.
 */
export type Columns = Readonly<Record<string, string>>

/** Shopify's states of a product. Only an `active` one is meant for sale. */
export type ProductStatus = 'active' | 'draft' | 'archived' | 'unlisted'

/**
 * What a seller describes once and sells in one or more variants.
 *
 * Text is kept to the character as the file had it, since Shopify reads it back. It is not safe:
 * HTML is somebody else's markup, and a cell that begins with `=`, `+`, `-` or `@` is a formula to
 * a spreadsheet. Whoever shows a text escapes it. [CT9]
 */
export interface Product {
  readonly productId: ProductId
  readonly handle: string
  readonly title: string
  readonly bodyHtml: string
  readonly vendor: string
  readonly type: string
  readonly tags: readonly string[]
  readonly status: ProductStatus
  readonly isPublished: boolean
  readonly isGiftCard: boolean
  readonly currency: Currency
  /** One to three; a product without options has `Title` with the value `Default Title`. */
  readonly optionNames: readonly string[]
  /** At least one, in the order of the file. */
  readonly variants: readonly Variant[]
  /** In the order in which they are shown. */
  readonly images: readonly ProductImage[]
  readonly columns: Columns
}

/** What is bought: one choice of a product's options, with a price and stock of its own. */
export interface Variant {
  readonly variantId: VariantId
  /** The stock one unit consumes: its own, with the same id as the variant. */
  readonly itemId: ItemId
  /** As many as the product has option names. */
  readonly optionValues: readonly string[]
  readonly sku: string | null
  readonly barcode: string | null
  readonly priceMinor: number
  readonly compareAtMinor: number | null
  /** Units the file counted; 0 where it said nothing. */
  readonly onHand: number
  readonly imageUrl: string | null
  readonly columns: Columns
}

/** A picture of a product, by its address. */
export interface ProductImage {
  /** `http` or `https`. */
  readonly url: string
  readonly altText: string
  readonly columns: Columns
}

/** Shopify's name of the only option of a product that has none. */
export const OPTION_NAME_DEFAULT = 'Title'
/** Shopify's value of the only option of a product that has none. */
export const OPTION_VALUE_DEFAULT = 'Default Title'

/** The text whose digest tells whether a product changed: every field, in one order. [CT10] */
export function productDigestInput(product: Product): string {
  return JSON.stringify(sortKeys(product))
}

/** Objects as lists of members in the order of their keys, so that key order says nothing. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', ...value.map(sortKeys)]
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([key, member]) => [key, sortKeys(member)])
  return ['members', ...members.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))]
}
