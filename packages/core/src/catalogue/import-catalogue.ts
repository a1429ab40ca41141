import {
  bytesToHex,
  type ImportRejection,
  type Product,
  productDigestInput,
  utf8ToBytes,
  variantTitleOf,
} from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { NewRow } from '../database/books-tables.ts'
import { insertRows } from '../database/insert-rows.ts'
import { moveStock, type StockRefusal } from './move-stock.ts'

/** What an import did. The same file again has only `unchanged`. */
export interface ImportReport {
  readonly products: {
    readonly created: number
    readonly changed: number
    readonly unchanged: number
  }
  readonly variants: {
    readonly created: number
    /** No longer in their product's rows. Their stock stays on hand until it is counted. */
    readonly removed: number
    readonly total: number
  }
  readonly stock: { readonly unitsAdded: number; readonly unitsTaken: number }
  /** Rows of the file that are in no product. */
  readonly rejected: readonly ImportRejection[]
  /** Variants whose stock was left as it is. */
  readonly refused: readonly StockRefusal[]
}

/** A product as it will be stored. */
interface Draft {
  readonly product: Product
  readonly hash: string
  readonly position: number
}

/** What the books have of the catalogue. */
interface Known {
  readonly hashes: ReadonlyMap<string, string>
  readonly positions: ReadonlyMap<string, number>
  readonly variants: ReadonlyMap<string, string>
}

/**
 * Take products into the catalogue, and their stock by the difference to the last import.
 *
 * - [CA1] Importing the same products again changes nothing.
 * - [CA2] Stock moves by the difference between this file and the last one, so that what was sold
 *   since is not counted again; a fall below what is lent or sold is refused for its variant only.
 * - [CA5] Rows that were rejected before are handed on, so that one report says it all.
 * - [CA3] Products that the file does not name stay as they are.
 */
export async function importCatalogue(
  core: Core,
  products: readonly Product[],
  rejected: readonly ImportRejection[] = [],
): Promise<ImportReport> {
  return core.books.transact('import catalogue', async (trx) => {
    const known = await readKnown(trx)
    const drafts = placeProducts(core, products, known)
    const isChanged = ({ product, hash }: Draft) => known.hashes.get(product.productId) !== hash
    const changed = drafts.filter(isChanged)
    const created = changed.filter(({ product }) => !known.hashes.has(product.productId))
    await storeProducts(core, trx, drafts, known)
    const variants = await storeVariants(trx, changed, known)
    const stock = await moveStock(trx, products)
    return {
      products: {
        created: created.length,
        changed: changed.length - created.length,
        unchanged: drafts.length - changed.length,
      },
      variants: { ...variants, total: products.flatMap((product) => product.variants).length },
      stock: { unitsAdded: stock.unitsAdded, unitsTaken: stock.unitsTaken },
      rejected,
      refused: stock.refused,
    }
  })
}

async function readKnown(trx: BooksTransaction): Promise<Known> {
  const products = await trx
    .selectFrom('product')
    .select(['product_id', 'position', 'content_hash'])
    .execute()
  const variants = await trx.selectFrom('variant').select(['variant_id', 'product_id']).execute()
  return {
    hashes: new Map(products.map((row) => [row.product_id, row.content_hash])),
    positions: new Map(products.map((row) => [row.product_id, row.position])),
    variants: new Map(variants.map((row) => [row.variant_id, row.product_id])),
  }
}

/**
 * [CA4] Products keep the file's order: their places, when they already rise, or new ones at the
 * end.
 */
function placeProducts(core: Core, products: readonly Product[], known: Known): readonly Draft[] {
  const last = Math.max(0, ...known.positions.values())
  const places = products.map(({ productId }, index) =>
    known.positions.get(productId) ?? last + index + 1,
  )
  const isRising = places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0))
  return products.map((product, index) => ({
    product,
    hash: bytesToHex(core.digest(utf8ToBytes(productDigestInput(product)))),
    position: isRising ? (places[index] ?? 0) : last + index + 1,
  }))
}

async function storeProducts(
  core: Core,
  trx: BooksTransaction,
  drafts: readonly Draft[],
  known: Known,
): Promise<void> {
  const created: NewRow<'product'>[] = []
  for (const { product, hash, position } of drafts) {
    const row = {
      product_id: product.productId,
      position,
      content: JSON.stringify(product),
      content_hash: hash,
      updated_at_ms: core.nowMs(),
    }
    const before = known.hashes.get(product.productId)
    if (before === undefined) created.push(row)
    else if (before !== hash || known.positions.get(product.productId) !== position) {
      await trx
        .updateTable('product')
        .set(row)
        .where('product_id', '=', product.productId)
        .execute()
    }
  }
  await insertRows(trx, 'product', created)
}

async function storeVariants(
  trx: BooksTransaction,
  changed: readonly Draft[],
  known: Known,
): Promise<{ readonly created: number; readonly removed: number }> {
  const rows = changed.flatMap(({ product }) => variantRows(product))
  const productIds = new Set(changed.map(({ product }) => product.productId as string))
  const kept = new Set(rows.map((row) => row.variant_id))
  const before = [...known.variants].filter(([, productId]) => productIds.has(productId))
  const isStale = ([variantId]: readonly [string, string]) => !kept.has(variantId)
  for (const [variantId] of [...before, ...movedVariants(kept, productIds, known)]) {
    await trx.deleteFrom('variant').where('variant_id', '=', variantId).execute()
  }
  await insertRows(trx, 'variant', rows)
  const created = rows.filter((row) => !known.variants.has(row.variant_id)).length
  return { created, removed: before.filter(isStale).length }
}

/** Variants that another product had so far: a handle was renamed. */
function movedVariants(
  kept: ReadonlySet<string>,
  productIds: ReadonlySet<string>,
  known: Known,
): readonly (readonly [string, string])[] {
  return [...known.variants].filter(([id, productId]) => kept.has(id) && !productIds.has(productId))
}

function variantRows(product: Product): readonly NewRow<'variant'>[] {
  return product.variants.map((variant, position) => ({
    variant_id: variant.variantId,
    product_id: product.productId,
    position,
    title: variantTitleOf(product, variant),
    sku: variant.sku,
    barcode: variant.barcode,
    image_url: variant.imageUrl ?? product.images[0]?.url ?? null,
    price_minor: variant.priceMinor,
  }))
}

/** Every product, in the order of the files that brought them. */
export async function exportCatalogue(core: Pick<Core, 'books'>): Promise<readonly Product[]> {
  const rows = await core.books.read('export catalogue', (trx) =>
    trx.selectFrom('product').select('content').orderBy('position').execute(),
  )
  return rows.map((row) => JSON.parse(row.content) as Product)
}

