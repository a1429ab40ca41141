import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import { ID_LENGTH_MAX, parseId, type ItemId } from '../id.ts'
import { createCatalogueLookup } from './catalogue-lookup.ts'
import { productDigestInput, type Product } from './product.ts'
import { readShopifyCsv } from './shopify-read.ts'
import { writeShopifyCsv } from './shopify-write.ts'
import { productIdOf, variantIdOf } from './variant-id.ts'

const text = fc
  .oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[=+@",\r\n a-z<>]*$/))
  .filter((value) => value.isWellFormed() && !value.includes('\u0000'))
const word = text.filter((value) => value.trim() !== '')
const url = fc.webUrl().filter((value) => !/[\s"'<>`\\]/.test(value))
const price = fc.nat({ max: 1_000_000_000 })

function columnsOf(...names: readonly string[]) {
  return fc.dictionary(fc.constantFrom(...names), text.filter((value) => value !== ''), {
    noNullPrototype: true,
  })
}

const PRODUCT_COLUMNS = ['SEO Title', 'A (product.metafields.custom.a)', '__proto__', 'Odd, "one"']
const VARIANT_COLUMNS = ['Variant Grams', 'Cost per item', 'Price / International']

const drafts = fc.record({
  handle: word,
  title: word,
  bodyHtml: text,
  vendor: text,
  type: text,
  tags: fc.array(fc.stringMatching(/^[a-z"]{1,5}$/)),
  status: fc.constantFrom('active', 'draft', 'archived', 'unlisted'),
  isPublished: fc.boolean(),
  isGiftCard: fc.boolean(),
  optionNames: fc.oneof(
    fc.constant(['Title']),
    fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
  ),
  images: fc.array(
    fc.record(
      { url, altText: text, columns: columnsOf(...PRODUCT_COLUMNS, ...VARIANT_COLUMNS) },
      { noNullPrototype: true },
    ),
    { maxLength: 5 },
  ),
  columns: columnsOf(...PRODUCT_COLUMNS),
})
const variantDrafts = fc.record({
  values: fc.tuple(fc.oneof(fc.constant('Default Title'), word), word, word),
  hasSku: fc.boolean(),
  barcode: fc.option(word),
  priceMinor: price,
  compareAtMinor: fc.option(price),
  onHand: fc.nat({ max: 1_000_000_000 }),
  imageUrl: fc.option(url),
  columns: columnsOf(...VARIANT_COLUMNS),
})
type Draft = typeof drafts extends fc.Arbitrary<infer Value> ? Value : never
type VariantDraft = typeof variantDrafts extends fc.Arbitrary<infer Value> ? Value : never

const currencies = fc.constantFrom('EUR', 'JPY', 'KWD')
const catalogues = fc
  .tuple(
    currencies,
    fc.array(fc.tuple(drafts, fc.array(variantDrafts, { minLength: 1, maxLength: 4 })), {
      maxLength: 4,
    }),
  )
  .map(([currency, entries]) => ({ currency, products: productsOf(currency, entries) }))

describe('writeShopifyCsv', () => {
  test('[CT11] what is written is read back without a change and without a rejection', () => {
    fc.assert(
      fc.property(catalogues, ({ currency, products }) => {
        const found = readShopifyCsv(writeShopifyCsv(products), { currency })
        deepEqual(found.rejected, [])
        deepEqual(found.products, products)
      }),
      { numRuns: 200 },
    )
  })

  test('[CT12] the same products are the same text, after any number of round trips', () => {
    fc.assert(
      fc.property(catalogues, ({ currency, products }) => {
        const written = writeShopifyCsv(products)
        equal(writeShopifyCsv(readShopifyCsv(written, { currency }).products), written)
      }),
    )
  })

  test('[CT12] any file, however damaged, settles after one reading', () => {
    const header = 'Handle,Title,Option1 Name,Option1 Value,Variant Price,Image Src,X,Status\n'
    const url = 'https://example.com/a'
    const cell = fc.constantFrom('', 'a', 'b', '5', 'Size', url, '"', '"x"', '-')
    const row = fc.array(cell, { minLength: 6, maxLength: 9 }).map((cells) => cells.join(','))
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const first = readShopifyCsv(header + rows.join('\n'), { currency: 'EUR' })
        const second = readShopifyCsv(writeShopifyCsv(first.products), { currency: 'EUR' })
        deepEqual(second, { products: first.products, rejected: [] })
      }),
      { numRuns: 300 },
    )
  })
})

test('[CT11] the sample catalogue is read whole and written back without a change', () => {
  const path = new URL('../../../../samples/catalogue.csv', import.meta.url)
  const sample = readShopifyCsv(readFileSync(path, 'utf8'), { currency: 'EUR' })
  const variants = sample.products.flatMap((product) => product.variants)
  deepEqual([sample.products.length, variants.length, sample.rejected], [26, 60, []])
  deepEqual(readShopifyCsv(writeShopifyCsv(sample.products), { currency: 'EUR' }), sample)
})

describe('ids', () => {
  test('[CT7] ids come from handle and options, not from case, order or neighbours', () => {
    const id = (...values: readonly string[]) => variantIdOf('Mug', ['Size', 'Colour'], values)
    equal(id('Large', 'Dark Blue'), 'mug:large:dark_blue')
    equal(id(' large ', 'DARK BLUE'), id('Large', 'Dark Blue'))
    equal(variantIdOf('mug', ['Title'], ['Default Title']), 'mug')
    equal(productIdOf('Mug'), 'mug')
  })

  test('[CT8] texts that cannot stand in an id stay apart', () => {
    const id = (value: string) => variantIdOf('mug', ['Size'], [value])
    const values = ['S/M', 'S M', 'S-M', 'S_M', 's:m', 'größe', 'große', '日本', '茶', '12"', '½']
    equal(new Set(values.map(id)).size, values.length)
    ok(/^mug:s-m~[0-9a-z]{12}$/.test(id('S/M')), id('S/M'))
    notEqual(id('a:b'), variantIdOf('mug', ['Size', 'Colour'], ['a', 'b']))
  })

  test('[CT8] every handle and every option makes an id, and different ones different ids', () => {
    const names = ['A', 'B']
    const key = (value: string) => value.normalize('NFC').trim().toLowerCase()
    fc.assert(
      fc.property(word, word, word, (handle, left, right) => {
        const id = variantIdOf(handle, names, [left, right])
        deepEqual(parseId(id), { ok: true, value: id })
        equal(variantIdOf(handle, names, [right, left]) === id, key(left) === key(right))
      }),
    )
    const long = variantIdOf('x'.repeat(200), names, ['y', 'z'])
    equal(long.length, ID_LENGTH_MAX)
    notEqual(long, variantIdOf('x'.repeat(200), names, ['y', 'w']))
  })
})

describe('digest and lookup', () => {
  const read = (csv: string) => readShopifyCsv(csv, { currency: 'EUR' }).products
  const csv = 'Handle,Title,Variant Price,Variant SKU,A,B\nmug,Mug,5,M-1,x,y\n'

  test('[CT10] the digest text is the same for the same content, whatever the column order', () => {
    const moved = 'B,A,Variant SKU,Title,Handle,Variant Price\ny,x,M-1,Mug,mug,5.00\n'
    deepEqual(read(moved).map(productDigestInput), read(csv).map(productDigestInput))
  })

  test('[CT10] the digest text differs when any field does', () => {
    for (const changed of ['mug,Mug,6,M-1,x,y', 'mug,Mug,5,M-2,x,y', 'mug,Mug,5,M-1,y,x']) {
      const other = csv.replace('mug,Mug,5,M-1,x,y', changed)
      notEqual(read(other).map(productDigestInput)[0], read(csv).map(productDigestInput)[0])
    }
  })

  test('a variant is found by its id, and by its SKU', () => {
    const lookup = createCatalogueLookup(read(csv))
    deepEqual(lookup('M-1'), lookup('mug'))
    deepEqual(lookup('mug')?.title, 'Mug')
    equal(lookup('pot'), null)
  })
})

/** Products as the reader makes them: distinct ids and SKUs, ids from their texts. */
function productsOf(currency: string, entries: readonly [Draft, VariantDraft[]][]): Product[] {
  const products = entries.map(([draft, variants], at): Product => {
    const { handle, optionNames } = draft
    const made = variants.map((variant, index) => {
      const { values, hasSku, columns, ...rest } = variant
      const optionValues = values.slice(0, optionNames.length)
      const variantId = variantIdOf(handle, optionNames, optionValues)
      const sku = hasSku ? ` sku-${at}-${index}` : null
      const itemId = variantId as string as ItemId
      return { ...rest, variantId, itemId, optionValues, sku, columns }
    })
    const distinct = made.filter((one, index) =>
      made.slice(0, index).every((other) => other.variantId !== one.variantId),
    )
    return { ...draft, productId: productIdOf(handle), currency, variants: distinct }
  })
  const ids = products.map((product) => product.productId)
  return products.filter((product, index) => ids.indexOf(product.productId) === index)
}
