import { fileURLToPath } from 'node:url'

import type { Clientele, Wish } from '../rush/buyer.ts'

/** The project's own sample, written for it. */
export const DEMO_CATALOGUE = fileURLToPath(
  new URL('../../../../samples/catalogue.csv', import.meta.url),
)

/** A show whose terms are short enough to watch. */
export const DEMO_SHOW = fileURLToPath(new URL('../../../../samples/demo.yaml', import.meta.url))

/** How many edges sell. */
export const DEMO_EDGES = 3

/** How long the uplink is cut. */
export const DEMO_CUT_MS = 20_000

/** How many orders the host refunds in the end. */
export const DEMO_REFUNDS = 5

/** How long those in line stay in the end: a rescue, a hold, and another rescue. */
export const DEMO_LINE_MS = 30_000

/** A crowd of the evening. */
export interface DemoCrowd {
  readonly buyers: number
  readonly concurrency: number
  readonly arrivalMs: number
  readonly clientele: Clientele
  readonly seed: number
}

/** People pay with other cards when the first is declined, half of them; most of them wait. */
const PEOPLE = { returningShare: 0.5, patientShare: 0.9 }

/** The three crowds: at the opening all at once, over the evening, and for the last of it. */
export function planCrowds(show: readonly Wish[]): {
  readonly opening: DemoCrowd
  readonly evening: DemoCrowd
  readonly last: DemoCrowd
} {
  const wishesOf = (dropId: string) => show.filter((wish) => wish.dropId === dropId)
  const opening = { wishes: wishesOf('opening'), decliningShare: 0.02, ...PEOPLE }
  const table = { wishes: wishesOf('table'), decliningShare: 0.04, ...PEOPLE }
  const tap = { concurrency: 48 }
  return {
    opening: { ...tap, buyers: 3_000, arrivalMs: 0, clientele: opening, seed: 1 },
    evening: { ...tap, buyers: 900, arrivalMs: 28_000, clientele: table, seed: 2 },
    last: { ...tap, buyers: 2_500, arrivalMs: 0, clientele: table, seed: 3 },
  }
}
