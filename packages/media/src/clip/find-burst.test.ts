import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'

import { BURST_TERMS, findBursts } from './find-burst.ts'
import { productsOf, type ClipSale } from './sale.ts'

const sale = (atMs: number, quantity = 1, variantId = 'mug'): ClipSale => ({
  orderId: `o-${atMs}`,
  atMs,
  dropId: 'drop',
  lines: [{ variantId, quantity }],
})

test('[CL5] a rush after a quiet time is one burst, from its first sale to its last', () => {
  const quiet = [0, 60_000, 120_000].map((atMs) => sale(atMs))
  const rush = Array.from({ length: 12 }, (_, at) => sale(200_000 + at * 500))
  const [burst, ...others] = findBursts([...quiet, ...rush], 300_000)
  assert.deepEqual(burst, { fromMs: 200_000, toMs: 205_500, units: 12 })
  assert.equal(others.length, 0)
})

test('[CL5] a burst that still goes on is not told yet', () => {
  const rush = Array.from({ length: 12 }, (_, at) => sale(200_000 + at * 500))
  assert.deepEqual(findBursts(rush, 206_000), [])
  assert.equal(findBursts(rush, 215_500).length, 1)
})

test('[CL5] a steady pace is no burst after its beginning, however high', () => {
  const steady = Array.from({ length: 700 }, (_, at) => sale(at * 1_000))
  const late = findBursts(steady, 800_000).filter(({ fromMs }) => fromMs > 300_000)
  assert.deepEqual(late, [])
})

test('[CL5] a burst that does not end is told in pieces, which never overlap', () => {
  const flood = Array.from({ length: 1_200 }, (_, at) => sale(at * 100))
  const bursts = findBursts(flood, 200_000)
  assert.ok(bursts.length >= 2)
  for (const [at, { fromMs, toMs }] of bursts.entries()) {
    assert.ok(toMs - fromMs <= BURST_TERMS.lengthMsMax)
    assert.ok(fromMs > (bursts[at - 1]?.toMs ?? -1))
  }
})

test('[CL5] whatever is sold, bursts are in order, apart, and have enough units', () => {
  const gaps = fc.array(fc.record({ gapMs: fc.nat(20_000), units: fc.integer({ min: 1, max: 4 }) }))
  fc.assert(
    fc.property(gaps, (steps) => {
      let atMs = 0
      const sales = steps.map(({ gapMs, units }) => sale((atMs += gapMs), units))
      let end = -1
      for (const { fromMs, toMs, units } of findBursts(sales, atMs + 60_000)) {
        assert.ok(fromMs > end && toMs >= fromMs && units > 0)
        end = toMs
      }
    }),
  )
})

test('[CL4] what was sold in the window is attached, what sold most first', () => {
  const sales = [sale(10, 1, 'a'), sale(20, 5, 'b'), sale(25, 1, 'a'), sale(30, 9, 'late')]
  const products = productsOf(sales, { fromMs: 10, toMs: 30 })
  const told = products.map(({ variantId, quantity }) => [variantId, quantity])
  assert.deepEqual(told, [
    ['b', 5],
    ['a', 2],
  ])
})
