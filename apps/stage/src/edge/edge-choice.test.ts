import { equal } from 'node:assert/strict'
import { test } from 'node:test'

import { chooseEdge, median, type EdgeProbes } from './edge-choice.ts'

const probed = (url: string, ...roundTripsMs: readonly number[]): EdgeProbes => ({
  url,
  roundTripsMs,
  failures: 0,
})

const silent = (url: string, failures = 2): EdgeProbes => ({ url, roundTripsMs: [], failures })

test('[WE1] a page keeps its edge unless another is better by 20 ms and by 30 %', () => {
  equal(chooseEdge('own', [probed('own', 100, 100, 100), probed('near', 81, 81, 81)]), 'own')
  equal(chooseEdge('own', [probed('own', 100, 100, 100), probed('near', 71, 71, 71)]), 'own')
  equal(chooseEdge('own', [probed('own', 100, 100, 100), probed('near', 69, 69, 69)]), 'near')
  equal(chooseEdge('own', [probed('own', 30, 30, 30), probed('near', 11, 11, 11)]), 'own')
})

test('[WE1] one slow answer moves nobody: the median of the probes counts', () => {
  equal(median([400, 20, 22]), 22)
  equal(median([20, 30]), 25)
  equal(chooseEdge('own', [probed('own', 400, 20, 22), probed('near', 21, 23, 20)]), 'own')
})

test('[WE1] an edge that does not answer is left for the best that does', () => {
  const others = [probed('far', 90, 95, 80), probed('near', 40, 45, 50)]
  equal(chooseEdge('own', [silent('own'), ...others]), 'near')
  const lossy = { url: 'own', roundTripsMs: [5], failures: 1 }
  equal(chooseEdge('own', [lossy, ...others]), 'near', 'as many were lost as came back')
  equal(chooseEdge('own', [silent('own'), silent('near')]), null)
})
