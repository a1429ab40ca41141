import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'

import { controlRate, isTooFar, medianOf, RATES, shouldJump, targetOf } from './rate-control.ts'

const stream = { target: 1.5, buffered: 2, part: 0.5 }

test('[PL1] near the target the show runs at its own pace', () => {
  for (const behind of [1.45, 1.5, 1.55]) assert.equal(controlRate({ ...stream, behind }), 1)
})

test('[PL1] too far behind runs faster, too near slower, within what is not heard', () => {
  assert.ok(controlRate({ ...stream, behind: 2 }) > 1)
  assert.ok(controlRate({ ...stream, behind: 1.2 }) < 1)
  const number = fc.double({ min: 0, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(number, number, number, (behind, target, buffered) => {
      const rate = controlRate({ behind, target, buffered, part: 0.5 })
      assert.ok(rate >= RATES.slowest && rate <= RATES.fastest)
    }),
  )
})

test('[PL1] it never hurries on an empty buffer', () => {
  assert.equal(controlRate({ ...stream, behind: 5, buffered: 0.3 }), 1)
})

test('[PL1] the controller comes to its target and stays', () => {
  for (const start of [0.7, 1.2, 3, 5]) {
    let behind = start
    for (let step = 0; step < 4 * 120; step++) {
      const rate = controlRate({ ...stream, behind, buffered: behind })
      behind -= (rate - 1) * 0.25
    }
    assert.ok(Math.abs(behind - stream.target) < 0.1, `${start} ended at ${behind}`)
  }
})

test('[PL1] what is not known changes nothing', () => {
  assert.equal(controlRate({ ...stream, behind: NaN }), 1)
  assert.equal(shouldJump({ behind: NaN, target: 1 }), false)
  assert.equal(medianOf([]), 0)
})

test('[PL2] the target grows with the round trip and with stalls, and has an end', () => {
  const venue = { part: 0.2, holdBack: 0.6, roundTrip: 0.01, stalls: 0 }
  assert.equal(targetOf(venue), 0.6)
  const far = { part: 0.5, holdBack: 1.25, roundTrip: 0.4, stalls: 0 }
  assert.ok(targetOf(far) > 1.25)
  assert.ok(targetOf({ ...far, stalls: 2 }) > targetOf(far))
  assert.ok(targetOf({ ...far, roundTrip: 50, stalls: 99 }) <= 6)
  assert.equal(medianOf([9, 1, 2]), 2)
})

test('[PL4] parts of a fifth of a second are left when the network is too slow for them', () => {
  const near = { part: 0.21, roundTrip: 0.02, stalls: 0 }
  assert.equal(isTooFar(near), false)
  assert.equal(isTooFar({ ...near, roundTrip: 0.1 }), true)
  assert.equal(isTooFar({ ...near, stalls: 1 }), false)
  assert.equal(isTooFar({ ...near, stalls: 2 }), true)
})
