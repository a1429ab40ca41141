import {
  type Demand,
  fadeRate,
  observeSales,
  type SalesRate,
} from '@nightmarket/kernel'

/** What a node last said of one pool, as its row keeps it. */
export interface KnownDemand {
  readonly dropId: string
  readonly itemId: string
  readonly held: number
  readonly waiting: number
  readonly rate: SalesRate
}

/** Read a node's row. */
export function parseDemand(text: string): readonly KnownDemand[] {
  return JSON.parse(text) as readonly KnownDemand[]
}

/**
 * Take in what a node says of its pools. A pool it does not name is one it has nothing to say of:
 * nobody waits there.
 */
export function observeDemand(
  known: readonly KnownDemand[],
  said: readonly Demand[],
  nowMs: number,
): readonly KnownDemand[] {
  return said.map(({ dropId, itemId, held, waiting, sold }) => {
    const before = known.find((one) => one.dropId === dropId && one.itemId === itemId)
    const rate = observeSales(before?.rate ?? { perSecond: 0, atMs: nowMs }, sold, nowMs)
    return { dropId, itemId, held, waiting, rate }
  })
}

/** Whether a node says what it said before, and sold nothing since. */
export function isSameDemand(known: readonly KnownDemand[], said: readonly Demand[]): boolean {
  return (
    known.length === said.length &&
    said.every(({ dropId, itemId, held, waiting, sold }) => {
      const before = known.find((one) => one.dropId === dropId && one.itemId === itemId)
      return before?.held === held && before.waiting === waiting && sold === 0
    })
  )
}

/** A pool's rate as of now; nothing when the node never named it. */
export function rateOf(known: KnownDemand | undefined, nowMs: number): number {
  return known === undefined ? 0 : fadeRate(known.rate, nowMs).perSecond
}
