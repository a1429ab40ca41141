import { ok } from 'node:assert/strict'
import { test } from 'node:test'

import { fadeRate, observeSales, type SalesRate } from './sales-rate.ts'

const NONE: SalesRate = { perSecond: 0, atMs: 0 }

function sellSteadily(everyMs: number, perSecond: number, seconds: number): SalesRate {
  let rate = NONE
  for (let atMs = everyMs; atMs <= seconds * 1_000; atMs += everyMs) {
    rate = observeSales(rate, Math.round((perSecond * everyMs) / 1_000), atMs)
  }
  return rate
}

test('[AL7] steady sales come to their rate, however often they are reported', () => {
  for (const everyMs of [100, 200, 500]) {
    const { perSecond } = sellSteadily(everyMs, 20, 60)
    ok(perSecond > 17 && perSecond < 23, `reported every ${everyMs} ms: ${perSecond}`)
  }
})

test('[AL7] a rate fades when nothing is sold, and a clock that goes back raises nothing', () => {
  const rate = sellSteadily(100, 20, 60)
  ok(fadeRate(rate, rate.atMs + 30_000).perSecond < 0.1)
  ok(fadeRate(rate, rate.atMs - 30_000).perSecond <= rate.perSecond)
  ok(observeSales(rate, 0, rate.atMs - 30_000).atMs >= rate.atMs)
})
