import { equal } from 'node:assert/strict'
import { test } from 'node:test'

import { hearKey, WEDGE_SILENT } from './wedge.ts'

function codeOf(keys: readonly string[], gapMs: number): string | null {
  let burst = WEDGE_SILENT
  let atMs = 1_000
  for (const key of keys) {
    const heard = hearKey(burst, key, atMs)
    if (heard.code !== null) return heard.code
    burst = heard.burst
    atMs += gapMs
  }
  return null
}

test('[SV3] a burst of keys that ends in Enter is a code, typing is not', () => {
  const keys = [...'4006381333931'.split(''), 'Enter']
  equal(codeOf(keys, 8), '4006381333931')
  equal(codeOf(keys, 120), null)
  equal(codeOf([...'123'.split(''), 'Enter'], 8), null)
  equal(codeOf(['A', 'Shift', ...'B-12'.split(''), 'Enter'], 8), 'AB-12')
  equal(codeOf(['Enter'], 8), null)
  const late = hearKey({ text: '400638133393', firstMs: 0, lastMs: 96 }, '1', 220)
  equal(hearKey(late.burst, 'Enter', 228).code, '4006381333931', 'one key was heard late')
})

test('[SV3] a hand that typed before the scanner is no part of the code', () => {
  const typed = hearKey(WEDGE_SILENT, 'x', 0).burst
  let { burst } = hearKey(typed, '4', 400)
  for (const [at, key] of '00638'.split('').entries()) {
    ;({ burst } = hearKey(burst, key, 410 + at * 10))
  }
  equal(hearKey(burst, 'Enter', 470).code, '400638')
})
