import type {
  BuyerId,
  HoldId,
  OrderId,
  PayKey,
  StallCommand,
  TokenId,
  Wish,
} from '@nightmarket/kernel'
import { EVENING } from '@nightmarket/kernel/testing'

/** A tap on "buy" for one mug, as the edge would hand it to the stall. */
export function buyMug(orderId: string, buyerId = 'ann'): StallCommand {
  return {
    type: 'place_order',
    orderId: orderId as OrderId,
    wish: wishForMug(orderId, buyerId),
    payment: { payKey: `pay-${orderId}` as PayKey, method: 'card', reference: 'pm_card_visa' },
  }
}

/** A wish to have one mug set aside. */
export function holdMug(holdId: string, buyerId = 'ann'): StallCommand {
  return { type: 'take_hold', holdId: holdId as HoldId, wish: wishForMug(holdId, buyerId) }
}

function wishForMug(id: string, buyerId: string): Wish {
  const { nodeId, releaseId, dropId, mug, endMs } = EVENING
  return {
    token: {
      tokenId: `token-${id}` as TokenId,
      audience: `${nodeId}/1`,
      buyerId: buyerId as BuyerId,
      releaseId,
      releaseNumber: 1,
      dropId,
      offerId: null,
      offerHash: null,
      prices: [{ variantId: mug, unitPriceMinor: 1_250 }],
      unitsMax: 10,
      expiresAtMs: endMs,
    },
    lines: [{ variantId: mug, quantity: 1 }],
    requestHash: `request ${id}`,
  }
}
