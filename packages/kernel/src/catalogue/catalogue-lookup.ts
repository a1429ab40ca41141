import type { ItemId, VariantId } from '../id.ts'
import type { Currency } from '../money.ts'
import { OPTION_NAME_DEFAULT, OPTION_VALUE_DEFAULT, type Product, type Variant } from './product.ts'

/** A variant as a release needs it: what to call it, what it costs and what stock it consumes. */
export interface CatalogueVariant {
  readonly variantId: VariantId
  readonly itemId: ItemId
  readonly title: string
  readonly sku: string | null
  readonly barcode: string | null
  readonly imageUrl: string | null
  readonly priceMinor: number
  readonly currency: Currency
}

/** Find a variant by its id, or else by its SKU; `null` when nothing is called so. */
export type CatalogueLookup = (reference: string) => CatalogueVariant | null

/** Make the lookup of a catalogue. An id wins over a SKU that reads the same. */
export function createCatalogueLookup(products: Iterable<Product>): CatalogueLookup {
  const byId = new Map<string, CatalogueVariant>()
  const bySku = new Map<string, CatalogueVariant>()
  for (const product of products) {
    for (const variant of product.variants) {
      const found = catalogueVariantOf(product, variant)
      byId.set(found.variantId, found)
      if (found.sku !== null) bySku.set(found.sku.trim(), found)
    }
  }
  return (reference) => byId.get(reference) ?? bySku.get(reference) ?? null
}

/** A variant with what it takes from its product: `Moon Bowl – Large / Indigo`. */
export function catalogueVariantOf(product: Product, variant: Variant): CatalogueVariant {
  const { variantId, itemId, sku, barcode, priceMinor } = variant
  const { currency } = product
  const imageUrl = variant.imageUrl ?? product.images[0]?.url ?? null
  const title = variantTitleOf(product, variant)
  return { variantId, itemId, title, sku, barcode, imageUrl, priceMinor, currency }
}

/** What a variant is called on a receipt: the product's title, and the values chosen if any. */
export function variantTitleOf(product: Product, variant: Variant): string {
  const isDefault =
    product.optionNames[0] === OPTION_NAME_DEFAULT &&
    variant.optionValues[0] === OPTION_VALUE_DEFAULT
  return isDefault ? product.title : `${product.title} – ${variant.optionValues.join(' / ')}`
}
