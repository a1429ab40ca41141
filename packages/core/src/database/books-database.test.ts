import { deepEqual, equal, rejects } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'

import { Kysely, sql } from 'kysely'

import { runOnSqlite } from '../testing/books-suites.ts'
import { booksDatabaseSuite } from './books-database.suite.ts'
import { openBooks } from './books-database.ts'
import { NodeSqliteDialect } from './sqlite-dialect.ts'

runOnSqlite(booksDatabaseSuite)

test('[DB3] a full disk is disk_full, nothing was written, and reading goes on', async () => {
  await using books = await openBooks({ path: ':memory:' })
  await books.read('cap', (trx) => sql`pragma max_page_count = 80`.execute(trx))
  const item = { imported: 1, on_hand: 1, free: 1 }
  const flooding = books.transact('flood', async (trx) => {
    for (let index = 0; index < 20_000; index++) {
      await trx.insertInto('item').values({ ...item, item_id: `item-${index}` }).execute()
    }
  })
  await rejects(flooding, { code: 'disk_full' })
  const rows = await books.read('look', (trx) => trx.selectFrom('item').selectAll().execute())
  equal(rows.length, 0)
})

test('[DB9] a transaction that was left open does not keep the next from beginning', async () => {
  using database = new DatabaseSync(':memory:')
  const kysely = new Kysely<{ cup: { id: number } }>({ dialect: new NodeSqliteDialect(database) })
  await sql`create table cup (id integer)`.execute(kysely)
  database.exec('begin; insert into cup values (1)')
  await kysely.transaction().execute((trx) => trx.insertInto('cup').values({ id: 2 }).execute())
  deepEqual(database.prepare('select id from cup').all().map(({ id }) => id), [2])
})

test('[DB3] a file that is no database, or cannot be made, is unreachable', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nightmarket-books-'))
  try {
    const path = join(folder, 'books.sqlite')
    await writeFile(path, 'This is a shopping list, and a rather long one for a header.'.repeat(9))
    await rejects(openBooks({ path }), { code: 'unreachable', message: /books\.sqlite/ })
    const nowhere = join(folder, 'missing', 'books.sqlite')
    await rejects(openBooks({ path: nowhere }), { code: 'unreachable' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('[DB3] a server that is not there is unreachable, and the password stays unsaid', async () => {
  const url = 'postgres://market:secret@127.0.0.1:1/books'
  await rejects(openBooks({ url }), (error) => {
    equal(error instanceof Error && 'code' in error && error.code, 'unreachable')
    equal(String(error).includes('secret'), false)
    return true
  })
})
