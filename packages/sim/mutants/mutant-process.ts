import { MUTANTS } from './catalogue.ts'
import type { Verdict } from './mutant.ts'
import { switchIn } from './switch-in.ts'

/** What a worker is asked: a mutant, or none of them, and which seeds fail without any. */
interface Task {
  readonly name: string | null
  readonly seeds: number
  readonly skip: readonly number[]
}

/** One worker: takes a mutant's name, switches it in, and runs universes until one falls. */
process.on('message', ({ name, seeds, skip }: Task) => {
  const work = name === null ? findFailing(seeds) : hunt(name, seeds, new Set(skip))
  work.then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error)
      process.exit(2)
    },
  )
})

/** The seeds that fail in production as it is: no mutant is to be convicted by them. */
async function findFailing(seeds: number): Promise<readonly number[]> {
  const { summarize } = await import('../src/run/summary.ts')
  const failing: number[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    if ((await summarize(seed)).violations.length > 0) failing.push(seed)
  }
  return failing
}

async function hunt(name: string, seeds: number, skip: ReadonlySet<number>): Promise<Verdict> {
  const mutant = MUTANTS.find((each) => each.name === name)
  if (mutant === undefined) throw new Error(`there is no mutant ${name}`)
  switchIn(mutant)
  const { summarize } = await import('../src/run/summary.ts')
  for (let seed = 1; seed <= seeds; seed++) {
    if (skip.has(seed)) continue
    const [violation] = (await summarize(seed)).violations
    if (violation !== undefined) return { name, killedBy: violation.id, seed, text: violation.text }
  }
  return { name, killedBy: null, seed: seeds, text: `lives through ${seeds} universes` }
}

// Nobody waits for the rest when whoever asked is gone.
process.on('disconnect', () => process.exit())
