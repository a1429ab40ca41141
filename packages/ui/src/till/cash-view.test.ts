import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Currency } from '@nightmarket/kernel'

import { changeMinor, parseAmount, tenderSuggestions } from './cash-view.ts'

const EUR = 'EUR' as Currency

test('[TV1] cash: likely sums first, change never from too little, amounts as people type', () => {
  deepEqual(tenderSuggestions(950, EUR), [950, 1_000, 2_000, 5_000])
  deepEqual(tenderSuggestions(2_000, EUR), [2_000, 5_000, 10_000, 20_000])
  equal(changeMinor(950, 2_000), 1_050)
  equal(changeMinor(950, 949), null)
  const typed = ['12,5', '12.50', ' 7 ', '0,05', '1,234', '-1', '1e3', '']
  deepEqual(
    typed.map((text) => parseAmount(text, EUR)),
    [1_250, 1_250, 700, 5, null, null, null, null],
  )
})
