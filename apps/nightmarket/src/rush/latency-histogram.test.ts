import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { LatencyHistogram } from './latency-histogram.ts'

test('[RU1] percentiles are those of the sorted latencies, at most a bucket above', () => {
  const latencies = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 })
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(latencies, share, (all, wanted) => {
      const histogram = new LatencyHistogram()
      for (const ms of all) histogram.record(ms)
      const sorted = all.toSorted((a, b) => a - b)
      const exact = sorted[Math.max(1, Math.ceil(wanted * all.length)) - 1] ?? NaN
      const read = histogram.percentileMs(wanted)
      ok(read >= exact && read <= exact * (1 + 2 / 64) + 0.001, `${read} for ${exact}`)
    }),
  )
})

test('[RU1] the longest is exact, and nothing counted is nothing', () => {
  const histogram = new LatencyHistogram()
  equal(histogram.percentileMs(0.99), 0)
  for (const ms of [3, 71.234, 0.4]) histogram.record(ms)
  equal(histogram.maxMs, 71.234)
  equal(histogram.percentileMs(1), 71.234)
  equal(histogram.count, 3)
})
