import { assert } from './assert.ts'
import { err, ok, type Result } from './result.ts'

/** An ISO 4217 code in capitals, such as `EUR`. */
export type Currency = string

/** An amount in the currency's minor unit (cents for EUR, yen for JPY). Always an integer. */
export interface Money {
  readonly amountMinor: number
  readonly currency: Currency
}

/** The largest amount the books accept for one order: 10 million units of a two-digit currency. */
export const AMOUNT_MINOR_MAX = 1_000_000_000

/** ISO 4217 codes by the digits of their minor unit. Metals, funds and test codes buy nothing. */
const CODES_BY_DIGITS: readonly (readonly [digits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
     CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ
     GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL
     MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR
     PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
     TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
]

const DIGITS_BY_CODE: ReadonlyMap<Currency, number> = new Map(
  CODES_BY_DIGITS.flatMap(([digits, codes]) =>
    codes.split(/\s+/).map((code) => [code, digits] as const),
  ),
)

/** Plain decimal: digits, and at most one dot with digits after it. What Shopify writes. */
const DECIMAL_PATTERN = /^(\d{1,16})(?:\.(\d{1,16}))?$/

/** Whether text is the ISO 4217 code of a currency that people pay with, in capitals. */
export function isCurrency(code: unknown): code is Currency {
  return typeof code === 'string' && DIGITS_BY_CODE.has(code)
}

/** How many decimal digits the currency's minor unit has: 2 for EUR, 0 for JPY, 3 for KWD. [MO1] */
export function minorDigits(currency: Currency): number {
  const digits = DIGITS_BY_CODE.get(currency)
  assert(digits !== undefined, `currency must be in ISO 4217: ${currency}`)
  return digits
}

/**
 * Why a text is no amount. `amount_not_decimal`: a sign, a comma, a symbol, an exponent or nothing.
 * `amount_too_precise`: more decimals than the currency has. `amount_too_large`: past the limit.
 */
export type AmountRejection = {
  readonly code: 'amount_not_decimal' | 'amount_too_precise' | 'amount_too_large'
}

/**
 * Read a decimal text such as `9.99`, `50` or `9.900` as minor units, exactly. [MO2]
 *
 * No group separators and no decimal comma: `1,299.00` and `1.299,00` are refused, since `1,299` is
 * a thousand in one country and a little over one in another. [MO3] Zeros past the currency's
 * digits say nothing and are accepted, so that `100.00` is a hundred yen.
 */
export function parseAmount(text: string, currency: Currency): Result<number, AmountRejection> {
  const digits = minorDigits(currency)
  const match = DECIMAL_PATTERN.exec(text)
  if (match === null) return err({ code: 'amount_not_decimal' })
  const [, whole = '', decimals = ''] = match
  if (/[1-9]/.test(decimals.slice(digits))) return err({ code: 'amount_too_precise' })
  const amountMinor = Number(whole + decimals.slice(0, digits).padEnd(digits, '0'))
  if (amountMinor > AMOUNT_MINOR_MAX) return err({ code: 'amount_too_large' })
  assertAmountMinor(amountMinor)
  return ok(amountMinor)
}

/** Write minor units as exact decimal text with all of the currency's digits: `9.90`. [MO2] */
export function formatAmount(amountMinor: number, currency: Currency): string {
  assert(Number.isSafeInteger(amountMinor), 'amountMinor must be an integer')
  const digits = minorDigits(currency)
  const sign = amountMinor < 0 ? '-' : ''
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, '0')
  if (digits === 0) return sign + text
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** Add minor units. The sum stays an exact integer, or the process stops. [MO4] */
export function addAmounts(...amountsMinor: readonly number[]): number {
  let sum = 0
  for (const amountMinor of amountsMinor) sum = exact(sum + exact(amountMinor))
  return sum
}

/** Subtract minor units; the difference may be negative, as a posting's amount may. [MO4] */
export function subtractAmounts(fromMinor: number, amountMinor: number): number {
  return exact(exact(fromMinor) - exact(amountMinor))
}

/** A unit price times a whole quantity. [MO4] */
export function multiplyAmount(unitMinor: number, quantity: number): number {
  return exact(exact(unitMinor) * exact(quantity))
}

/** State that an amount is a whole number of minor units within the limit, and not negative. */
export function assertAmountMinor(amountMinor: number): void {
  assert(Number.isSafeInteger(amountMinor), 'amountMinor must be an integer')
  assert(amountMinor >= 0, 'amountMinor must not be negative')
  assert(amountMinor <= AMOUNT_MINOR_MAX, 'amountMinor must be within the limit')
}

function exact(amount: number): number {
  assert(Number.isSafeInteger(amount), 'an amount must be an exact integer')
  return amount === 0 ? 0 : amount
}
