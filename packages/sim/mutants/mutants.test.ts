import { deepEqual, equal, ok } from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'

import { MUTANTS } from './catalogue.ts'
import type { Verdict } from './mutant.ts'
import { mutate } from './switch-in.ts'

test('[SM9] every mutant is one change in one place that is there', () => {
  ok(MUTANTS.length >= 60)
  equal(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length)
  for (const mutant of MUTANTS) {
    const text = mutate(mutant)
    ok(mutant.replace === '' || text.includes(mutant.replace), mutant.name)
    ok(mutant.find !== mutant.replace, mutant.name)
  }
})

test('[SM9] a mutant is switched in for one process, and found', async () => {
  const worker = fork(new URL('./mutant-process.ts', import.meta.url), {
    serialization: 'advanced',
  })
  try {
    worker.send({ name: 'returned units are free twice', seeds: 10, first: null, skip: [] })
    const [verdict] = (await once(worker, 'message')) as [Verdict]
    deepEqual([verdict.name, verdict.killedBy], ['returned units are free twice', 'I4'])
  } finally {
    worker.kill()
  }
})
