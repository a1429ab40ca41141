import { assert } from '../assert.ts'
import type { ItemId, ProductId } from '../id.ts'
import { isCurrency, type Currency } from '../money.ts'
import { readCsv } from './csv.ts'
import type { ImportRejection } from './import-rejection.ts'
import {
  OPTION_NAME_DEFAULT,
  OPTION_VALUE_DEFAULT,
  type Product,
  type ProductImage,
  type Variant,
} from './product.ts'
import { isVariantColumn, readHeader, type TypedColumn } from './shopify-columns.ts'
import { Row } from './shopify-row.ts'
import { handleOf, productIdOf, variantIdOf } from './variant-id.ts'

/** What a product file came to: every row is in a product, or is named as rejected. */
export interface ProductImport {
  /** In the order in which the file names them first. */
  readonly products: readonly Product[]
  /** In the order of their lines. */
  readonly rejected: readonly ImportRejection[]
}

const OPTIONS = [1, 2, 3] as const

/** The cells that make a row more than an image. */
const VARIANT_CELLS: readonly TypedColumn[] = [
  'Option1 Value',
  'Option2 Value',
  'Option3 Value',
  'Variant SKU',
  'Variant Inventory Qty',
  'Variant Price',
  'Variant Compare At Price',
  'Variant Barcode',
]

/**
 * Read a product file of Shopify's, older headers or newer.
 *
 * - [CT1] Rows with one handle are one product, also when they are apart: the first row names it,
 *   every row with option values, a price, a SKU, a barcode or a quantity is a variant, every row
 *   with an image address is an image.
 * - [CT3] A bad row is rejected alone, by its line, its field and a code. A bad title, option name,
 *   status or flag in the first row rejects the product, with each of its rows.
 * - [CT4] The second of two variants with the same options, or with the same SKU, is rejected.
 * - [CT5] A missing quantity is 0; a negative one is rejected, a missing price too.
 * - [CT6] Columns that the market does not read are kept with their product, variant or image.
 *
 * The same text gives the same answer. A handle that is missing is made from the title. [CT1]
 */
export function readShopifyCsv(
  text: string,
  options: { readonly currency: Currency },
): ProductImport {
  assert(isCurrency(options.currency), `currency must be in ISO 4217: ${options.currency}`)
  const records = readCsv(text)
  const header = records.next()
  if (header.done === true) {
    return { products: [], rejected: [{ line: 1, field: '', code: 'file_empty', value: '' }] }
  }
  const columns = readHeader(header.value.fields, header.value.line)
  if (!columns.ok) return { products: [], rejected: [columns.error] }

  const rows = [...records].map((record) => new Row(record, columns.value))
  const skus = new Set<string>()
  const products: Product[] = []
  for (const group of groupByProduct(rows)) {
    const product = readProduct(group, options.currency, skus)
    if (product !== null) products.push(product)
  }
  const rejected = rows.flatMap((row) => (row.rejection === null ? [] : [row.rejection]))
  return { products, rejected }
}

/** One product's rows, with the handle that joins them. */
interface Group {
  readonly handle: string
  readonly rows: Row[]
}

function groupByProduct(rows: readonly Row[]): Iterable<Group> {
  const groups = new Map<ProductId, Group>()
  for (const row of rows) {
    const handle = row.has('Handle') ? row.text('Handle') : handleOf(row.text('Title'))
    if (!row.has('Handle') && !row.has('Title')) {
      row.reject('handle_missing', 'Handle')
      continue
    }
    const productId = productIdOf(handle)
    const group = groups.get(productId)
    if (group === undefined) groups.set(productId, { handle, rows: [row] })
    else group.rows.push(row)
  }
  return groups.values()
}

function readProduct(group: Group, currency: Currency, skus: Set<string>): Product | null {
  const [first] = group.rows
  assert(first !== undefined, 'a group has a row')
  const head = readHead(group.handle, first, currency)
  if (first.rejection !== null) {
    rejectAll(group)
    return null
  }
  const variants: Variant[] = []
  const images: PlacedImage[] = []
  const taken = { variantIds: new Set<string>(), skus }
  for (const row of group.rows) {
    const isVariant = row === first || VARIANT_CELLS.some((column) => row.has(column))
    const variant = isVariant ? readVariant(row, row === first, head, taken) : null
    const image = readImage(row, isVariant)
    if (variant === null && image === null) row.reject('row_empty', null)
    if (row.rejection !== null) continue
    if (variant !== null) {
      variants.push(variant)
      claim(variant, taken)
    }
    if (image !== null) images.push(image)
  }
  if (variants.length === 0) {
    rejectAll(group)
    return null
  }
  return settle(head, variants, inOrder(images))
}

/** Name every row of a product that cannot be, the sound ones as its dependants. */
function rejectAll(group: Group): void {
  for (const row of group.rows) row.reject('product_rejected', 'Handle', group.handle)
}

type Head = Omit<Product, 'variants' | 'images'>

function readHead(handle: string, row: Row, currency: Currency): Head {
  if (!row.has('Title')) row.reject('title_missing', 'Title')
  return {
    productId: productIdOf(handle),
    handle,
    title: row.text('Title'),
    bodyHtml: row.text('Body (HTML)'),
    vendor: row.text('Vendor'),
    type: row.text('Type'),
    tags: tagsOf(row.text('Tags')),
    isPublished: row.flag('Published', true),
    status: row.status(),
    isGiftCard: row.flag('Gift Card', false),
    currency,
    optionNames: readOptionNames(row),
    columns: row.extra('other'),
  }
}

function readOptionNames(row: Row): readonly string[] {
  const names: string[] = []
  for (const number of OPTIONS) {
    const column = `Option${number} Name` as const
    const hasValue = row.has(`Option${number} Value`)
    if (row.has(column)) {
      const before = number === 3 ? 'Option2 Name' : 'Option1 Name'
      if (names.length < number - 1) row.reject('option_name_missing', before)
      if (names.includes(row.text(column))) row.reject('option_name_duplicate', column)
      names.push(row.text(column))
    } else if (hasValue && !isDefaultValue(row, number)) {
      row.reject('option_name_missing', column)
    }
  }
  return names.length === 0 ? [OPTION_NAME_DEFAULT] : names
}

function isDefaultValue(row: Row, number: 1 | 2 | 3): boolean {
  return number === 1 && row.text('Option1 Value').trim() === OPTION_VALUE_DEFAULT
}

interface Taken {
  readonly variantIds: Set<string>
  readonly skus: Set<string>
}

function claim(variant: Variant, taken: Taken): void {
  taken.variantIds.add(variant.variantId)
  if (variant.sku !== null) taken.skus.add(variant.sku.trim())
}

function readVariant(row: Row, isFirst: boolean, head: Head, taken: Taken): Variant {
  const optionValues = readOptionValues(row, head.optionNames)
  const variantId = variantIdOf(head.handle, head.optionNames, optionValues)
  if (taken.variantIds.has(variantId)) {
    row.reject('variant_duplicate', 'Option1 Value', optionValues.join(' / '))
  }
  const sku = row.textOrNull('Variant SKU')
  if (sku !== null && taken.skus.has(sku.trim())) row.reject('sku_duplicate', 'Variant SKU')
  const onHand = row.count('Variant Inventory Qty', 0)
  if (!row.has('Variant Price')) row.reject('price_missing', 'Variant Price')
  return {
    variantId,
    itemId: variantId as string as ItemId,
    optionValues,
    sku,
    barcode: row.textOrNull('Variant Barcode'),
    priceMinor: row.amount('Variant Price', head.currency) ?? 0,
    compareAtMinor: row.amount('Variant Compare At Price', head.currency),
    onHand,
    imageUrl: row.url('Variant Image'),
    columns: row.extra(isFirst ? 'variant' : 'all'),
  }
}

function readOptionValues(row: Row, names: readonly string[]): readonly string[] {
  const isPlain = names.length === 1 && names[0] === OPTION_NAME_DEFAULT
  return OPTIONS.flatMap((number) => {
    const column = `Option${number} Value` as const
    if (number > names.length) {
      if (row.has(column)) row.reject('option_value_unexpected', column)
      return []
    }
    if (row.has(column)) return [row.text(column)]
    if (!isPlain) row.reject('option_value_missing', column)
    return [OPTION_VALUE_DEFAULT]
  })
}

interface PlacedImage {
  readonly image: ProductImage
  readonly position: number
}

function readImage(row: Row, isVariant: boolean): PlacedImage | null {
  const url = row.url('Image Src')
  if (url === null) {
    if (row.has('Image Alt Text')) row.reject('image_url_missing', 'Image Src')
    return null
  }
  const position = row.count('Image Position', Number.MAX_SAFE_INTEGER)
  const columns = isVariant ? {} : row.extra('all')
  return { image: { url, altText: row.text('Image Alt Text'), columns }, position }
}

/** By position, of equals and of those without one in the order of the file. */
function inOrder(images: readonly PlacedImage[]): readonly ProductImage[] {
  return images.toSorted((a, b) => a.position - b.position).map(({ image }) => image)
}

/**
 * Make the first variant the one that shares its row with the product. It is already, unless the
 * first row was good for the product and bad for its variant: then cells of the next row that are
 * about the product become the product's, where the first row was blank.
 */
function settle(
  head: Head,
  variants: readonly Variant[],
  images: readonly ProductImage[],
): Product {
  const [first, ...others] = variants
  assert(first !== undefined, 'a product has a variant')
  const cells = Object.entries(first.columns)
  const own = Object.fromEntries(cells.filter(([name]) => isVariantColumn(name)))
  const shared = Object.fromEntries(cells.filter(([name]) => !isVariantColumn(name)))
  const columns = { ...shared, ...head.columns }
  return { ...head, columns, variants: [{ ...first, columns: own }, ...others], images }
}

function tagsOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}
