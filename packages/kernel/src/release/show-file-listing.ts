import type { CatalogueLookup, CatalogueVariant } from '../catalogue/catalogue-lookup.ts'
import type { ItemId, VariantId } from '../id.ts'
import type { Currency } from '../money.ts'
import type { FileNode } from './file-node.ts'
import type { Component, Listing, PriceWindow, ReleaseVariant } from './release.ts'
import { readSpan, type OpenTime, type TimeReader } from './show-time.ts'

const UNITS_MAX = 1_000_000
const COMPONENTS_MAX = 50
const PRICE_WINDOWS_MAX = 100

/** What the listings of a file are read with, and the variants that they name. */
export interface ListingContext {
  readonly currency: Currency
  readonly lookup: CatalogueLookup
  readonly times: TimeReader
  /** Filled as listings are read, in the order of the file. */
  readonly variants: Map<VariantId, ReleaseVariant>
}

/**
 * Read one listing: a variant of the catalogue by id or SKU, or a bundle of several.
 *
 * - [RE11] A listing sells a variant that exists, at the catalogue's price unless it names one.
 * - [RE12] A bundle has an id, a title and a price of its own, and consumes the stock of each
 *   component times its quantity.
 * - [RE13] Price windows lie inside the drop and do not overlap.
 */
export function readListing(
  node: FileNode,
  open: OpenTime,
  context: ListingContext,
): Listing | null {
  const found = node.members(
    'variant',
    'bundle',
    'title',
    'price',
    'units',
    'perCustomer',
    'priceWindows',
  )
  const { price, units, perCustomer, priceWindows } = found
  const variant = found.bundle.isAbsent
    ? readVariant(found.variant, found.title, context)
    : readBundle(found.variant, found.title, found.bundle, context)
  const byDefault = variant?.priceMinor ?? null
  const isCatalogued = price.isAbsent && byDefault !== null && byDefault > 0
  const isUnknown = price.isAbsent && variant === null
  const priced = isCatalogued ? byDefault : null
  const priceMinor = priced ?? (isUnknown ? null : price.amount(context.currency, 1))
  const listing = {
    units: units.isAbsent ? null : units.whole(1, UNITS_MAX),
    perCustomer: perCustomer.isAbsent ? null : perCustomer.whole(1, UNITS_MAX),
    priceWindows: readPriceWindows(priceWindows, open, context),
  }
  if (variant === null || priceMinor === null) return null
  return { variantId: variant.variantId, priceMinor, ...listing }
}

interface FoundVariant {
  readonly variantId: VariantId
  /** The catalogue's price; `null` for a bundle. */
  readonly priceMinor: number | null
}

/** Find a variant of the catalogue in the currency of the show. */
export function findVariant(
  node: FileNode,
  { lookup, currency }: Pick<ListingContext, 'lookup' | 'currency'>,
): CatalogueVariant | null {
  const wanted = 'the id or the SKU of a variant that was imported'
  const reference = node.text(wanted)
  if (reference === null) return null
  const found = lookup(reference)
  if (found === null) return node.refuse('variant_unknown', wanted)
  if (found.currency === currency) return found
  return node.refuse('currency_differs', `a variant priced in ${currency}, not ${found.currency}`)
}

function readVariant(
  node: FileNode,
  titleNode: FileNode,
  context: ListingContext,
): FoundVariant | null {
  const found = findVariant(node, context)
  if (!titleNode.isAbsent) titleNode.refuse('key_unknown', 'no title: only a bundle has its own')
  if (found === null) return null
  const { variantId, title, sku, barcode, imageUrl, itemId, priceMinor } = found
  const components = [{ itemId, quantity: 1 }]
  context.variants.set(variantId, { variantId, title, sku, barcode, imageUrl, components })
  return { variantId, priceMinor }
}

function readBundle(
  node: FileNode,
  titleNode: FileNode,
  bundle: FileNode,
  context: ListingContext,
): FoundVariant | null {
  const variantId = node.id<'variant'>('an id of your own for the bundle')
  const title = titleNode.text('what the bundle is called')
  const parts = bundle.items(COMPONENTS_MAX).map((item) => readPart(item, context))
  if (parts.length === 0) bundle.refuse('missing', 'a list of { variant, quantity }')
  if (variantId === null || title === null) return null
  if (context.lookup(variantId) !== null) {
    return node.refuse('bundle_conflict', 'an id that no variant of the catalogue has')
  }
  const imageUrl = parts.find((part) => part?.imageUrl)?.imageUrl ?? null
  const components = joinParts(parts)
  const made = { variantId, title, sku: null, barcode: null, imageUrl, components }
  const before = context.variants.get(variantId)
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(made)) {
    return node.refuse('bundle_conflict', 'the same title and components wherever it is listed')
  }
  context.variants.set(variantId, made)
  return { variantId, priceMinor: null }
}

interface BundlePart extends Component {
  readonly imageUrl: string | null
}

function readPart(node: FileNode, context: ListingContext): BundlePart | null {
  const { variant, quantity } = node.members('variant', 'quantity')
  const found = findVariant(variant, context)
  const count = quantity.isAbsent ? 1 : quantity.whole(1, 1_000)
  if (found === null || count === null) return null
  return { itemId: found.itemId, quantity: count, imageUrl: found.imageUrl }
}

/** One component per item, so that a variant named twice is counted once with both quantities. */
function joinParts(parts: readonly (BundlePart | null)[]): readonly Component[] {
  const quantities = new Map<ItemId, number>()
  for (const part of parts) {
    if (part === null) continue
    quantities.set(part.itemId, (quantities.get(part.itemId) ?? 0) + part.quantity)
  }
  return [...quantities].map(([itemId, quantity]) => ({ itemId, quantity }))
}

function readPriceWindows(
  node: FileNode,
  open: OpenTime,
  context: ListingContext,
): readonly PriceWindow[] {
  const windows: PriceWindow[] = []
  for (const item of node.items(PRICE_WINDOWS_MAX)) {
    const { from, until, price } = item.members('from', 'until', 'price')
    const span = readSpan(item, from, until, open, context.times)
    const priceMinor = price.amount(context.currency, 1)
    if (span === null || priceMinor === null) continue
    const isApart = windows.every(
      (other) => span.untilMs <= other.fromMs || other.untilMs <= span.fromMs,
    )
    if (isApart) windows.push({ ...span, priceMinor })
    else item.refuse('overlap', 'a time that no other price window of the listing covers')
  }
  return windows
}
