import assert from 'node:assert/strict'
import { test } from 'node:test'

import { isReached } from './media-clock.ts'

const time = { beganAtMs: (id: string) => (id === 'run' ? 1_000 : null) }

test('[PL3] what is bound to a frame waits until that frame is on the screen', () => {
  const moment = { timelineId: 'run', mediaTimeMs: 500 }
  assert.equal(isReached(moment, null, time), false)
  assert.equal(isReached(moment, 1_499, time), false)
  assert.equal(isReached(moment, 1_500, time), true)
})

test('[PL3] a frame of a run that this page does not know is not waited for', () => {
  assert.equal(isReached({ timelineId: 'other', mediaTimeMs: 9e9 }, null, time), true)
})

test('[OL1] without the names of runs an overlay waits for the edge’s clock in the picture', () => {
  const moment = { timelineId: 'other', mediaTimeMs: 500, arrivedAtMs: 7_000 }
  assert.equal(isReached(moment, 6_999, time), false)
  assert.equal(isReached(moment, 7_000, time), true)
  assert.equal(isReached({ ...moment, timelineId: 'run' }, 1_500, time), true)
})
