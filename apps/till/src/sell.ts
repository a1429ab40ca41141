import {
  canonicalJson,
  priceSale,
  utf8ToBytes,
  type BuyerId,
  type DropId,
  type OfferToken,
  type OperatorId,
  type OrderId,
  type PayKey,
  type StallAnswer,
  type StallState,
  type TokenId,
  type WantedLine,
} from '@nightmarket/kernel'
import { newId, readClocks, sha256 } from '@nightmarket/stall/browser'

import type { Till } from './till.ts'

/** A cart that was named before anything was asked: repeating it sells it once. [O1] */
export interface Sale {
  readonly orderId: OrderId
  readonly payKey: PayKey
  readonly dropId: DropId
  readonly lines: readonly WantedLine[]
  /** The price as it was shown: the buyer pays that and no other. */
  readonly token: OfferToken
}

/** Name a sale and fix its price; `null` when it cannot be sold together. */
export function createSale(
  state: StallState,
  dropId: DropId,
  lines: readonly WantedLine[],
): Sale | null {
  const names = { tokenId: newId() as TokenId, buyerId: newId() as BuyerId }
  const token = priceSale(state, { ...names, dropId, lines }, readClocks(), sha256)
  if (!token.ok) return null
  return {
    orderId: newId() as OrderId,
    payKey: newId() as PayKey,
    dropId,
    lines,
    token: token.value,
  }
}

/** What a cart costs now by the release; `null` when it cannot be sold together. */
export function totalOf(
  state: StallState,
  dropId: DropId,
  lines: readonly WantedLine[],
): number | null {
  const names = { tokenId: 'sum' as TokenId, buyerId: 'sum' as BuyerId }
  const token = priceSale(state, { ...names, dropId, lines }, readClocks(), sha256)
  return token.ok ? sumOf(lines, token.value) : null
}

/** What lines cost under a token. */
export function sumOf(lines: readonly WantedLine[], { prices }: OfferToken): number {
  return lines.reduce((sum, { quantity }, at) => {
    return sum + quantity * (prices[at]?.unitPriceMinor ?? 0)
  }, 0)
}

/** Sell for cash. Resolves when the sale is on disk, or with the reason why there is none. */
export async function sellForCash(
  { stall }: Till,
  sale: Sale,
  tenderedMinor: number,
  operatorId: OperatorId,
): Promise<StallAnswer> {
  const { orderId, payKey, dropId, lines, token } = sale
  const wanted = lines.map(({ variantId, quantity }) => ({ variantId, quantity }))
  const requestHash = hexOf(sha256(utf8ToBytes(canonicalJson({ dropId, lines: wanted }))))
  return stall.run({
    type: 'place_order',
    orderId,
    wish: { token, lines, requestHash, operatorId },
    payment: { payKey, method: 'cash', reference: null, tenderedMinor },
    isNowOrNever: true,
  })
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
