import { assert } from '../assert.ts'
import type { DropId } from '../id.ts'
import type { Intent, OrderLine } from './event.ts'
import type { StallState } from './state.ts'

/** Count what a buyer buys, holds or waits for, or give it back. */
export function claim(state: StallState, intent: Intent, sign: 1 | -1): void {
  for (const { variantId, quantity } of intent.lines) {
    const buyers = buyersOf(state, intent.dropId, variantId)
    const units = (buyers.get(intent.buyerId) ?? 0) + sign * quantity
    assert(units >= 0, 'a buyer gives back no more than was claimed')
    if (units === 0) buyers.delete(intent.buyerId)
    else buyers.set(intent.buyerId, units)
  }
}

function buyersOf(
  state: StallState,
  dropId: DropId,
  variantId: OrderLine['variantId'],
): Map<Intent['buyerId'], number> {
  let variants = state.claimed.get(dropId)
  if (variants === undefined) state.claimed.set(dropId, (variants = new Map()))
  let buyers = variants.get(variantId)
  if (buyers === undefined) variants.set(variantId, (buyers = new Map()))
  return buyers
}
