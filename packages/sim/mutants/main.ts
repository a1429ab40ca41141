import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

import { MUTANTS } from './catalogue.ts'
import { readKillers, recordKillers, writeKillers } from './killers.ts'
import type { Verdict } from './mutant.ts'

const HELP = `Usage: npm run mutants -- [--only NAME]... [--seeds N] [--workers W] [--record]
                           [--json]

Puts one bug at a time into production code, in memory only, and runs universes until an invariant
finds it. Prints which one did, and at what seed. A mutant that lives fails the run.

The seed that convicted a mutant last is tried first (mutants/killers.json); where it does so no
more, the search goes on. Each seed that convicts is run without any mutant too, and must hold.

  --only NAME   mutants with this in their name; may be given more than once
  --seeds N     how many universes a mutant may live through (60)
  --workers W   processes side by side (as many as there are cores)
  --record      write down which seed convicted which mutant
  --json        the verdicts as one JSON object on standard output`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    only: { type: 'string', multiple: true, default: [] },
    seeds: { type: 'string', default: '60' },
    workers: { type: 'string' },
    record: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

const killers = readKillers()
if (values.help === true) console.log(HELP)
else process.exitCode = await main()

async function main(): Promise<number> {
  const chosen = MUTANTS.filter(
    ({ name }) => values.only.length === 0 || values.only.some((part) => name.includes(part)),
  )
  const seeds = Number(values.seeds)
  const witnesses = createWitnesses()
  const queue = [...chosen]
  const verdicts: Verdict[] = []
  const workers = Math.min(queue.length, Number(values.workers ?? availableParallelism()))
  const crew = Array.from({ length: workers }, async () => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const verdict = await hunt(mutant.name, seeds, witnesses)
      verdicts.push(verdict)
      if (values.record) writeKillers(recordKillers(readKillers(), verdicts))
      if (!values.json) print(verdict)
    }
  })
  await Promise.all(crew)
  const alive = verdicts.filter(({ killedBy }) => killedBy === null).map(({ name }) => name)
  const skip = [...witnesses.failing]
  if (skip.length > 0) console.error(`without any mutant, these seeds fail: ${skip.join(', ')}`)
  if (values.json) console.log(JSON.stringify({ mutants: verdicts.length, alive, skip, verdicts }))
  else
    console.log(
      [`${verdicts.length} mutants, ${alive.length} alive`, ...alive].join('\n  '),
    )
  return alive.length === 0 && verdicts.length > 0 && skip.length === 0 ? 0 : 1
}

/** Seeds that convicted a mutant, tried without any: one that fails there too is no proof. */
interface Witnesses {
  readonly failing: ReadonlySet<number>
  readonly isHeld: (seed: number) => Promise<boolean>
}

function createWitnesses(): Witnesses {
  const failing = new Set<number>()
  const heard = new Map<number, Promise<boolean>>()
  const hear = async (seed: number) => {
    const isHeld = await ask<boolean>({ name: null, seeds: seed, first: null, skip: [] })
    if (!isHeld) failing.add(seed)
    return isHeld
  }
  return {
    failing,
    isHeld(seed) {
      const found = heard.get(seed) ?? hear(seed)
      heard.set(seed, found)
      return found
    },
  }
}

/** Run universes with one mutant until one falls that stands without it. */
async function hunt(name: string, seeds: number, witnesses: Witnesses): Promise<Verdict> {
  for (;;) {
    const first = killers[name]?.seed ?? null
    const verdict = await ask<Verdict>({ name, seeds, first, skip: [...witnesses.failing] })
    if (verdict.killedBy === null || (await witnesses.isHeld(verdict.seed))) return verdict
  }
}

/** Give a task to a process of its own and wait for its answer. */
async function ask<Answer>(task: object): Promise<Answer> {
  const worker = fork(new URL('./mutant-process.ts', import.meta.url), {
    serialization: 'advanced',
  })
  const ended = new AbortController()
  const { signal } = ended
  try {
    worker.send(task)
    return await Promise.race([
      once(worker, 'message', { signal }).then(([answer]) => answer as Answer),
      once(worker, 'exit', { signal }).then(([code]): Answer => {
        throw new Error(`a worker ended with ${String(code)}: ${JSON.stringify(task)}`)
      }),
    ])
  } finally {
    ended.abort()
    worker.kill()
  }
}

function print({ name, killedBy, seed, text }: Verdict): void {
  const word = killedBy === null ? 'ALIVE' : `killed by ${killedBy} at seed ${seed}`
  console.log(`${name.padEnd(46)} ${word.padEnd(28)} ${text.split('\n')[0]?.slice(0, 110) ?? ''}`)
}
