import type { UniverseOptions } from './options.ts'
import { planOf, type PlannedFault } from './plan.ts'
import { runUniverse, type RunFields } from './universe.ts'

/** A failing universe with what it needs to fail, and nothing else that could be left out. */
export interface Shrunk {
  readonly options: UniverseOptions
  readonly plan: readonly PlannedFault[]
  readonly runs: number
}

/**
 * Leave out buyers and faults as long as the same invariant still fails. [SM6]
 *
 * Halves first, then smaller parts (delta debugging): each fault has dice of its own, so that what
 * stays happens as it did.
 */
export async function shrink(
  options: UniverseOptions,
  violated: string,
  fields: RunFields = {},
  onProgress: (text: string) => void = () => undefined,
): Promise<Shrunk> {
  let runs = 0
  const fails = async (candidate: UniverseOptions, plan: readonly PlannedFault[]) => {
    runs += 1
    const { chronicle } = await runUniverse(candidate, { ...fields, plan })
    return chronicle.violations.some(({ id }) => id === violated)
  }
  let kept = fields.plan ?? planOf(options)
  let smaller = options
  for (let parts = 2; kept.length > 0;) {
    const size = Math.ceil(kept.length / parts)
    let isSmaller = false
    for (let from = 0; from < kept.length;) {
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)]
      if (await fails(smaller, rest)) {
        kept = rest
        isSmaller = true
        onProgress(`${kept.length} faults, ${smaller.buyers} buyers, ${runs} runs`)
      } else from += size
    }
    if (size === 1 && !isSmaller) break
    parts = Math.min(kept.length, parts * 2)
  }
  for (let cut = smaller.buyers >> 1; cut > 0; cut >>= 1) {
    const fewer = { ...smaller, buyers: smaller.buyers - cut }
    if (fewer.buyers > 0 && (await fails(fewer, kept))) smaller = fewer
    onProgress(`${kept.length} faults, ${smaller.buyers} buyers, ${runs} runs`)
  }
  return { options: smaller, plan: kept, runs }
}
