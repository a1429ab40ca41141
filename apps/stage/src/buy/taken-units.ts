import { isBeingSold, type Wish } from './wish.ts'

/** How long stock may take to follow a sale that was told already, in milliseconds. */
const FOLLOWS_MS = 2_000

interface Taken {
  readonly thing: string
  /** The most that may be shown as left: what was there at the tap, less what was tapped. */
  readonly leftMax: number
}

/**
 * Units that the page counts as its buyer's before the stall has said so. What is taken here is
 * only shown: it goes back at the first word that it was not sold.
 */
export class TakenUnits {
  readonly #taken = new Map<string, Taken>()
  readonly #onChange: (thing: string) => void

  constructor(onChange: (thing: string) => void) {
    this.#onChange = onChange
  }

  /** Follow a wish: what is being sold is taken, what was sold until stock says so itself. */
  follow(wish: Wish, unitsHere: number | null): void {
    const { orderId, dropId, variantId, quantity, standing } = wish
    const thing = thingOf(dropId, variantId)
    const known = this.#taken.get(orderId)
    if (isBeingSold(wish)) {
      if (known !== undefined || unitsHere === null) return
      this.#taken.set(orderId, { thing, leftMax: Math.max(0, unitsHere - quantity) })
    } else {
      if (known === undefined) return
      if (standing.is === 'ordered') return void setTimeout(() => this.#give(orderId), FOLLOWS_MS)
      this.#taken.delete(orderId)
    }
    this.#onChange(thing)
  }

  /** What to show as left of a thing. */
  leftOf(dropId: string, variantId: string, unitsHere: number): number {
    const thing = thingOf(dropId, variantId)
    const caps = [...this.#taken.values()].filter((taken) => taken.thing === thing)
    return Math.min(unitsHere, ...caps.map(({ leftMax }) => leftMax))
  }

  #give(orderId: string): void {
    const taken = this.#taken.get(orderId)
    if (taken === undefined) return
    this.#taken.delete(orderId)
    this.#onChange(taken.thing)
  }
}

function thingOf(dropId: string, variantId: string): string {
  return `${dropId} ${variantId}`
}
