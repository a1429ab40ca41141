import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

import { MUTANTS } from './catalogue.ts'
import type { Mutant, Verdict } from './mutant.ts'

const HELP = `Usage: npm run mutants -- [--only NAME] [--seeds N] [--workers W] [--json]

Puts one bug at a time into production code, in memory only, and runs universes until an invariant
finds it. Prints which one did, and at what seed. A mutant that lives fails the run.`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    only: { type: 'string' },
    seeds: { type: 'string', default: '120' },
    workers: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

if (values.help === true) console.log(HELP)
else process.exitCode = await main()

async function main(): Promise<number> {
  const chosen = MUTANTS.filter(({ name }) => values.only === undefined || name.includes(values.only))
  const queue = [...chosen]
  const verdicts: Verdict[] = []
  const workers = Math.min(queue.length, Number(values.workers ?? availableParallelism()))
  const crew = Array.from({ length: workers }, async () => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const verdict = await judge(mutant)
      verdicts.push(verdict)
      if (!values.json) print(verdict)
    }
  })
  await Promise.all(crew)
  const alive = verdicts.filter(({ killedBy }) => killedBy === null)
  if (values.json) console.log(JSON.stringify({ mutants: verdicts.length, alive: alive.length, verdicts }))
  else console.log(`${verdicts.length} mutants, ${alive.length} alive ${alive.map(({ name }) => name).join(', ')}`)
  return alive.length === 0 && verdicts.length > 0 ? 0 : 1
}

async function judge({ name }: Mutant): Promise<Verdict> {
  const worker = fork(new URL('./mutant-process.ts', import.meta.url), { serialization: 'advanced' })
  const ended = new AbortController()
  const { signal } = ended
  try {
    worker.send({ name, seeds: Number(values.seeds) })
    return await Promise.race([
      once(worker, 'message', { signal }).then(([verdict]) => verdict as Verdict),
      once(worker, 'exit', { signal }).then(([code]): Verdict => {
        throw new Error(`the process of ${name} ended with ${String(code)}`)
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
