import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'

import { readShopifyCsv } from './shopify-read.ts'
import { writeShopifyCsv } from './shopify-write.ts'

const HEADERS = [
  'Handle',
  'Title',
  'Body (HTML)',
  'Option1 Name',
  'Option1 Value',
  'Option2 Name',
  'Option2 Value',
  'Variant SKU',
  'Variant Inventory Qty',
  'Variant Price',
  'Image Src',
  'Image Position',
  'Image Alt Text',
  'Status',
  'Roast (product.metafields.custom.roast)',
  'Cost per item',
]

type Cells = Record<string, string>

describe('rows and products', () => {
  test('[CT1] rows of one handle are one product: variants, images, and both in one row', () => {
    const found = readRows(
      { Handle: 'mug', Title: 'Mug', ...size('S'), ...sold('9.99') },
      { Handle: 'tea', Title: 'Tea', ...sold('5'), 'Image Src': 'https://example.com/tea.jpg' },
      { Handle: 'mug', 'Option1 Value': 'L', ...sold('12') },
      { Handle: 'mug', 'Image Src': 'https://example.com/b.jpg', 'Image Position': '2' },
      {
        Handle: 'Mug',
        'Image Src': 'https://example.com/a.jpg',
        'Image Position': '1',
        'Image Alt Text': 'From above',
      },
    )
    deepEqual(found.rejected, [])
    const [mug, tea] = found.products
    deepEqual(mug?.variants.map(({ variantId, priceMinor }) => [variantId, priceMinor]), [
      ['mug:s', 999],
      ['mug:l', 1200],
    ])
    deepEqual(mug?.images.map(({ url, altText }) => [url.at(-5), altText]), [
      ['a', 'From above'],
      ['b', ''],
    ])
    deepEqual(tea?.variants.map(({ variantId, itemId, sku }) => [variantId, itemId, sku]), [
      ['tea', 'tea', null],
    ])
  })

  test('[CT1] a handle that is missing is made from the title', () => {
    const [product] = readRows({ Title: 'Grüne Schale, groß', ...sold('5') }).products
    deepEqual([product?.handle, product?.productId], ['grune-schale-gro', 'grune-schale-gro'])
    const [rejected] = readRows({ ...sold('5') }).rejected
    deepEqual(rejected, { line: 2, field: 'Handle', code: 'handle_missing', value: '' })
  })

  test('[CT2] newer headers, other orders and other cases read the same', () => {
    const newer = [
      'Title,URL handle,Description,Published on online store,status,SKU,Barcode,Option1 name',
      'Option1 value,Price,Compare-at price,Charge tax,Inventory quantity,Product image URL',
      'Image position,Variant image URL,Gift card,SEO title\n',
    ].join(',')
    const sizes = 'M-1,4006381333931,Size,S,9.99,12.50'
    const row = `Mug,mug,<b>Hi</b>,FALSE,Draft,${sizes},TRUE,7,,,,FALSE,SEO`
    const [product] = readShopifyCsv(newer + row, { currency: 'EUR' }).products
    const older = product === undefined ? '' : writeShopifyCsv([product])
    deepEqual(readShopifyCsv(older, { currency: 'EUR' }).products, [product])
    equal(product?.status, 'draft')
    equal(product?.isPublished, false)
    deepEqual(product?.variants[0], {
      variantId: 'mug:s',
      itemId: 'mug:s',
      optionValues: ['S'],
      sku: 'M-1',
      barcode: '4006381333931',
      priceMinor: 999,
      compareAtMinor: 1250,
      onHand: 7,
      imageUrl: null,
      columns: { 'Variant Taxable': 'TRUE' },
    })
    deepEqual(product?.columns, { 'SEO Title': 'SEO' })
  })

  test('[CT2] a file that cannot be one of products is refused by its header', () => {
    const code = (text: string) => {
      const { products, rejected } = readShopifyCsv(text, { currency: 'EUR' })
      deepEqual(products, [])
      return rejected.map(({ line, field, code: reason }) => [line, field, reason])
    }
    deepEqual(code(''), [[1, '', 'file_empty']])
    deepEqual(code('Handle;Title;Variant Price\n'), [[1, '', 'delimiter_unsupported']])
    deepEqual(code('\nHandle,Title\nmug,Mug\n'), [[2, 'Variant Price', 'header_missing']])
    deepEqual(code('Title,Price,Variant Price\n'), [[1, 'Variant Price', 'header_duplicate']])
  })

  test('[CT6] columns that are not read stay with product, variant or image', () => {
    const roast = 'Roast (product.metafields.custom.roast)'
    const tea = { Handle: 'tea', Title: 'Tea', ...sold('5') }
    const [product] = readRows(
      { ...tea, ...size('S'), [roast]: 'dark', 'Cost per item': '2' },
      { Handle: 'tea', ...size('L'), ...sold('9'), 'Cost per item': '3', [roast]: 'odd' },
      { Handle: 'tea', 'Image Src': 'https://example.com/t.jpg', [roast]: 'kept' },
    ).products
    deepEqual(product?.columns, { [roast]: 'dark' })
    deepEqual(product?.variants.map(({ columns }) => columns), [
      { 'Cost per item': '2' },
      { 'Cost per item': '3', [roast]: 'odd' },
    ])
    deepEqual(product?.images.map(({ columns }) => columns), [{ [roast]: 'kept' }])
  })

  test('[CT9] texts are kept to the character: markup, formulas, spaces, line breaks', () => {
    const body = ' <script>alert(1)</script>\r\n<p>"x", ok</p> '
    const [product] = readRows({ Handle: 'x', Title: '=1+1', 'Body (HTML)': body, ...sold('5') })
      .products
    deepEqual([product?.title, product?.bodyHtml], ['=1+1', body])
    ok(writeShopifyCsv(product === undefined ? [] : [product]).includes('=1+1'))
  })
})

describe('rejected rows', () => {
  const reject = (...rows: readonly Cells[]) => {
    const { products, rejected } = readRows(...rows)
    const variants = products.flatMap((product) => product.variants.map((one) => one.variantId))
    return { variants, rejected: rejected.map(({ line, field, code }) => [line, field, code]) }
  }
  const mug = { Handle: 'mug', Title: 'Mug', ...size('S'), ...sold('9.99') }

  test('[CT3] a bad variant row is rejected alone', () => {
    const found = reject(mug, { Handle: 'mug', ...size('M'), ...sold('9,99') }, {
      Handle: 'mug',
      ...size('L'),
      ...sold('12'),
    })
    deepEqual(found, {
      variants: ['mug:s', 'mug:l'],
      rejected: [[3, 'Variant Price', 'amount_not_decimal']],
    })
  })

  test('[CT3] a first row that is bad for its variant alone leaves the others', () => {
    const free = { ...mug, 'Variant Price': 'free' }
    const found = reject(free, { Handle: 'mug', ...size('L'), ...sold('9') })
    deepEqual(found, {
      variants: ['mug:l'],
      rejected: [[2, 'Variant Price', 'amount_not_decimal']],
    })
  })

  test('[CT3] a first row that is bad for the product rejects each of its rows', () => {
    const found = reject(
      { ...mug, Title: ' ' },
      { Handle: 'mug', ...size('L'), ...sold('12') },
      { Handle: 'mug', 'Image Src': 'https://example.com/a.jpg' },
      { Handle: 'tea', Title: 'Tea', ...sold('5') },
    )
    deepEqual(found, {
      variants: ['tea'],
      rejected: [
        [2, 'Title', 'title_missing'],
        [3, 'Handle', 'product_rejected'],
        [4, 'Handle', 'product_rejected'],
      ],
    })
  })

  test('[CT3] rows with too few or too many cells are rejected, blank ones are not', () => {
    const head = 'Handle,Title,Variant Price\n'
    const text = `${head}mug,Mug,5\ntea,Tea\ntea,Tea,5\npot,Pot,5,,\ncup,Cup,5,x\n`
    const { products, rejected } = readShopifyCsv(text, { currency: 'EUR' })
    deepEqual(products.map(({ handle }) => handle), ['mug', 'pot'])
    deepEqual(rejected, [
      { line: 3, field: 'Variant Price', code: 'row_too_short', value: '2' },
      { line: 4, field: 'Handle', code: 'product_rejected', value: 'tea' },
      { line: 6, field: '', code: 'row_too_long', value: 'x' },
    ])
  })

  test('[CT3] a quote that never ends is named by its line; what came before is imported', () => {
    const text = 'Handle,Title,Variant Price\nmug,Mug,5\ntea,"Tea,5\npot,Pot,5\n'
    const { products, rejected } = readShopifyCsv(text, { currency: 'EUR' })
    deepEqual(products.map(({ handle }) => handle), ['mug'])
    deepEqual(rejected.map(({ line, field, code }) => [line, field, code]), [
      [3, 'Title', 'quote_unterminated'],
    ])
  })

  test('[CT4] the second of the same options, or of the same SKU anywhere, is rejected', () => {
    const found = reject(
      { ...mug, 'Variant SKU': 'A' },
      { Handle: 'mug', ...size(' s '), ...sold('9') },
      { Handle: 'mug', ...size('M'), ...sold('9'), 'Variant SKU': 'B' },
      { Handle: 'tea', Title: 'Tea', ...sold('5'), 'Variant SKU': 'A' },
    )
    deepEqual(found, {
      variants: ['mug:s', 'mug:m'],
      rejected: [
        [3, 'Option1 Value', 'variant_duplicate'],
        [5, 'Variant SKU', 'sku_duplicate'],
      ],
    })
  })

  test('[CT5] a quantity that is missing is 0, a negative or fractional one is rejected', () => {
    const quantity = (text: string) => {
      const { products, rejected } = readRows({ ...mug, 'Variant Inventory Qty': text })
      return products[0]?.variants[0]?.onHand ?? rejected[0]?.code
    }
    deepEqual(['', ' 7 ', '-0', '-1', '1.5', 'ten', '9999999999'].map(quantity), [
      0,
      7,
      0,
      'quantity_negative',
      'quantity_invalid',
      'quantity_invalid',
      'quantity_invalid',
    ])
    deepEqual(reject({ ...mug, 'Variant Price': '' }).rejected, [
      [2, 'Variant Price', 'price_missing'],
    ])
  })

  test('[CT3] options, images, flags and statuses that make no sense are named', () => {
    const code = (...rows: readonly Cells[]) => readRows(...rows).rejected[0]?.code
    const more = (cells: Cells) => code(mug, { Handle: 'mug', ...cells })
    equal(code({ ...mug, 'Option1 Name': '' }), 'option_name_missing')
    equal(code({ ...mug, 'Option1 Name': '', 'Option2 Name': 'Size' }), 'option_name_missing')
    equal(code({ ...mug, 'Option2 Name': 'Size', 'Option2 Value': 'x' }), 'option_name_duplicate')
    equal(code({ ...mug, 'Option1 Value': '' }), 'option_value_missing')
    equal(more({ ...size('L'), 'Option2 Value': 'x', ...sold('5') }), 'option_value_unexpected')
    equal(code({ ...mug, Status: 'sold' }), 'status_invalid')
    equal(more({ 'Image Src': 'javascript:alert(1)' }), 'image_url_invalid')
    equal(more({ 'Image Src': 'https://example.com/"><b>' }), 'image_url_invalid')
    equal(more({ 'Image Alt Text': 'Nothing to see' }), 'image_url_missing')
    equal(more({ 'Image Src': 'https://example.com/a', 'Image Position': 'x' }), 'position_invalid')
    equal(more({}), 'row_empty')
    equal(code({ ...mug, 'Body (HTML)': 'a\u0000b' }), 'text_malformed')
    equal(code({ ...mug, 'Body (HTML)': 'a\uD800b' }), 'text_malformed')
    const published = 'Handle,Title,Variant Price,Published\nmug,Mug,5,yes\n'
    equal(readShopifyCsv(published, { currency: 'EUR' }).rejected[0]?.code, 'boolean_invalid')
  })
})

function size(value: string): Cells {
  return { 'Option1 Name': 'Size', 'Option1 Value': value }
}

function sold(price: string): Cells {
  return { 'Variant Price': price }
}

/** Read rows given as cells by header; the first is on line 2. */
function readRows(...rows: readonly Cells[]) {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
  const lines = rows.map((row) => HEADERS.map((header) => quote(row[header] ?? '')).join(','))
  return readShopifyCsv([HEADERS.join(','), ...lines].join('\r\n'), { currency: 'EUR' })
}
