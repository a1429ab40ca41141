import { deepEqual, equal, match, rejects } from 'node:assert/strict'

import { sql } from 'kysely'
import pg from 'pg'

import type { BooksCase } from '../testing/books-suites.ts'
import { type BooksDatabase, type BooksTransaction, openBooks } from './books-database.ts'
import { BooksFault } from './books-fault.ts'
import { insertRows } from './insert-rows.ts'

const ITEM = { item_id: 'mug', imported: 100, on_hand: 100, free: 100 }

/** What holds for the books' database on either engine. */
export const booksDatabaseSuite: readonly BooksCase[] = [
  {
    title: '[DB1] two writers at once end as if one had come after the other',
    async run(books, address) {
      await using other = await openBooks(address)
      await books.transact('stock', (trx) => insertRows(trx, 'item', [ITEM]))
      const writers = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? books : other).transact('take', takeOneByReading),
      )
      await Promise.all(writers)
      equal(await freeOf(books), 80)
    },
  },
  {
    title: '[DB2] what a transaction throws rolls it back, is thrown on, and nothing follows',
    async run(books) {
      let followed = 0
      const failing = books.transact('fail', async (trx) => {
        trx.afterCommit(() => void followed++)
        await insertRows(trx, 'item', [ITEM])
        throw new RangeError('no')
      })
      await rejects(failing, RangeError)
      equal(followed, 0)
      equal(await books.read('count', countItems), 0)
    },
  },
  {
    title: '[DB2] what follows a commit follows once, however often the work was run',
    async run(books) {
      let [runs, followed] = [0, 0]
      await books.transact('again', async (trx) => {
        trx.afterCommit(() => void followed++)
        if (++runs < 3) throw contention(books)
      })
      deepEqual({ runs, followed }, { runs: 3, followed: 1 })
    },
  },
  {
    title: '[DB3] a fault has a code, names the work and keeps the cause',
    async run(books) {
      const failing = books.transact('break the books', (trx) => sql`select * from no`.execute(trx))
      await rejects(failing, (error) => {
        equal(error instanceof BooksFault && error.code, 'failed')
        match(String(error), /break the books/)
        return true
      })
    },
  },
  {
    title: '[DB4] a reader sees one state of the books while a writer changes them',
    async run(books, address) {
      await using other = await openBooks(address)
      await books.transact('stock', (trx) => insertRows(trx, 'item', [ITEM]))
      await books.read('look twice', async (trx) => {
        const before = await trx.selectFrom('item').select('free').executeTakeFirstOrThrow()
        await other.transact('take', takeOneByReading)
        const after = await trx.selectFrom('item').select('free').executeTakeFirstOrThrow()
        deepEqual(after, before)
      })
      equal(await freeOf(books), 99)
    },
  },
  {
    title: '[DB5] processes that start at once migrate once, and again changes nothing',
    async run(books, address) {
      const tables = await tablesOf(books)
      await books.transact('forget', async (trx) => {
        for (const table of tables) await sql.raw(dropText(books, table)).execute(trx)
      })
      const starting = Array.from({ length: 4 }, () => openBooks(address))
      for (const opened of await Promise.all(starting)) await opened[Symbol.asyncDispose]()
      await books.migrate()
      const applied = await books.read('applied', (trx) =>
        trx.selectFrom('migration').select('number').orderBy('number').execute(),
      )
      deepEqual(applied.map((row) => row.number), applied.map((_, index) => index + 1))
    },
  },
  {
    title: '[DB6] books of a later version are refused with the version that they need',
    async run(books, address) {
      const row = { number: 999, name: 'later', checksum: '', version: '7.1.0', applied_at_ms: 1 }
      await books.transact('later', (trx) => insertRows(trx, 'migration', [row]))
      try {
        await rejects(openBooks(address), { code: 'too_new', message: /Start version 7\.1\.0/ })
      } finally {
        await books.transact('now', (trx) =>
          trx.deleteFrom('migration').where('number', '=', 999).execute(),
        )
      }
    },
  },
  {
    title: '[DB7] a whole number is a number, up to the largest safe one, in sums too',
    async run(books) {
      const on_hand = Number.MAX_SAFE_INTEGER
      await books.transact('much', (trx) => insertRows(trx, 'item', [{ ...ITEM, on_hand }]))
      const row = await books.read('sum', (trx) =>
        trx
          .selectFrom('item')
          .select((item) => ['on_hand', item.fn.sum('on_hand').as('sum')])
          .groupBy('on_hand')
          .executeTakeFirstOrThrow(),
      )
      deepEqual({ ...row }, { on_hand, sum: on_hand })
    },
  },
  {
    title: '[DB8] many rows arrive whole and in order, whatever their number',
    async run(books) {
      const rows = Array.from({ length: 151 }, (_, index) => ({ ...ITEM, item_id: `i${index}` }))
      await books.transact('many', (trx) => insertRows(trx, 'item', rows))
      const found = await books.read('all', (trx) => trx.selectFrom('item').selectAll().execute())
      const byId = new Map(found.map((row) => [row.item_id, { ...row }]))
      deepEqual(rows.map((row) => byId.get(row.item_id)), rows)
    },
  },
]

async function takeOneByReading(trx: BooksTransaction): Promise<void> {
  const { free } = await trx.selectFrom('item').select('free').executeTakeFirstOrThrow()
  await trx.updateTable('item').set({ free: free - 1 }).execute()
}

async function freeOf(books: BooksDatabase): Promise<number> {
  const row = await books.read('free', (trx) =>
    trx.selectFrom('item').select('free').executeTakeFirstOrThrow(),
  )
  return row.free
}

async function countItems(trx: Parameters<Parameters<BooksDatabase['read']>[1]>[0]) {
  return (await trx.selectFrom('item').select('item_id').execute()).length
}

/** The error that the engine's own driver throws when two transactions cannot both be. */
function contention(books: BooksDatabase): Error {
  return books.engine === 'sqlite'
    ? Object.assign(new Error('database is locked'), { code: 'ERR_SQLITE_ERROR', errcode: 517 })
    : Object.assign(new pg.DatabaseError('could not serialize', 9, 'error'), { code: '40001' })
}

async function tablesOf(books: BooksDatabase): Promise<readonly string[]> {
  const postgres = `select tablename as name from pg_tables where schemaname = 'public'`
  const sqlite = `select name from sqlite_master where type = 'table' order by rowid desc`
  const rows = await books.pool?.query<{ name: string }>(postgres)
  if (rows !== undefined) return rows.rows.map(({ name }) => name)
  return books.read('tables', async (trx) => {
    const found = await sql.raw<{ name: string }>(sqlite).execute(trx)
    return found.rows.map(({ name }) => name)
  })
}

function dropText(books: BooksDatabase, table: string): string {
  return `drop table ${table}${books.engine === 'postgres' ? ' cascade' : ''}`
}
