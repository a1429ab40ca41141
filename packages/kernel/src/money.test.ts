import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import {
  addAmounts,
  AMOUNT_MINOR_MAX,
  formatAmount,
  isCurrency,
  minorDigits,
  multiplyAmount,
  parseAmount,
  subtractAmounts,
} from './money.ts'

const currencies = fc.constantFrom('EUR', 'USD', 'JPY', 'KRW', 'KWD', 'TND', 'CLF')
const amounts = fc.nat({ max: AMOUNT_MINOR_MAX })
const safe = fc.integer({ min: -(2 ** 40), max: 2 ** 40 })

describe('currencies', () => {
  test('[MO1] the digits of the minor unit are those of ISO 4217', () => {
    const digits = ['EUR', 'USD', 'JPY', 'ISK', 'KWD', 'TND', 'CLF', 'HUF'].map(minorDigits)
    deepEqual(digits, [2, 2, 0, 0, 3, 3, 4, 2])
  })

  test('[MO1] only codes that people pay with are currencies, in capitals', () => {
    const answers = ['EUR', 'eur', 'XAU', 'XXX', '', 'EURO', 978, null].map(isCurrency)
    deepEqual(answers, [true, false, false, false, false, false, false, false])
    throws(() => minorDigits('XXX'), /ISO 4217/)
  })
})

describe('parseAmount', () => {
  test('[MO2] reads plain decimals exactly, also where binary fractions would not', () => {
    const read = (text: string, currency = 'EUR') => parseAmount(text, currency)
    deepEqual(read('9.99'), { ok: true, value: 999 })
    deepEqual(read('50'), { ok: true, value: 5000 })
    deepEqual(read('0.1'), { ok: true, value: 10 })
    deepEqual(read('1.10'), { ok: true, value: 110 })
    deepEqual(read('9.9900'), { ok: true, value: 999 })
    deepEqual(read('100.00', 'JPY'), { ok: true, value: 100 })
    deepEqual(read('1.005', 'KWD'), { ok: true, value: 1005 })
  })

  test('[MO3] refuses what could be read in two ways, and says which kind it is', () => {
    const code = (text: string) => {
      const read = parseAmount(text, 'EUR')
      return read.ok ? read.value : read.error.code
    }
    const signs = ['€9.99', '-1', '+1', '1e3', '']
    const refused = ['1,299.00', '1.299,00', '9,99', '.5', '5.', ' 5', ...signs]
    for (const text of refused) equal(code(text), 'amount_not_decimal', text)
    equal(code('9.999'), 'amount_too_precise')
    equal(code('10000000.01'), 'amount_too_large')
    equal(code('10000000.00'), AMOUNT_MINOR_MAX)
  })

  test('[MO2] what is written is read back to the cent, in every currency', () => {
    fc.assert(
      fc.property(amounts, currencies, (amountMinor, currency) => {
        const text = formatAmount(amountMinor, currency)
        deepEqual(parseAmount(text, currency), { ok: true, value: amountMinor })
      }),
    )
  })

  test('[MO3] no text makes it throw, and what it accepts is a whole amount', () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.,+-]{0,20}$/))
    fc.assert(
      fc.property(texts, currencies, (text, currency) => {
        const read = parseAmount(text, currency)
        return !read.ok || (Number.isSafeInteger(read.value) && read.value >= 0)
      }),
    )
  })
})

describe('formatAmount', () => {
  test('[MO2] writes all digits of the currency and keeps the sign', () => {
    equal(formatAmount(990, 'EUR'), '9.90')
    equal(formatAmount(5, 'EUR'), '0.05')
    equal(formatAmount(-5, 'EUR'), '-0.05')
    equal(formatAmount(1299, 'JPY'), '1299')
    equal(formatAmount(1, 'KWD'), '0.001')
  })
})

describe('arithmetic', () => {
  test('[MO4] sums and differences undo each other', () => {
    fc.assert(
      fc.property(safe, safe, (left, right) => {
        equal(subtractAmounts(addAmounts(left, right), right), addAmounts(left))
      }),
    )
  })

  test('[MO4] a product is a repeated sum', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), fc.nat({ max: 20 }), (unit, quantity) => {
        const sum = addAmounts(...Array.from({ length: quantity }, () => unit))
        equal(multiplyAmount(unit, quantity), sum)
      }),
    )
  })

  test('[MO4] an amount that is not exact stops the process', () => {
    throws(() => addAmounts(Number.MAX_SAFE_INTEGER, 1), /exact/)
    throws(() => addAmounts(0.5), /exact/)
    throws(() => multiplyAmount(2 ** 40, 2 ** 40), /exact/)
    throws(() => subtractAmounts(Number.NaN, 1), /exact/)
  })
})
