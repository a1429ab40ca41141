import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'

import { Coverage, INVARIANTS } from './coverage.ts'
import { optionsOf } from './options.ts'
import { planOf } from './plan.ts'
import { SEEDS_PINNED } from './seeds.ts'
import { summarize, type Summary } from './summary.ts'
import { runUniverse } from './universe.ts'

/** Short evenings, so that every run of the tests has time for them; together they meet all. */
const SEEDS = Array.from({ length: 200 }, (_, index) => 301 + index)
  .filter((seed) => optionsOf(seed).safetyMinutes <= 20)
  .slice(0, 10)

const running = runAll()

async function runAll(): Promise<readonly Summary[]> {
  const summaries: Summary[] = []
  for (const seed of [...SEEDS_PINNED, ...SEEDS]) summaries.push(await summarize(seed))
  return summaries
}

async function assertHeld(...ids: readonly string[]): Promise<void> {
  const coverage = new Coverage()
  for (const summary of await running) {
    coverage.add(summary)
    const broken = summary.violations.filter(({ id }) => ids.includes(id))
    const replay = `npm run sim -- --replay ${summary.options.seed}`
    deepEqual(
      broken.map(({ id, text }) => `${id}: ${text}`),
      [],
      replay,
    )
  }
  const unarmed = ids.filter((id) => !coverage.marks.has(`armed ${id === 'I7' ? 'I1' : id}`))
  deepEqual(unarmed, [], 'each was looked at where it could have failed')
}

describe('two dozen universes with every kind of fault', () => {
  test('[I1, I2, I3, I4, I5, I6, I7] stock: nothing is oversold, nothing leaks', () =>
    assertHeld('I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7'))

  test('[I8, I9, I10, I11, I12, I13] journals: nothing is lost, doubled or forged', () =>
    assertHeld('I8', 'I9', 'I10', 'I11', 'I12', 'I13'))

  test('[I14, I15, I16, I17, I18, I19, I20] money: every cent is accounted for', () =>
    assertHeld('I14', 'I15', 'I16', 'I17', 'I18', 'I19', 'I20'))

  test('[I21, I22] releases: what was promised is what is paid', () => assertHeld('I21', 'I22'))

  test('[I23, I24] liveness: everything comes to its end, whatever poison there is', () =>
    assertHeld('I23', 'I24'))

  test('[SM7] nothing else is wrong either: no defect, no unhandled rejection', async () => {
    for (const { options, violations } of await running) {
      deepEqual(
        violations.map(({ id, text }) => `${id}: ${text}`),
        [],
        `seed ${options.seed}`,
      )
    }
  })
})

test('[SM1] the same seed twice is the same universe, another seed is another one', async () => {
  const [first, again, other] = [await summarize(325), await summarize(325), await summarize(334)]
  equal(first.digest, again.digest)
  deepEqual(first.marks, again.marks)
  notEqual(first.digest, other.digest)
})

test('[SM1] a fault that is left out is the only thing that is missing', async () => {
  const options = optionsOf(325)
  const plan = planOf(options)
  const last = plan.at(-1)
  ok(last !== undefined)
  const whole = await runUniverse(options, { isKept: true })
  const less = await runUniverse(options, { isKept: true, plan: plan.slice(0, -1) })
  const before = ({ atMs }: { readonly atMs: number }) => atMs < last.atMs
  deepEqual(less.chronicle.lines.filter(before), whole.chronicle.lines.filter(before))
})

test('[SM5] a run set that never looked at something says so', () => {
  const coverage = new Coverage()
  const options = optionsOf(1)
  const nothing = { options, digest: '', happenings: 0, simulatedMs: 0, marks: {}, violations: [] }
  for (let seed = 0; seed < 40; seed++) coverage.add(nothing)
  const unarmed = coverage.unarmed()
  ok(INVARIANTS.every((id) => unarmed.includes(id)))
  ok(unarmed.includes('edge_crash'))
})
