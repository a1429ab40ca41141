import { equal } from 'node:assert/strict'
import { test } from 'node:test'

import { Pace } from './pace.ts'

test('[RU4] the pace is that of the busiest second, wherever it is', () => {
  const pace = new Pace()
  pace.start(1_000)
  for (let index = 0; index < 40; index += 1) pace.add(1_000 + index * 100)
  equal(pace.perSecond(), 10)
  for (let index = 0; index < 90; index += 1) pace.add(3_020 + index * 10)
  equal(pace.perSecond(), 100)
})

test('[RU4] what was over in less than a second is as fast as it was', () => {
  const pace = new Pace()
  equal(pace.perSecond(), 0)
  pace.start(0)
  for (let index = 0; index < 30; index += 1) pace.add(70 + index)
  equal(pace.perSecond(), 300)
})
