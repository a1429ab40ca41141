import { setTimeout as delay } from 'node:timers/promises'

import { buyOne, until } from '../../apps/nightmarket/src/testing/buy.ts'
import { figureOf, type Figure } from '../figure.ts'
import { openLiveCrowd } from './crowd.ts'

/** Where is sold, and what films there. */
interface Shop {
  readonly edgeUrl: string
  film(): { kill(): Promise<void> }
  untilLive(): Promise<void>
}

/** What sells so much that no round sells out. */
export const SELLING_STOCK = { blue: 20_000, red: 20_000 } as const

/** A buyer comes this often. */
const EVERY_MS = 40

/** How many watch meanwhile. */
const VIEWERS = 100

/**
 * Sell at an edge without a picture, and with a live one that a hundred players watch: buyers come
 * by the clock, whether or not the ones before have their answer.
 */
export async function measureSelling(
  shop: Shop,
  seconds: number,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  await until(() => buyOne(shop.edgeUrl, 'mug:blue').catch(() => null), isSold, 60_000)
  tell(`selling without a picture, ${seconds} s …`)
  const bare = await sell(shop.edgeUrl, seconds)
  const camera = shop.film()
  await shop.untilLive()
  await using _watching = openLiveCrowd(`${shop.edgeUrl}/media/live/index.m3u8`, VIEWERS)
  await delay(2_000)
  tell(`selling with a picture that ${VIEWERS} players watch, ${seconds} s …`)
  const beside = await sell(shop.edgeUrl, seconds)
  await camera.kill()
  return [
    figureOf({
      name: 'one sale, from the show to the receipt, beside a live picture',
      unit: 'ms at the median',
      values: [at(beside.ms, 0.5)],
      bare: 'the same edge without a picture',
      bareValues: [at(bare.ms, 0.5)],
      aim: null,
      more: {
        p99Ms: at(beside.ms, 0.99),
        bareP99Ms: at(bare.ms, 0.99),
        salesPerSecond: beside.ms.length / seconds,
        bareSalesPerSecond: bare.ms.length / seconds,
        failures: beside.failures + bare.failures,
      },
    }),
  ]
}

const isSold = (bought: Awaited<ReturnType<typeof buyOne>> | null) => bought?.status === 201

async function sell(edgeUrl: string, seconds: number) {
  const ms: number[] = []
  let failures = 0
  const buying: Promise<void>[] = []
  const endMs = performance.now() + seconds * 1_000
  for (let dueMs = performance.now(); dueMs < endMs; dueMs += EVERY_MS) {
    await delay(Math.max(0, dueMs - performance.now()))
    const beganMs = performance.now()
    const bought = buyOne(edgeUrl, 'mug:blue').catch(() => null)
    buying.push(
      bought.then((sold) => {
        if (isSold(sold)) ms.push(performance.now() - beganMs)
        else failures++
      }),
    )
  }
  await Promise.all(buying)
  return { ms: ms.toSorted((a, b) => a - b), failures }
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}
