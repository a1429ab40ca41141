import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { backoffMs, UPLINK_TERMS } from './child-terms.ts'

test('[SY8] waits double up to the most, and are spread over their upper half', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7].map((failures) =>
    backoffMs(failures, 0.999_999, UPLINK_TERMS),
  )
  deepEqual(waits, [100, 200, 400, 800, 1_600, 3_000, 3_000])
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (count, random) => {
        const waitMs = backoffMs(count, random, UPLINK_TERMS)
        const mostMs = backoffMs(count, 0.999_999, UPLINK_TERMS)
        ok(waitMs >= mostMs / 2 && waitMs <= mostMs)
      },
    ),
  )
})
