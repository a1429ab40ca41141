import { formatAmount } from '../money.ts'
import { writeCsv } from './csv.ts'
import type { Columns, Product, ProductImage, Variant } from './product.ts'
import { COLUMN_ORDER, TYPED_COLUMNS, type TypedColumn } from './shopify-columns.ts'

type Cells = Partial<Record<TypedColumn, string>>

/** The cells of one row: what the market knows, and what it kept for this row. */
interface OutputRow {
  readonly cells: Cells
  readonly columns: Columns
}

/**
 * Write products as a file that Shopify imports and `readShopifyCsv` reads back without a change.
 *
 * - [CT11] `readShopifyCsv(writeShopifyCsv(products))` gives the same products, nothing rejected.
 * - [CT12] The same products give the same text: Shopify's older headers in their order, then kept
 *   columns by name; a kept column without a value is left out.
 *
 * Values are written to the character, also those that a spreadsheet takes for formulas: escaping
 * them would change what Shopify reads. [CT9]
 */
export function writeShopifyCsv(products: readonly Product[]): string {
  const rows = products.flatMap(rowsOf)
  const headers = headersOf(rows)
  const typed: ReadonlySet<string> = new Set(TYPED_COLUMNS)
  const records = rows.map(({ cells, columns }) =>
    headers.map((name) => {
      if (typed.has(name)) return cells[name as TypedColumn] ?? ''
      return Object.hasOwn(columns, name) ? (columns[name] ?? '') : ''
    }),
  )
  return writeCsv([headers, ...records])
}

function headersOf(rows: readonly OutputRow[]): readonly string[] {
  const kept = new Set(rows.flatMap(({ columns }) => Object.keys(columns)))
  const typed: ReadonlySet<string> = new Set(TYPED_COLUMNS)
  const known = COLUMN_ORDER.filter((name) => typed.has(name) || kept.has(name))
  return [...known, ...[...kept.difference(new Set(COLUMN_ORDER))].toSorted()]
}

/** Variants and images side by side, as Shopify has them; images with cells of their own after. */
function rowsOf(product: Product): readonly OutputRow[] {
  const images = product.images.map((image, index) => ({ image, position: index + 1 }))
  const isPlain = ({ image }: PlacedImage) => Object.keys(image.columns).length === 0
  const beside = images.filter(isPlain)
  const apart = images.filter((image) => !isPlain(image))
  const count = Math.max(product.variants.length, beside.length)
  const rows = Array.from({ length: count }, (_, index): OutputRow => {
    const [variant, image] = [product.variants[index], beside[index]]
    return {
      cells: {
        Handle: product.handle,
        ...(index === 0 ? productCells(product) : {}),
        ...(variant === undefined ? {} : variantCells(variant, product)),
        ...(image === undefined ? {} : imageCells(image)),
      },
      columns: { ...variant?.columns, ...(index === 0 ? product.columns : {}) },
    }
  })
  const extra = apart.map((placed) => ({
    cells: { Handle: product.handle, ...imageCells(placed) },
    columns: placed.image.columns,
  }))
  return [...rows, ...extra]
}

interface PlacedImage {
  readonly image: ProductImage
  readonly position: number
}

function productCells(product: Product): Cells {
  const [option1 = '', option2 = '', option3 = ''] = product.optionNames
  return {
    Title: product.title,
    'Body (HTML)': product.bodyHtml,
    Vendor: product.vendor,
    Type: product.type,
    Tags: product.tags.join(', '),
    Published: String(product.isPublished),
    'Option1 Name': option1,
    'Option2 Name': option2,
    'Option3 Name': option3,
    'Gift Card': String(product.isGiftCard),
    Status: product.status,
  }
}

function variantCells(variant: Variant, { currency }: Product): Cells {
  const [option1 = '', option2 = '', option3 = ''] = variant.optionValues
  const { compareAtMinor } = variant
  return {
    'Option1 Value': option1,
    'Option2 Value': option2,
    'Option3 Value': option3,
    'Variant SKU': variant.sku ?? '',
    'Variant Inventory Qty': String(variant.onHand),
    'Variant Price': formatAmount(variant.priceMinor, currency),
    'Variant Compare At Price':
      compareAtMinor === null ? '' : formatAmount(compareAtMinor, currency),
    'Variant Barcode': variant.barcode ?? '',
    'Variant Image': variant.imageUrl ?? '',
  }
}

function imageCells({ image, position }: PlacedImage): Cells {
  return {
    'Image Src': image.url,
    'Image Position': String(position),
    'Image Alt Text': image.altText,
  }
}
