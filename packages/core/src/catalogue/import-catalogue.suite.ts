import { deepEqual, equal } from 'node:assert/strict'

import type { Product } from '@nightmarket/kernel'

import { readByKeys } from '../database/read-by-keys.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { createFieldCore, FieldMarket, productOf } from '../testing/field-market.ts'
import { exportCatalogue, importCatalogue } from './import-catalogue.ts'

const CLOCK = { nowMs: 1_000 }

/** What holds for catalogues on either engine. */
export const importCatalogueSuite: readonly BooksCase[] = [
  {
    title: '[CA1] importing the same products again changes nothing',
    async run(books) {
      const core = createFieldCore(books, CLOCK)
      const products = [productOf('mug', 10), productOf('print', 5)]
      const first = await importCatalogue(core, products)
      deepEqual(first.products, { created: 2, changed: 0, unchanged: 0 })
      deepEqual(first.variants, { created: 2, removed: 0, total: 2 })
      deepEqual(first.stock, { unitsAdded: 15, unitsTaken: 0 })
      const again = await importCatalogue(core, products)
      deepEqual(again.products, { created: 0, changed: 0, unchanged: 2 })
      deepEqual(again.variants, { created: 0, removed: 0, total: 2 })
      deepEqual(again.stock, { unitsAdded: 0, unitsTaken: 0 })
      deepEqual(await exportCatalogue(core), products)
    },
  },
  {
    title: '[CA2] stock moves by the difference to the last file, not to its value',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 100 })
      const edge = await market.enrol('edge')
      await edge.sync()
      const report = await importCatalogue(market.core, [productOf('mug', 130)])
      deepEqual(report.stock, { unitsAdded: 30, unitsTaken: 0 })
      const item = await market.item('mug')
      deepEqual([item.imported, item.on_hand, item.free], [130, 130, 50])
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[CA2] a fall below what is lent is refused for its variant only, and named',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 100, prints: 50 })
      const edge = await market.enrol('edge')
      await edge.sync()
      const report = await importCatalogue(market.core, [
        productOf('mug', 79),
        productOf('print', 49),
      ])
      deepEqual(report.refused, [
        {
          code: 'stock_below_committed',
          variantId: 'mug',
          itemId: 'mug',
          sku: 'SKU-mug',
          fileUnits: 79,
          takenUnits: 21,
          freeUnits: 20,
        },
      ])
      deepEqual(report.stock, { unitsAdded: 0, unitsTaken: 1 })
      equal((await market.item('mug')).on_hand, 100)
      const later = await importCatalogue(market.core, [productOf('mug', 80)])
      deepEqual([later.refused.length, later.stock.unitsTaken], [0, 20])
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[CA3] products that a file does not name stay, variants that it drops go',
    async run(books) {
      const core = createFieldCore(books, CLOCK)
      await importCatalogue(core, [twoSizes('shirt', ['s', 'm']), productOf('mug', 1)])
      const report = await importCatalogue(core, [twoSizes('shirt', ['m', 'l'])])
      deepEqual(report.products, { created: 0, changed: 1, unchanged: 0 })
      deepEqual(report.variants, { created: 1, removed: 1, total: 2 })
      const ids = (await exportCatalogue(core)).map((product) => product.productId)
      deepEqual(ids, ['shirt', 'mug'])
      const items = await books.read('items', (trx) =>
        readByKeys(trx, 'item', 'item_id', ['shirt-s']),
      )
      equal(items[0]?.on_hand, 7)
    },
  },
  {
    title: '[CA4] the export has the order of the files, also after it changed',
    async run(books) {
      const core = createFieldCore(books, CLOCK)
      const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => productOf(id, 1)) as [
        Product,
        Product,
        Product,
        Product,
      ]
      const order = async () =>
        (await exportCatalogue(core)).map((product) => product.handle).join('')
      await importCatalogue(core, [a, b, c])
      await importCatalogue(core, [b, d])
      equal(await order(), 'abcd')
      await importCatalogue(core, [d, c, b, a])
      equal(await order(), 'dcba')
      const again = await importCatalogue(core, [d, c, b, a])
      equal(again.products.unchanged, 4)
    },
  },
  {
    title: '[CA5] rows that were rejected before are part of the report',
    async run(books) {
      const core = createFieldCore(books, CLOCK)
      const row = { line: 7, field: 'Variant Price', value: '' }
      const rejected = [{ ...row, code: 'price_missing' }] as const
      const report = await importCatalogue(core, [], rejected)
      deepEqual(report.rejected, rejected)
    },
  },
]

function twoSizes(id: string, sizes: readonly string[]): Product {
  const [base] = productOf(id, 7).variants
  const variants = sizes.map((size) => ({
    ...base,
    variantId: `${id}-${size}`,
    itemId: `${id}-${size}`,
    sku: `${id}-${size}`,
    optionValues: [size],
  }))
  return { ...productOf(id, 7), optionNames: ['Size'], variants } as unknown as Product
}
