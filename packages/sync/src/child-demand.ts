import type { Demand } from '@nightmarket/kernel'

/**
 * What a stall has and wants, with the sales that a failed exchange did not get to tell.
 *
 * `takeDemand` counts sales since it was last asked; what was taken and not delivered is added to
 * the next message, so that the parent's idea of the rate is late but right. [SY7]
 */
export class UndeliveredDemand {
  readonly #soldByPool = new Map<string, number>()

  /** Add what is still owed to what was just taken. */
  include(taken: readonly Demand[]): readonly Demand[] {
    if (this.#soldByPool.size === 0) return taken
    return taken.map((demand) => {
      const owed = this.#soldByPool.get(poolOf(demand)) ?? 0
      return { ...demand, sold: demand.sold + owed }
    })
  }

  delivered(): void {
    this.#soldByPool.clear()
  }

  /** Remember the sales of a message that may not have arrived. */
  failed(demands: readonly Demand[]): void {
    for (const demand of demands) this.#soldByPool.set(poolOf(demand), demand.sold)
  }
}

function poolOf({ dropId, itemId }: Demand): string {
  return `${dropId}/${itemId}`
}
