import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openBooks } from '@nightmarket/core'
import {
  chooseOffer,
  indexRelease,
  isOfferMet,
  TALLY_NONE,
  type BuyerId,
  type Offer,
  type OfferFacts,
  type OfferId,
} from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'
import { createOfferRules } from '@nightmarket/rule'

import { measureReceive } from '../packages/core/src/journal/receive-exchange.bench.ts'
import { measureBuyPath, type BuyPathFigures } from '../packages/edge/src/edge.bench.ts'
import { measureStall } from '../packages/stall/src/open-stall.bench.ts'
import { startPostgres } from '../scripts/postgres.ts'
import { measureBareDisk, measureBareSqlite } from './bare-disk.ts'
import { measureBarePostgres } from './bare-postgres.ts'
import { figureOf, medianOf, type Figure } from './figure.ts'

/** How much work each measurement does. */
export interface Size {
  readonly rounds: number
  readonly orders: number
}

/** The buy path over HTTP beside an echo of the same requests, in processes of their own. */
export async function measureHttp(connections: number, size: Size): Promise<Figure> {
  const orders = connections === 1 ? size.orders / 10 : size.orders
  const runs: BuyPathFigures[] = []
  for (let round = 0; round < size.rounds; round++) {
    runs.push(await measureBuyPath(orders, connections))
  }
  const median = (pick: (run: BuyPathFigures) => number) => medianOf(runs.map(pick))
  return figureOf({
    name: `buy over HTTP, ${connections} connection${connections === 1 ? '' : 's'}`,
    unit: 'orders/s',
    values: runs.map(({ buy }) => buy.requestsPerSecond),
    bare: 'node:http JSON echo of the same requests',
    bareValues: runs.map(({ echo }) => echo.requestsPerSecond),
    aim: connections === 64 ? 'ratio ≥ 0.5, p99 ≤ 50 ms' : null,
    more: {
      p50Ms: median(({ buy }) => buy.p50Ms),
      p99Ms: median(({ buy }) => buy.p99Ms),
      offersPerSecond: median(({ offersPerSecond }) => offersPerSecond),
    },
  })
}

/** The stall without HTTP, beside the bare disk in batches of the same size. */
export async function measureEngine(size: Size): Promise<readonly Figure[]> {
  const orders = 3 * size.orders
  const disk: number[] = []
  const runs = []
  await measureStall(orders / 10, STALL_BUYERS)
  for (let round = 0; round < size.rounds; round++) {
    disk.push(measureBareDisk(orders, STALL_BUYERS / 2))
    runs.push(await measureStall(orders, STALL_BUYERS))
  }
  const none = { bare: null, bareValues: [], aim: null }
  return [
    figureOf({
      name: `stall without HTTP, ${STALL_BUYERS} buyers`,
      unit: 'durable orders/s',
      values: runs.map(({ ordersPerSecond }) => ordersPerSecond),
      bare: 'the same bytes to one file, a sync per batch',
      bareValues: disk,
      aim: '≥ 100,000 orders/s',
    }),
    figureOf({
      ...none,
      name: 'memory of a stall',
      unit: 'MB per 100,000 orders',
      values: runs.map(({ bytesPerOrder }) => bytesPerOrder / 10),
    }),
    figureOf({
      ...none,
      name: 'restart of a stall, every hash checked',
      unit: 'entries/s',
      values: runs.map(({ replayEntriesPerSecond }) => replayEntriesPerSecond),
    }),
  ]
}

const STALL_BUYERS = 512

/** A rule as a host writes one; every fifth offer has it. */
const RULE =
  "stock.unitsHere < 50 && show.segment in ['middle', 'finale'] && viewer.dwellSeconds > 30"

/** The choice of an offer among twenty that apply, four of them by a rule. */
export function measureOffers(size: Size): Figure {
  const { dropId, mug, startMs, endMs } = EVENING
  const offers = Array.from({ length: 20 }, (_, index): Offer => ({
    offerId: `offer-${index}` as OfferId,
    dropId,
    variantIds: [mug],
    discountBasisPoints: 100 * index,
    fromMs: startMs,
    untilMs: endMs,
    needsConsent: index % 2 === 0,
    audienceBasisPoints: 5_000,
    unitsMax: 2,
    ...(index % 5 === 0 ? { when: RULE } : {}),
  }))
  const index = indexRelease({ ...releaseOfEvening(), offers })
  const viewer = { buyerId: 'viewer' as BuyerId, hasConsent: true }
  const bucketOf = (_: BuyerId, offerId: OfferId) => offerId.length * 700
  const { holdsFor } = createOfferRules()
  const factsAt = (second: number): OfferFacts => ({
    show: { elapsedSeconds: second, leftSeconds: 3_600 - second, segment: 'middle' },
    drop: { elapsedSeconds: second, leftSeconds: 3_600 - second, lineLength: 0 },
    stock: { unitsHere: 20 },
    offer: TALLY_NONE,
    viewer: { dwellSeconds: 60, unitsBought: 0 },
  })
  const decide = (count: number) => {
    const startedMs = performance.now()
    for (let turn = 0; turn < count; turn++) {
      const facts = factsAt(turn % 1_000)
      const isMet = (offer: Offer) => isOfferMet(offer, facts, holdsFor)
      chooseOffer(index, viewer, dropId, mug, startMs + (turn % 1_000), bucketOf, isMet)
    }
    return ((performance.now() - startedMs) / count) * 1_000
  }
  decide(10_000)
  const values = Array.from({ length: size.rounds }, () => decide(10 * size.orders))
  const name = 'offer decision, 20 offers, 4 by rules'
  return figureOf({ name, unit: 'µs', values, bare: null, bareValues: [], aim: '≤ 20 µs' })
}

/** The core taking journals into its books, on both engines, beside bare inserts of the texts. */
export async function measureBooks(size: Size): Promise<readonly Figure[]> {
  await using postgres = await startPostgres()
  const sqlite = { own: [] as number[], bare: [] as number[] }
  const server = { own: [] as number[], bare: [] as number[] }
  for (let round = 0; round < size.rounds; round++) {
    sqlite.bare.push(measureBareSqlite(size.orders, BOOKS_BATCH))
    sqlite.own.push(await measureSqliteBooks(size.orders))
    const url = await postgres.createDatabase(`bench_${round}`)
    server.bare.push(await measureBarePostgres(url, size.orders, BOOKS_BATCH))
    await using books = await openBooks({ url })
    server.own.push((await measureReceive(books, size.orders)).entriesPerSecond)
  }
  const bare = 'insert of the texts alone, 1,000 per commit'
  const unit = 'entries/s'
  return [
    figureOf({
      name: 'core applies a journal, SQLite',
      unit,
      values: sqlite.own,
      bare,
      bareValues: sqlite.bare,
      aim: '≥ 20,000 entries/s',
    }),
    figureOf({
      name: 'core applies a journal, PostgreSQL',
      unit,
      values: server.own,
      bare,
      bareValues: server.bare,
      aim: null,
    }),
  ]
}

const BOOKS_BATCH = 1_000

async function measureSqliteBooks(orders: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-bench-'))
  try {
    await using books = await openBooks({ path: join(folder, 'books.db') })
    return (await measureReceive(books, orders)).entriesPerSecond
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
