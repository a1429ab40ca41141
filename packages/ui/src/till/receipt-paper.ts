import type { Currency, OrderAccepted, ReleaseIndex } from '@nightmarket/kernel'

import { moneyText } from '../money-text.ts'
import { shortCode } from './standing-view.ts'

/** One line on a receipt's paper. */
export type PaperLine =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'row'; readonly left: string; readonly right: string }
  | { readonly kind: 'total'; readonly left: string; readonly right: string }
  | { readonly kind: 'rule' }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'qr'; readonly text: string }

/** What a receipt says in the seller's language. */
export interface PaperWords {
  readonly total: string
  readonly given: string
  readonly change: string
  /** How it was paid. */
  readonly paidBy: string
  /** What the code on the paper is good for. */
  readonly hint: string
  readonly when: string
}

/** A sale, and what its receipt is printed with. */
export interface PaperSale {
  readonly order: OrderAccepted
  readonly index: ReleaseIndex | null
  /** The address that the buyer checks the receipt at. */
  readonly link: string
  readonly words: PaperWords
  readonly locale: string
}

/**
 * A receipt as it is printed and previewed: what, when, how much and how it was paid, the short
 * code to find it by, and the proof as a QR code. Nothing on it says who bought. [SV10]
 */
export function receiptPaper({ order, index, link, words, locale }: PaperSale): PaperLine[] {
  const { currency, lines, payment, totalMinor, orderId } = order
  const money = (amountMinor: number) => text(amountMinor, currency, locale)
  const { title = '', place = '' } = index?.release.show ?? {}
  const goods = lines.map(({ variantId, quantity, unitPriceMinor }): PaperLine => {
    const name = index?.variants.get(variantId)?.title ?? variantId
    return { kind: 'row', left: `${quantity} × ${name}`, right: money(quantity * unitPriceMinor) }
  })
  const { tenderedMinor } = payment
  const cash: readonly PaperLine[] =
    tenderedMinor === undefined
      ? []
      : [
          { kind: 'row', left: words.given, right: money(tenderedMinor) },
          { kind: 'row', left: words.change, right: money(tenderedMinor - totalMinor) },
        ]
  return [
    { kind: 'heading', text: title },
    { kind: 'note', text: [place, words.when].filter((part) => part !== '').join(', ') },
    { kind: 'rule' },
    ...goods,
    { kind: 'rule' },
    { kind: 'total', left: words.total, right: money(totalMinor) },
    { kind: 'note', text: words.paidBy },
    ...cash,
    { kind: 'rule' },
    { kind: 'code', text: shortCode(orderId) },
    { kind: 'qr', text: link },
    { kind: 'note', text: words.hint },
  ]
}

function text(amountMinor: number, currency: Currency, locale: string): string {
  // Printers have no narrow no-break space.
  return moneyText({ amountMinor, currency }, locale).replace(/\p{Zs}/gu, ' ')
}
