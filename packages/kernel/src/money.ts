import { assert } from './assert.ts'

/** An ISO 4217 code in capitals, such as `EUR`. */
export type Currency = string

/** An amount in the currency's minor unit (cents for EUR, yen for JPY). Always an integer. */
export interface Money {
  readonly amountMinor: number
  readonly currency: Currency
}

/** The largest amount the books accept for one order: 10 million units of a two-digit currency. */
export const AMOUNT_MINOR_MAX = 1_000_000_000

/** State that an amount is a whole number of minor units within the limit, and not negative. */
export function assertAmountMinor(amountMinor: number): void {
  assert(Number.isSafeInteger(amountMinor), 'amountMinor must be an integer')
  assert(amountMinor >= 0, 'amountMinor must not be negative')
  assert(amountMinor <= AMOUNT_MINOR_MAX, 'amountMinor must be within the limit')
}
