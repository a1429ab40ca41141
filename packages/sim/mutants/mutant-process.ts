import { MUTANTS } from './catalogue.ts'
import type { Verdict } from './mutant.ts'
import { switchIn } from './switch-in.ts'

/** What a worker is asked: how a mutant fares, or whether one seed holds without any. */
interface Task {
  readonly name: string | null
  readonly seeds: number
  /** The seed to try before all others; `null` when none is known. */
  readonly first: number | null
  readonly skip: readonly number[]
}

/** One worker: takes a mutant's name, switches it in, and runs universes until one falls. */
process.on('message', (task: Task) => {
  const work = task.name === null ? holds(task.seeds) : hunt({ ...task, name: task.name })
  work.then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error)
      process.exit(2)
    },
  )
})

/** Whether a seed holds in production as it is: no mutant is to be convicted by one that fails. */
async function holds(seed: number): Promise<boolean> {
  const { summarize } = await import('../src/run/summary.ts')
  return (await summarize(seed)).violations.length === 0
}

async function hunt(task: Task & { readonly name: string }): Promise<Verdict> {
  const { name, seeds, first } = task
  const skip = new Set(task.skip)
  const mutant = MUTANTS.find((each) => each.name === name)
  if (mutant === undefined) throw new Error(`there is no mutant ${name}`)
  switchIn(mutant)
  const { summarize } = await import('../src/run/summary.ts')
  const others = (await shortestFirst(seeds)).filter((seed) => seed !== first)
  for (const seed of first === null ? others : [first, ...others]) {
    if (skip.has(seed)) continue
    const [violation] = (await summarize(seed)).violations
    if (violation !== undefined) return { name, killedBy: violation.id, seed, text: violation.text }
  }
  return { name, killedBy: null, seed: seeds, text: `lives through ${seeds} universes` }
}

/** Short evenings first: most bugs need no long one, and an hour of a universe is the cost. */
async function shortestFirst(seeds: number): Promise<readonly number[]> {
  const { optionsOf } = await import('../src/run/options.ts')
  const minutesOf = (seed: number) => optionsOf(seed).safetyMinutes
  const all = Array.from({ length: seeds }, (_, index) => index + 1)
  return all.toSorted((left, right) => minutesOf(left) - minutesOf(right))
}

// Nobody waits for the rest when whoever asked is gone.
process.on('disconnect', () => process.exit())
