import { MUTANTS } from './catalogue.ts'
import type { Verdict } from './mutant.ts'
import { switchIn } from './switch-in.ts'

/** One worker: takes a mutant's name, switches it in, and runs universes until one falls. */
process.on('message', ({ name, seeds }: { readonly name: string; readonly seeds: number }) => {
  hunt(name, seeds).then(
    (verdict) => process.send?.(verdict),
    (error: unknown) => {
      console.error(error)
      process.exit(2)
    },
  )
})

async function hunt(name: string, seeds: number): Promise<Verdict> {
  const mutant = MUTANTS.find((each) => each.name === name)
  if (mutant === undefined) throw new Error(`there is no mutant ${name}`)
  switchIn(mutant)
  const { summarize } = await import('../src/run/summary.ts')
  for (let seed = 1; seed <= seeds; seed++) {
    const { violations } = await summarize(seed)
    const [violation] = violations
    if (violation !== undefined) return { name, killedBy: violation.id, seed, text: violation.text }
  }
  return { name, killedBy: null, seed: seeds, text: `lives through ${seeds} universes` }
}

// Nobody waits for the rest when whoever asked is gone.
process.on('disconnect', () => process.exit())
