import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { EVENING, openBench, releaseOfEvening, TERMS } from '@nightmarket/kernel/testing'
import type { OfferId } from '@nightmarket/kernel'
import type { UplinkStatus } from '@nightmarket/sync'

import { shortCode, standingOf, WARNING_MS } from './standing-view.ts'
import { searchTiles, tilesOf } from './tile-view.ts'

const CUT: UplinkStatus = {
  isConnected: false,
  connectedSinceMs: null,
  offlineSinceMs: 1_000_000,
  acknowledged: 2,
  heardThrough: 2,
  unsynced: 1,
  skewMs: null,
  refused: null,
  lastError: null,
}

test('[TV2] the grid shows what is open, at the price of the moment, with what is here', () => {
  const bench = openBench(releaseOfEvening())
  bench.grant('l1', 5)
  const tiles = tilesOf(bench.state, bench.clock, 'en')
  const mug = tiles.find(({ variantId }) => variantId === EVENING.mug)
  deepEqual([mug?.left, mug?.priceMinor], [5, 1_250])
  equal(tiles.find(({ variantId }) => variantId === EVENING.print)?.left, 0)
  equal(searchTiles(tiles, '').length, tiles.length)
  equal(searchTiles(tiles, 'no such thing').length, 0)
  bench.pass(3_600_000)
  deepEqual(tilesOf(bench.state, bench.clock, 'en'), [])
})

test('[SV8] a tile has the price that its sale would have, and what an offer saves', () => {
  const { startMs, mug } = EVENING
  const offer = {
    offerId: 'early' as OfferId,
    dropId: EVENING.dropId,
    variantIds: [mug],
    discountBasisPoints: 2_000,
    fromMs: startMs,
    untilMs: startMs + 60_000,
    needsConsent: false,
    audienceBasisPoints: 10_000,
    unitsMax: 4,
  }
  const bench = openBench({ ...releaseOfEvening(), offers: [offer] })
  bench.grant('l1', 5)
  const mugNow = () => {
    const tile = tilesOf(bench.state, bench.clock, 'en').find((each) => each.variantId === mug)
    return [tile?.priceMinor, tile?.listPriceText]
  }
  deepEqual(mugNow(), [1_000, '€12.50'])
  bench.pass(60_000)
  deepEqual(mugNow(), [1_250, null])
})

test('[TV3] a till tells since when it is cut off, what it may sell, and has to send', () => {
  const bench = openBench(releaseOfEvening())
  bench.grant('l1', 5)
  const standing = standingOf(bench.state, CUT, bench.clock)
  deepEqual(
    [standing.isOffline, standing.offlineSinceMs, standing.unitsLeft, standing.unsyncedSales],
    [true, 1_000_000, 5, 0],
  )
  const endMs = standing.sellUntilMs ?? 0
  equal(standingOf(bench.state, CUT, { ...bench.clock, atMs: endMs - 1_000 }).isEndNear, true)
  equal(shortCode('0f8e2c1a-77aa-4d4f-9f51-aaaaaaaaaaaa'), '0F8E2C1A')
})

test('[SV7] a till warns before it may take no more promises', () => {
  const deferred = { ...TERMS.deferred, ordersMax: 10 }
  const bench = openBench(releaseOfEvening({ terms: { deferred } }))
  bench.grant('l1', 50)
  const standing = () => standingOf(bench.state, CUT, bench.clock)
  deepEqual([standing().deferred?.orders, standing().isDeferredNear], [10, false])
  for (let sale = 1; sale <= 8; sale++) bench.place(`o${sale}`)
  deepEqual([standing().deferred?.orders, standing().isDeferredNear], [2, false])
  bench.place('o9')
  deepEqual([standing().deferred?.orders, standing().isDeferredNear], [1, true])
  for (let sale = 1; sale <= 8; sale++) bench.settle(`o${sale}`, 'captured')
  equal(standing().isDeferredNear, false)
  bench.pass(deferred.ageMsMax - WARNING_MS + 1)
  equal(standing().isDeferredNear, true)
})
