/** What a buyer agrees to with one tap. */
export interface Tap {
  readonly orderId: string
  readonly payKey: string
  /** The kept method that pays. */
  readonly methodId: string
  /** The most that is paid, in minor units: what the page said. */
  readonly amountMinor: number
}

/**
 * What the passkey signs: its challenge is the SHA-256 of this text.
 *
 * - [BP2] A tap is for one order, one payment, one method and one amount. Nobody has to remember
 *   that it was used: the order's id is, and repeating it is the same order.
 */
export function tapText({ orderId, payKey, methodId, amountMinor }: Tap): string {
  return `nightmarket-tap/1\n${orderId}\n${payKey}\n${methodId}\n${amountMinor}\n`
}
