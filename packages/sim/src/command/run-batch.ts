import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import type { Span } from '../run/options.ts'
import type { Summary } from '../run/summary.ts'

/** Which universes to run, on how many processes, and until when. */
export interface Batch {
  readonly from: number
  readonly seeds: number
  readonly span: Span
  readonly workers: number
  readonly onSummary: (summary: Summary) => void
  /** Asked before each universe: whether to go on. */
  readonly mayGoOn: () => boolean
  /** Whether a seed was run before, and is left out. */
  readonly isDone: (seed: number) => boolean
}

const PROGRAM = new URL('./batch-process.ts', import.meta.url)

/** Run universes side by side; each in the order of its number, as workers come free. */
export async function runBatch(batch: Batch): Promise<void> {
  let next = batch.from
  const take = () => {
    while (batch.isDone(next)) next += 1
    return next < batch.from + batch.seeds && batch.mayGoOn() ? next++ : null
  }
  const crews = Array.from({ length: Math.min(batch.workers, batch.seeds) }, () =>
    work(take, batch),
  )
  await Promise.all(crews)
}

async function work(take: () => number | null, batch: Batch): Promise<void> {
  const worker = fork(PROGRAM, { serialization: 'advanced' })
  try {
    for (let seed = take(); seed !== null; seed = take()) {
      worker.send({ seed, span: batch.span })
      batch.onSummary(await answerOf(worker, seed))
    }
  } finally {
    // One that ended by itself has gone already, and why is what its caller hears.
    if (worker.connected) worker.disconnect()
  }
}

async function answerOf(worker: ChildProcess, seed: number): Promise<Summary> {
  const ended = new AbortController()
  const { signal } = ended
  try {
    return await Promise.race([
      once(worker, 'message', { signal }).then(([summary]) => summary as Summary),
      once(worker, 'exit', { signal }).then(([code]) => {
        throw new Error(`the process of seed ${seed} ended with ${String(code)}`)
      }),
    ])
  } finally {
    ended.abort()
  }
}
