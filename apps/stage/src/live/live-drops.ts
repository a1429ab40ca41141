import type { LiveMessage } from '@nightmarket/edge'

/** A drop as the edge has it now. */
export interface DropNow {
  readonly dropId: string
  readonly phase: string
  /** The edge's clock, where it was asked. */
  readonly nowMs?: number
  readonly listings: readonly ListingNow[]
  /** How many were sold at this edge; absent where the edge was asked instead of heard. */
  readonly unitsSold?: number
}

/** One thing in a drop, as the edge has it now. */
export interface ListingNow {
  readonly variantId: string
  readonly priceMinor: number
  readonly unitsHere: number
  readonly stock: 'here' | 'line' | 'sold_out'
}

/** Puts what is heard on the live channel together into drops. */
export class LiveDrops {
  readonly #drops = new Map<string, DropNow>()
  readonly #show: (drop: DropNow) => void

  constructor(show: (drop: DropNow) => void) {
    this.#show = show
  }

  /**
   * Take a message in. `another_page`: a release came whose drops are not the ones on this page, or
   * that list other things.
   */
  hear(message: LiveMessage, shown: readonly string[]): 'another_page' | null {
    if (message.type === 'snapshot') return this.#replace(message.drops, shown)
    if (message.type === 'release') return this.#replace(message.drops, shown)
    if (!('dropId' in message)) return null
    const drop = this.#drops.get(message.dropId)
    if (drop === undefined) return null
    switch (message.type) {
      case 'phase':
        this.#put({ ...drop, phase: message.phase })
        return null
      case 'stock': {
        const { unitsHere, stock } = message
        return this.#change(drop, message.variantId, { unitsHere, stock })
      }
      case 'price':
        return this.#change(drop, message.variantId, { priceMinor: message.priceMinor })
      case 'crowd':
        this.#put({ ...drop, unitsSold: message.unitsSold })
        return null
      case 'offers':
        return null
    }
  }

  #replace(drops: readonly DropNow[], shown: readonly string[]): 'another_page' | null {
    const isOther = shown.some((dropId) => {
      const drop = drops.find((each) => each.dropId === dropId)
      const known = this.#drops.get(dropId)
      return drop === undefined || (known !== undefined && thingsOf(known) !== thingsOf(drop))
    })
    this.#drops.clear()
    for (const drop of drops) this.#put(drop)
    return isOther ? 'another_page' : null
  }

  #change(drop: DropNow, variantId: string, fields: Partial<ListingNow>): null {
    const listings = drop.listings.map((listing) =>
      listing.variantId === variantId ? { ...listing, ...fields } : listing,
    )
    this.#put({ ...drop, listings })
    return null
  }

  #put(drop: DropNow): void {
    this.#drops.set(drop.dropId, drop)
    this.#show(drop)
  }
}

function thingsOf({ listings }: DropNow): string {
  return listings.map(({ variantId }) => variantId).join(' ')
}
