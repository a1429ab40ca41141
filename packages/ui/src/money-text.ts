import { minorDigits, type Money } from '@nightmarket/kernel'

/** How an amount reads in a language: `1250 EUR` is `12,50 €` in German. */
export function moneyText({ amountMinor, currency }: Money, locale: string): string {
  const amount = amountMinor / 10 ** minorDigits(currency)
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount)
}
