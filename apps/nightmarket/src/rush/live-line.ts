import { count } from '../terminal/format.ts'
import type { Tally } from './tally.ts'

/** How a rush stands, in a line. `notes` says what is happening to the market. */
export function describeTally(tally: Tally, buyers: number, notes: readonly string[]): string {
  const { outcomes, promises, arrived } = tally
  const inside = arrived - Object.values(outcomes).reduce((sum, each) => sum + each, 0)
  const parts = [
    `${count(arrived)} of ${count(buyers)} came`,
    `${count(promises.count)} sold`,
    `${count(outcomes.sold_out)} too late`,
    `${count(inside)} inside`,
    ...notes,
  ]
  return parts.join(' · ')
}

/** Say how it stands again and again until the returned function is called. */
export function sayEvery(everyMs: number, say: () => void): () => void {
  const timer = setInterval(say, everyMs)
  return () => clearInterval(timer)
}
