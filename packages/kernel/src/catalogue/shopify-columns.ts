import { err, ok, type Result } from '../result.ts'
import type { ImportRejection } from './import-rejection.ts'

/** The columns that the market reads, by the names of Shopify's older exports. */
export const TYPED_COLUMNS = [
  'Handle',
  'Title',
  'Body (HTML)',
  'Vendor',
  'Type',
  'Tags',
  'Published',
  'Option1 Name',
  'Option1 Value',
  'Option2 Name',
  'Option2 Value',
  'Option3 Name',
  'Option3 Value',
  'Variant SKU',
  'Variant Inventory Qty',
  'Variant Price',
  'Variant Compare At Price',
  'Variant Barcode',
  'Image Src',
  'Image Position',
  'Image Alt Text',
  'Gift Card',
  'Variant Image',
  'Status',
] as const

/** The name of a column that the market reads. */
export type TypedColumn = (typeof TYPED_COLUMNS)[number]

/** Every column of Shopify's older exports, in its order: what an export is written in. */
export const COLUMN_ORDER: readonly string[] = `
  Handle, Title, Body (HTML), Vendor, Product Category, Type, Tags, Published, Option1 Name,
  Option1 Value, Option1 Linked To, Option2 Name, Option2 Value, Option2 Linked To, Option3 Name,
  Option3 Value, Option3 Linked To, Variant SKU, Variant Grams, Variant Inventory Tracker,
  Variant Inventory Qty, Variant Inventory Policy, Variant Fulfillment Service, Variant Price,
  Variant Compare At Price, Variant Requires Shipping, Variant Taxable, Unit Price Total Measure,
  Unit Price Total Measure Unit, Unit Price Base Measure, Unit Price Base Measure Unit,
  Variant Barcode, Image Src, Image Position, Image Alt Text, Gift Card, SEO Title,
  SEO Description, Google Shopping / Google Product Category, Google Shopping / Gender,
  Google Shopping / Age Group, Google Shopping / MPN, Google Shopping / AdWords Grouping,
  Google Shopping / AdWords Labels, Google Shopping / Condition, Google Shopping / Custom Product,
  Google Shopping / Custom Label 0, Google Shopping / Custom Label 1,
  Google Shopping / Custom Label 2, Google Shopping / Custom Label 3,
  Google Shopping / Custom Label 4, Variant Image, Variant Weight Unit, Variant Tax Code,
  Cost per item, Status
`
  .split(',')
  .map((name) => name.trim())

/** Shopify's newer names (2025), in lower case, with the older ones that they stand for. */
const ALIASES: readonly (readonly [newer: string, older: string])[] = [
  ['url handle', 'Handle'],
  ['description', 'Body (HTML)'],
  ['published on online store', 'Published'],
  ['sku', 'Variant SKU'],
  ['barcode', 'Variant Barcode'],
  ['price', 'Variant Price'],
  ['compare-at price', 'Variant Compare At Price'],
  ['inventory quantity', 'Variant Inventory Qty'],
  ['product image url', 'Image Src'],
  ['variant image url', 'Variant Image'],
  ['charge tax', 'Variant Taxable'],
  ['tax code', 'Variant Tax Code'],
  ['inventory tracker', 'Variant Inventory Tracker'],
  ['continue selling when out of stock', 'Variant Inventory Policy'],
  ['weight value (grams)', 'Variant Grams'],
  ['weight unit for display', 'Variant Weight Unit'],
  ['requires shipping', 'Variant Requires Shipping'],
  ['fulfillment service', 'Variant Fulfillment Service'],
  ['google shopping / manufacturer part number (mpn)', 'Google Shopping / MPN'],
  ['google shopping / ad group name', 'Google Shopping / AdWords Grouping'],
  ['google shopping / ads labels', 'Google Shopping / AdWords Labels'],
]

const NAMES: ReadonlyMap<string, string> = new Map([
  ...COLUMN_ORDER.map((name): [string, string] => [name.toLowerCase(), name]),
  ...ALIASES,
])

const TYPED: ReadonlySet<string> = new Set(TYPED_COLUMNS)

/** Headers of cells that say something about a variant, where the first row could mean either. */
const VARIANT_PATTERN =
  /^variant |^price \/|^compare[- ]at price \/|^cost per item$|^unit price |variant\.metafields\./i

/** One column of a file: a column the market reads, or one it keeps for the export. */
export interface FileColumn {
  /** The name its cells are kept under: Shopify's older one, or the header as it is. */
  readonly name: string
  /** The header as the file has it, for what is reported. */
  readonly header: string
  readonly typed: TypedColumn | null
}

/** Whether an unread column describes the variant of its row rather than the product. */
export function isVariantColumn(name: string): boolean {
  return VARIANT_PATTERN.test(name)
}

/**
 * Read a header row: older or newer names, in any order and case.
 *
 * Needs a title and a price; every name at most once, under either of its names. [CT2]
 */
export function readHeader(
  headers: readonly string[],
  line: number,
): Result<readonly FileColumn[], ImportRejection> {
  const refuse = (code: ImportRejection['code'], field: string, value: string) =>
    err({ line, field, code, value })
  const [first = ''] = headers
  if (headers.length === 1 && /[;\t|]/.test(first)) {
    return refuse('delimiter_unsupported', '', first.slice(0, 80))
  }
  const columns = headers.map(columnOf)
  const names = new Set<string>()
  for (const { name, header } of columns) {
    if (name !== '' && names.has(name)) return refuse('header_duplicate', header, header)
    names.add(name)
  }
  for (const needed of ['Title', 'Variant Price'] as const) {
    if (!names.has(needed)) return refuse('header_missing', needed, '')
  }
  return ok(columns)
}

function columnOf(header: string): FileColumn {
  const name = NAMES.get(header.trim().toLowerCase()) ?? (header.trim() === '' ? '' : header)
  return { name, header, typed: TYPED.has(name) ? (name as TypedColumn) : null }
}
