import { deepEqual, notDeepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { createPrng } from './prng.ts'
import { optionsOf } from './run/options.ts'
import { planOf } from './run/plan.ts'

const numbersOf = (seed: string, purpose: string) => {
  const prng = createPrng(seed).fork(purpose)
  return Array.from({ length: 50 }, () => prng.below(1_000))
}

test('[SM1] a seed and a purpose decide a stream, and no other stream moves it', () => {
  deepEqual(numbersOf('7', 'disk'), numbersOf('7', 'disk'))
  notDeepEqual(numbersOf('7', 'disk'), numbersOf('7', 'line'))
  notDeepEqual(numbersOf('7', 'disk'), numbersOf('8', 'disk'))
  ok(new Set(numbersOf('7', 'disk')).size > 40)
})

test('[SM1] options and faults are decided by the seed alone', () => {
  for (const seed of [1, 2, 3]) {
    deepEqual(optionsOf(seed), optionsOf(seed))
    deepEqual(planOf(optionsOf(seed)), planOf(optionsOf(seed)))
  }
  const fewer = planOf({ ...optionsOf(1), buyers: 1 })
  deepEqual(fewer, planOf(optionsOf(1)), 'buyers deal no cards to faults')
})
