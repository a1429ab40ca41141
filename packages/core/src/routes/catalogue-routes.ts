import { CACHE, createValidate, describe, readText } from '@nightmarket/http'
import { readShopifyCsv, writeShopifyCsv, type Product } from '@nightmarket/kernel'
import { Hono } from 'hono'
import { z } from 'zod'

import { exportCatalogue, importCatalogue } from '../catalogue/import-catalogue.ts'
import { findMarket } from '../market/found-market.ts'
import { CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { amountMinor, idSchema, limitSchema } from './id-schema.ts'

/** The longest product file taken: Shopify's own limit is 15 MB. */
export const CSV_BYTES_MAX = 16 * 1024 * 1024

/** The products of a page. */
export const PRODUCTS_MAX = 200

const TAG = 'Catalogue'

const CSV_TYPE = 'text/csv'

const importReport = z
  .strictObject({
    products: z.strictObject({ created: z.int(), changed: z.int(), unchanged: z.int() }),
    variants: z.strictObject({ created: z.int(), removed: z.int(), total: z.int() }),
    stock: z.strictObject({ unitsAdded: z.int(), unitsTaken: z.int() }),
    rejected: z
      .array(
        z.strictObject({
          line: z.int(),
          field: z.string(),
          code: z.string().meta({ examples: ['price_missing'] }),
          value: z.string(),
        }),
      )
      .meta({ description: 'Rows that are in no product, and why.' }),
    refused: z
      .array(z.looseObject({ code: z.string(), variantId: z.string() }))
      .meta({ description: 'Variants whose stock was left as it is.' }),
  })
  .meta({ ref: 'ImportReport' })

const productPage = z
  .strictObject({
    products: z.array(
      z
        .looseObject({
          productId: idSchema('product', 'night-owl-mug'),
          title: z.string().meta({ examples: ['Night owl mug'] }),
          variants: z.array(
            z.looseObject({
              variantId: idSchema('variant', 'night-owl-mug:blue'),
              sku: z.string().nullable(),
              priceMinor: amountMinor('The price.'),
            }),
          ),
        })
        .meta({ ref: 'Product' }),
    ),
    next: z.int().nullable().meta({ description: 'Where the next page begins; null at the end.' }),
  })
  .meta({ ref: 'ProductPage' })

const pageQuery = z.strictObject({
  after: z.coerce.number().int().min(-1).default(-1),
  limit: limitSchema(PRODUCTS_MAX),
})

/** Products in and out. */
export function catalogueRoutes(deps: CoreRoutesDeps) {
  return new Hono().route('/', fileRoutes(deps)).route('/', productRoutes(deps))
}

function fileRoutes({ core, admin }: CoreRoutesDeps) {
  return new Hono()
    .post(
      '/v1/catalogue/import',
      describe(CORE_PROBLEMS, {
        summary: 'Import a product file',
        description:
          'Shopify’s product CSV as the body, with Content-Type `text/csv`. The same file again ' +
          `changes nothing. At most ${CSV_BYTES_MAX / 1024 ** 2} MiB.`,
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'What it did, row by row.', schema: importReport } },
        problems: [
          'unauthorized',
          'product_file_invalid',
          'body_too_large',
          'unsupported_media_type',
        ],
      }),
      admin,
      async (c) => {
        if (!c.req.header('content-type')?.startsWith(CSV_TYPE)) {
          return CORE_PROBLEMS.respond({ code: 'unsupported_media_type', accepted: CSV_TYPE })
        }
        const text = await readText(c.req.raw, CSV_BYTES_MAX)
        if (!text.ok) return CORE_PROBLEMS.respond(text.error)
        const market = await findMarket(core.books)
        if (market === null) return CORE_PROBLEMS.respond({ code: 'books_unavailable' })
        const { products, rejected } = readShopifyCsv(text.value, { currency: market.currency })
        if (products.length === 0 && rejected.length > 0) {
          return CORE_PROBLEMS.respond({ code: 'product_file_invalid', rejected })
        }
        return c.json(await importCatalogue(core, products, rejected), 200)
      },
    )
    .get(
      '/v1/catalogue/export',
      describe(CORE_PROBLEMS, {
        summary: 'Export the product file',
        description: 'In Shopify’s format; importing it changes nothing.',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'The file.', contentType: CSV_TYPE } },
        problems: ['unauthorized'],
      }),
      admin,
      async (c) => {
        const text = writeShopifyCsv(await exportCatalogue(core))
        const headers = {
          'Content-Type': `${CSV_TYPE}; charset=utf-8`,
          'Content-Disposition': 'attachment; filename="products.csv"',
          'Cache-Control': CACHE.never,
        }
        return c.body(text, 200, headers)
      },
    )
}

function productRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  return new Hono().get(
    '/v1/products',
    describe(CORE_PROBLEMS, {
      summary: 'List products',
      tag: TAG,
      security: 'bearer',
      answers: { 200: { description: 'A page, in the order of import.', schema: productPage } },
      problems: ['unauthorized', 'invalid_request'],
    }),
    admin,
    validate('query', pageQuery),
    async (c) => {
      const { after, limit } = c.req.valid('query')
      const rows = await core.books.read('list products', (trx) =>
        trx
          .selectFrom('product')
          .select(['position', 'content'])
          .where('position', '>', after)
          .orderBy('position')
          .limit(limit)
          .execute(),
      )
      const products = rows.map((row) => JSON.parse(row.content) as Product)
      const next = rows.length === limit ? (rows.at(-1)?.position ?? null) : null
      return c.json({ products, next }, 200)
    },
  )
}
