import assert from 'node:assert/strict'
import { test } from 'node:test'

import { isNear } from './round-trip.ts'

const answer = (tripMs: number, requestStart = 10) => {
  return { requestStart, responseStart: requestStart + tripMs }
}

test('[PL4] an edge is near when the quickest answer says so, and there are enough of them', () => {
  assert.equal(isNear([answer(300), answer(12), answer(90)]), true)
  assert.equal(isNear([answer(120), answer(104), answer(101)]), false)
  assert.equal(isNear([answer(5), answer(5)]), false)
  assert.equal(isNear([]), false)
})

test('[PL4] what came from a cache was not on the network', () => {
  assert.equal(isNear([answer(1, 0), answer(1, 0), answer(110), answer(120), answer(130)]), false)
})
