import { minorDigits, type Currency } from '@nightmarket/kernel'

/** Notes that people pay with, in whole units of a currency with two decimals. */
const NOTES = [5, 10, 20, 50, 100, 200]

/** The most amounts that are suggested at once. */
const SUGGESTIONS_MAX = 4

/** What a buyer is likely to hand over for a sum: the sum itself, then rounder amounts. [TV1] */
export function tenderSuggestions(totalMinor: number, currency: Currency): readonly number[] {
  const unit = 10 ** minorDigits(currency)
  const rounder = NOTES.map((note) => Math.ceil(totalMinor / (note * unit)) * note * unit)
  const amounts = [...new Set([totalMinor, ...rounder])].sort((left, right) => left - right)
  return amounts.slice(0, SUGGESTIONS_MAX)
}

/** What to give back; `null` while too little was handed over. [TV1] */
export function changeMinor(totalMinor: number, tenderedMinor: number): number | null {
  return tenderedMinor < totalMinor ? null : tenderedMinor - totalMinor
}

/** An amount as a person types it, `12,50` or `12.5`, in minor units; `null` for what is none. */
export function parseAmount(text: string, currency: Currency): number | null {
  const digits = minorDigits(currency)
  const match = /^\s*(\d{1,7})(?:[.,](\d*))?\s*$/.exec(text)
  const [, whole = '', fraction = ''] = match ?? []
  if (match === null || fraction.length > digits) return null
  return Number(whole) * 10 ** digits + Number(fraction.padEnd(digits, '0') || 0)
}
