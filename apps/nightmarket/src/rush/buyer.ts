import { randomUUID } from 'node:crypto'

/** One person with a phone: what they want, how they pay, and how long they care. */
export interface Buyer {
  readonly buyerId: string
  /** Made once and sent with every repetition: the promise that a tap is one order. [O1] */
  readonly orderId: string
  readonly dropId: string
  readonly variantId: string
  readonly quantity: number
  /** The processor's payment method. */
  readonly card: string
  /** What they pay with when the first card was declined; `null` when they do not come back. */
  readonly secondCard: string | null
  /** Whether they stay in line; the others leave it when they see that there is one. */
  readonly isPatient: boolean
}

/** What all buyers of a rush have in common. Shares are from 0 to 1. */
export interface Clientele {
  /** What may be bought, with the weight of each. */
  readonly wishes: readonly Wish[]
  readonly decliningShare: number
  readonly returningShare: number
  readonly patientShare: number
}

/** A variant that people come for. */
export interface Wish {
  readonly dropId: string
  readonly variantId: string
  readonly weight: number
}

const GOOD_CARD = 'pm_card_visa'
const BAD_CARD = 'pm_card_chargeDeclinedInsufficientFunds'

/** Make the next buyer. */
export function createBuyer(clientele: Clientele, dice: () => number): Buyer {
  const { dropId, variantId } = pickWish(clientele.wishes, dice())
  return {
    buyerId: `buyer-${randomUUID()}`,
    orderId: randomUUID(),
    dropId,
    variantId,
    quantity: 1,
    card: dice() < clientele.decliningShare ? BAD_CARD : GOOD_CARD,
    secondCard: dice() < clientele.returningShare ? GOOD_CARD : null,
    isPatient: dice() < clientele.patientShare,
  }
}

function pickWish(wishes: readonly Wish[], thrown: number): Wish {
  const total = wishes.reduce((sum, { weight }) => sum + weight, 0)
  let left = thrown * total
  for (const wish of wishes) {
    left -= wish.weight
    if (left < 0) return wish
  }
  const last = wishes.at(-1)
  if (last === undefined) throw new RangeError('a rush is for something')
  return last
}
