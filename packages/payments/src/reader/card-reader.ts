import type { Currency } from '@nightmarket/kernel'

/** What a till asks of its card reader: one payment, under the pay key that names it everywhere. */
export interface ReaderWish {
  readonly payKey: string
  readonly amountMinor: number
  readonly currency: Currency
}

/**
 * What a reader says of a card that was held to it.
 *
 * `reference` is the reader's own, for the processor: it goes into the payment request in the place
 * of a payment method's id. No card data passes here. `isStored` is a promise without the
 * bank: the reader kept the payment and forwards it later, when the bank may still say no.
 */
export type ReaderAnswer =
  | { readonly status: 'authorized'; readonly reference: string; readonly isStored: boolean }
  | { readonly status: 'declined'; readonly code: string }
  | {
      readonly status: 'unavailable'
      readonly reason: 'not_connected' | 'canceled' | 'store_full' | 'over_limit'
    }

/**
 * A card reader at a till. Implementations: the sandbox's; a vendor's SDK.
 *
 * - [RD1] The same pay key gets the same answer: a tap that is repeated takes no second payment.
 * - [RD2] Without its network a reader stores payments up to its own limits, each and in sum; what
 *   is above them is `unavailable`, never a promise.
 */
export interface CardReader {
  readonly name: string
  /** Show the sum, wait for a card, and ask the bank or store. Rejects only on a defect. */
  authorize(wish: ReaderWish, signal?: AbortSignal): Promise<ReaderAnswer>
}
