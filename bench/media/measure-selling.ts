import { setTimeout as delay } from 'node:timers/promises'

import { buyOne, until } from '../../apps/nightmarket/src/testing/buy.ts'
import { figureOf, type Figure } from '../figure.ts'
import { openLiveCrowd } from './crowd.ts'

/** Where is sold, and what films there. */
interface Shop {
  readonly edgeUrl: string
  film(): AsyncDisposable
  untilLive(): Promise<void>
}

/** What sells so much that no round sells out. */
export const SELLING_STOCK = { blue: 40_000, red: 40_000 } as const

/** A buyer comes this often, where answers are timed. */
const EVERY_MS = 40

/** So many buy one after the other, where sales are counted. */
const BUYERS = 8

/** How many watch meanwhile. */
const VIEWERS = 100

/**
 * Sell at an edge without a picture, and with a live one that a hundred players watch: first by the
 * clock, whether or not the buyers before have their answer, then as fast as it goes.
 */
export async function measureSelling(
  shop: Shop,
  seconds: number,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  await until(() => buy(shop), (isSold) => isSold, 60_000)
  tell(`selling without a picture, twice ${seconds} s …`)
  const bare = await sellBothWays(shop, seconds)
  await using _camera = shop.film()
  await shop.untilLive()
  await using _watching = openLiveCrowd(`${shop.edgeUrl}/media/live/index.m3u8`, VIEWERS)
  await delay(2_000)
  tell(`selling with a picture that ${VIEWERS} players watch, twice ${seconds} s …`)
  const beside = await sellBothWays(shop, seconds)
  const without = { bare: 'the same edge without a picture', aim: null }
  return [
    figureOf({
      ...without,
      name: `one sale of ${1_000 / EVERY_MS} a second beside a live picture, show to receipt`,
      unit: 'ms at p99',
      values: [at(beside.ms, 0.99)],
      bareValues: [at(bare.ms, 0.99)],
      more: {
        medianMs: at(beside.ms, 0.5),
        bareMedianMs: at(bare.ms, 0.5),
        failures: beside.failures + bare.failures,
      },
    }),
    figureOf({
      ...without,
      name: `sales of ${BUYERS} who buy without a pause beside a live picture`,
      unit: 'a second',
      values: [beside.perSecond],
      bareValues: [bare.perSecond],
    }),
  ]
}

async function sellBothWays(shop: Shop, seconds: number) {
  const timed = await sellByTheClock(shop, seconds)
  const hasty = await sellWithoutPause(shop, seconds)
  const failures = timed.failures + hasty.failures
  return { ms: timed.ms, perSecond: hasty.sold / seconds, failures }
}

/** How long each sale took, sorted. */
async function sellByTheClock(shop: Shop, seconds: number) {
  const ms: number[] = []
  let failures = 0
  const buying: Promise<void>[] = []
  const endMs = performance.now() + seconds * 1_000
  for (let dueMs = performance.now(); dueMs < endMs; dueMs += EVERY_MS) {
    await delay(Math.max(0, dueMs - performance.now()))
    const sale = buy(shop).then((isSold) => {
      if (isSold) ms.push(performance.now() - dueMs)
      else failures++
    })
    buying.push(sale)
  }
  await Promise.all(buying)
  return { ms: ms.toSorted((a, b) => a - b), failures }
}

async function sellWithoutPause(shop: Shop, seconds: number) {
  const endMs = performance.now() + seconds * 1_000
  let [sold, failures] = [0, 0]
  const buyer = async () => {
    while (performance.now() < endMs) {
      if (await buy(shop)) sold++
      else failures++
    }
  }
  await Promise.all(Array.from({ length: BUYERS }, buyer))
  return { sold, failures }
}

async function buy({ edgeUrl }: Shop): Promise<boolean> {
  const bought = await buyOne(edgeUrl, 'mug:blue').catch(() => null)
  return bought?.status === 201
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}
