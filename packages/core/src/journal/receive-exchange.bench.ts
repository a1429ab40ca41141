/**
 * How many entries a second the core applies: a child's journal of orders, in full exchanges, with
 * hashing, signature, effects, payments and a durable commit. `node receive-exchange.bench.ts`
 * measures SQLite, and PostgreSQL too where `NIGHTMARKET_TEST_POSTGRES_URL` names a server.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { releaseOfEvening, TERMS } from '@nightmarket/kernel/testing'
import { EXCHANGE_ENTRIES_MAX } from '@nightmarket/sync'

import { type BooksDatabase, openBooks } from '../database/books-database.ts'
import { createDatabase } from '../testing/books-suites.ts'
import { FieldMarket } from '../testing/field-market.ts'
import { receiveExchange } from './receive-exchange.ts'

/** One engine's result. */
export interface ReceiveResult {
  readonly engine: string
  readonly entries: number
  readonly entriesPerSecond: number
}

/** Fill a journal with orders and time how fast the books take it. */
export async function measureReceive(
  books: BooksDatabase,
  orders: number,
): Promise<ReceiveResult> {
  const unlimited = { ...TERMS.deferred, ordersMax: 1e9, sumMinorMax: 1e12, buyerOrdersMax: 1e9 }
  const release = releaseOfEvening({ terms: { deferred: unlimited } })
  const market = await FieldMarket.open(books, { mugs: orders * 2, release })
  const edge = await market.enrol('edge')
  await edge.sync()
  const first = edge.entries.length
  for (let index = 0; index < orders; index++) edge.buy(`order-${index}`)
  const entries = edge.entries.slice(first)
  const requests = []
  let previousHash = edge.entries[first - 1]?.hash ?? ''
  for (let start = 0; start < entries.length; start += EXCHANGE_ENTRIES_MAX) {
    const page = entries.slice(start, start + EXCHANGE_ENTRIES_MAX)
    const last = page.at(-1)
    if (last === undefined) break
    const checkpoint = edge.checkpointAt(last.sequence)
    requests.push(edge.request({ entries: page, previousHash, checkpoint, demand: [] }))
    previousHash = last.hash
  }
  const startedMs = performance.now()
  for (const request of requests) {
    const answer = await receiveExchange(market.core, request)
    if (answer.status !== 'ack') throw new Error(`not taken: ${JSON.stringify(answer)}`)
  }
  const elapsedMs = performance.now() - startedMs
  const complaints = await market.complaints()
  if (complaints.length > 0) throw new Error(`poisoned: ${complaints[0]}`)
  const entriesPerSecond = Math.round((entries.length * 1_000) / elapsedMs)
  return { engine: books.engine, entries: entries.length, entriesPerSecond }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { orders: { type: 'string', default: '20000' } } })
  const orders = Number(values.orders)
  const folder = await mkdtemp(join(tmpdir(), 'nightmarket-bench-'))
  try {
    await using books = await openBooks({ path: join(folder, 'books.sqlite') })
    print(await measureReceive(books, orders))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  if (process.env['NIGHTMARKET_TEST_POSTGRES_URL'] === undefined) return
  const database = await createDatabase()
  try {
    await using books = await openBooks({ url: database.url })
    print(await measureReceive(books, orders))
  } finally {
    await database.drop()
  }
}

function print({ engine, entries, entriesPerSecond }: ReceiveResult): void {
  console.log(`${engine}: ${entriesPerSecond} entries/s over ${entries} entries`)
}

if (import.meta.main) await main()
