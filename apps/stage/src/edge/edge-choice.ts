/** What probing one edge came to: round trips in milliseconds, without those that failed. */
export interface EdgeProbes {
  readonly url: string
  readonly roundTripsMs: readonly number[]
  readonly failures: number
}

/** Another edge has to be better by both, or people would move for nothing. */
const BETTER = { byMs: 20, byShare: 0.3 }

/**
 * Choose the edge to use from now on: the one in use while it answers and no other is clearly
 * better, else the one with the lowest median. `null`: none answers.
 */
export function chooseEdge(current: string, probed: readonly EdgeProbes[]): string | null {
  const alive = probed
    .filter(({ roundTripsMs, failures }) => roundTripsMs.length > failures)
    .map(({ url, roundTripsMs }) => ({ url, medianMs: median(roundTripsMs) }))
    .sort((a, b) => a.medianMs - b.medianMs)
  const [best] = alive
  if (best === undefined) return null
  const own = alive.find(({ url }) => url === current)
  if (own === undefined) return best.url
  const gainMs = own.medianMs - best.medianMs
  const isWorthIt = gainMs > BETTER.byMs && gainMs > own.medianMs * BETTER.byShare
  return isWorthIt ? best.url : current
}

/** The middle of some numbers: one slow answer does not count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]]
  return (low + high) / 2
}
