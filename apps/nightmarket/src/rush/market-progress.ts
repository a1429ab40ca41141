import { setTimeout as delay } from 'node:timers/promises'

import { BooksDatabase, type BooksAddress } from '@nightmarket/core'
import { ORDER_IS_OPEN, type OrderState } from '@nightmarket/kernel'
import { openSqliteJournalReader } from '@nightmarket/storage/sqlite'

import { EDGE_FILES, readEdgeIdentity } from '../market/edge-folder.ts'
import { edgeFolders } from '../verify/verify-market.ts'

/** How the whole market stands: what is on its way up, and which orders have no end yet. */
export interface MarketStanding {
  /** Entries of the edges' journals that the core has not got. */
  readonly unsynced: number
  /** Orders by state. */
  readonly orders: Readonly<Partial<Record<OrderState, number>>>
  readonly openOrders: number
  /** Payments and refunds that somebody is still working on. */
  readonly openPayments: number
  readonly openRefunds: number
}

/** Read how a market on this machine stands, beside its running servers. */
export async function readStanding(
  folder: string,
  books: BooksDatabase,
): Promise<MarketStanding> {
  return books.read('standing', async (trx) => {
    const nodes = await trx.selectFrom('node').select(['node_id', 'epoch', 'sequence']).execute()
    const marks = new Map(nodes.map((row) => [`${row.node_id}/${row.epoch}`, row.sequence]))
    const rows = await trx
      .selectFrom('sale_order')
      .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
      .groupBy('state')
      .execute()
    const payments = await trx
      .selectFrom('payment')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', 'not in', ['captured', 'declined', 'voided'])
      .executeTakeFirst()
    const refunds = await trx
      .selectFrom('refund')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', 'not in', ['succeeded', 'failed', 'owed'])
      .executeTakeFirst()
    const orders = Object.fromEntries(rows.map((row) => [row.state, Number(row.count)]))
    return {
      unsynced: countUnsynced(folder, marks),
      orders,
      openOrders: sumOpen(orders),
      openPayments: Number(payments?.count ?? 0),
      openRefunds: Number(refunds?.count ?? 0),
    }
  })
}

/** Open a market's books to look at them. They are there: the core made them. */
export function openBooksToRead(address: BooksAddress): BooksDatabase {
  return new BooksDatabase(address)
}

/**
 * Wait until everything has come up and every order has its end, or until `waitMs` are over.
 * Resolves with how the market stands then.
 */
export async function waitForSettlement(
  { folder, books, waitMs, stopped, onStanding }: {
    readonly folder: string
    readonly books: BooksDatabase
    readonly waitMs: number
    readonly stopped: AbortSignal
    readonly onStanding: (standing: MarketStanding) => void
  },
): Promise<MarketStanding> {
  const untilMs = performance.now() + waitMs
  for (;;) {
    const standing = await readStanding(folder, books)
    onStanding(standing)
    const isOver = performance.now() >= untilMs || stopped.aborted
    if (isSettled(standing) || isOver) return standing
    await delay(LOOK_MS)
  }
}

const LOOK_MS = 300

/** Whether nothing is under way any more. */
export function isSettled(standing: MarketStanding): boolean {
  const { unsynced, openOrders, openPayments, openRefunds } = standing
  return unsynced + openOrders + openPayments + openRefunds === 0
}

function countUnsynced(folder: string, marks: ReadonlyMap<string, number>): number {
  let unsynced = 0
  for (const edge of edgeFolders(folder)) {
    const certificate = readEdgeIdentity(edge)?.certificate
    if (certificate === undefined) continue
    using reader = openSqliteJournalReader(EDGE_FILES.journal(edge))
    const mark = marks.get(`${certificate.nodeId}/${certificate.epoch}`) ?? 0
    unsynced += Math.max(0, reader.head().sequence - mark)
  }
  return unsynced
}

function sumOpen(orders: Readonly<Record<string, number>>): number {
  return Object.entries(orders)
    .filter(([state]) => ORDER_IS_OPEN[state as OrderState])
    .reduce((sum, [, count]) => sum + count, 0)
}
