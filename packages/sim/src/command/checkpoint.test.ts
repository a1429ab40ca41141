import { deepEqual, equal, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { optionsOf } from '../run/options.ts'
import type { Summary } from '../run/summary.ts'
import { Checkpoint } from './checkpoint.ts'

test('[SM10] a run that is killed goes on where it was and counts nothing twice', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-checkpoint-'))
  try {
    const path = join(folder, 'run.json')
    const first = Checkpoint.open(path, 5)
    first.add(ended(5))
    first.add(ended(7, 'I1'))
    const again = Checkpoint.open(path, 1)
    deepEqual([again.from, again.next, again.has(6), again.has(7)], [5, 6, false, true])
    deepEqual([again.coverage.seeds, again.coverage.simulatedHours], [2, 2])
    again.add(ended(7, 'I1'))
    again.add(ended(6))
    const last = Checkpoint.open(path, 1)
    equal(last.next, 8)
    deepEqual(last.failed, [7])
    deepEqual([last.coverage.seeds, last.coverage.faults, last.coverage.pairs.met], [3, 6, 1])
    equal(last.coverage.marks.get('armed I2'), 3)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('[SM12] a run of seasons does not go on in the file of one of evenings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-checkpoint-'))
  try {
    const path = join(folder, 'run.json')
    Checkpoint.open(path, 5).add(ended(5))
    throws(() => Checkpoint.open(path, 5, 'season'), /is of evenings, not of seasons/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('[SM10] without a file a run begins where it is told and writes nothing', () => {
  const checkpoint = Checkpoint.open(null, 9)
  checkpoint.add(ended(9))
  equal(checkpoint.next, 10)
})

/** A universe of an hour that met two kinds of fault. */
function ended(seed: number, broken: string | null = null): Summary {
  return {
    options: { ...optionsOf(1), seed },
    digest: '',
    happenings: 10,
    simulatedMs: 3_600_000,
    marks: { 'injected edge_crash': 1, 'injected link_cut': 1, 'armed I2': 1 },
    violations: broken === null ? [] : [{ id: broken, text: 'broken', atMs: 1 }],
  }
}
