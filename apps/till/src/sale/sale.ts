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
  type PaymentWish,
  type StallCommand,
  type StallState,
  type TokenId,
  type WantedLine,
} from '@nightmarket/kernel'
import { newId, readClocks, sha256 } from '@nightmarket/stall/browser'

/** A cart that was named before anything was asked: repeating it sells it once. [O1] */
export interface Sale {
  readonly orderId: OrderId
  readonly payKey: PayKey
  readonly dropId: DropId
  readonly lines: readonly WantedLine[]
  /** The price as it was shown: the buyer pays that and no other. */
  readonly token: OfferToken
  readonly totalMinor: number
}

/** A sale with how it is paid and by whom it is sold: what the stall is asked. */
export type SaleCommand = Extract<StallCommand, { readonly type: 'place_order' }>

/** Name a sale and fix its price; `null` when it cannot be sold together. */
export function createSale(
  state: StallState,
  dropId: DropId,
  lines: readonly WantedLine[],
): Sale | null {
  const names = { tokenId: newId() as TokenId, buyerId: newId() as BuyerId }
  const priced = priceSale(state, { ...names, dropId, lines }, readClocks(), sha256)
  if (!priced.ok) return null
  const { value: token } = priced
  const totalMinor = lines.reduce((sum, { quantity }, at) => {
    return sum + quantity * (token.prices[at]?.unitPriceMinor ?? 0)
  }, 0)
  const ids = { orderId: newId() as OrderId, payKey: newId() as PayKey }
  return { ...ids, dropId, lines, token, totalMinor }
}

/** Ask for a sale: now or never, since the buyer stands at the counter. */
export function commandOf(
  { orderId, payKey, dropId, lines, token }: Sale,
  payment: Omit<PaymentWish, 'payKey'>,
  operatorId: OperatorId,
): SaleCommand {
  const wanted = lines.map(({ variantId, quantity }) => ({ variantId, quantity }))
  const requestHash = hashOf(canonicalJson({ dropId, lines: wanted }))
  return {
    type: 'place_order',
    orderId,
    wish: { token, lines, requestHash, operatorId },
    payment: { payKey, ...payment },
    isNowOrNever: true,
  }
}

/**
 * The same sale for whoever has this voucher or stored card: limits per buyer hold over all that
 * is bought with it here, though nobody says a name.
 */
export function saleFor(sale: Sale, reference: string): Sale {
  const buyerId = hashOf(reference).slice(0, 32) as BuyerId
  return { ...sale, token: { ...sale.token, buyerId } }
}

function hashOf(text: string): string {
  const bytes = sha256(utf8ToBytes(text))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
