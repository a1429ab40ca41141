import { assert } from '@nightmarket/kernel'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

import pg from 'pg'

import { type BooksAddress, type BooksDatabase, openBooks } from '../database/books-database.ts'
import { emptyBooks } from './empty-books.ts'

/** One case that holds on both engines: its title opens with the ids of the rules it shows. */
export interface BooksCase {
  readonly title: string
  readonly run: (books: BooksDatabase, address: BooksAddress) => Promise<void>
}

/** Run the cases on SQLite, each on a new file. For `x.test.ts`. */
export function runOnSqlite(cases: readonly BooksCase[]): void {
  for (const { title, run } of cases) {
    test(`${title} (SQLite)`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'nightmarket-books-'))
      try {
        const address = { path: join(folder, 'books.sqlite') }
        await using books = await openBooks(address)
        await run(books, address)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    })
  }
}

/** Run the cases on PostgreSQL, in one new database, emptied before each. For `x.pg.test.ts`. */
export function runOnPostgres(cases: readonly BooksCase[]): void {
  const place = createDatabase()
  after(async () => (await place).drop())
  for (const { title, run } of cases) {
    test(`${title} (PostgreSQL)`, async () => {
      const { url } = await place
      await using books = await openBooks({ url })
      await emptyBooks(books)
      await run(books, { url })
    })
  }
}

/** A new, empty database beside the one that `NIGHTMARKET_TEST_POSTGRES_URL` names. */
export async function createDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = process.env['NIGHTMARKET_TEST_POSTGRES_URL']
  assert(server !== undefined, 'run `npm test`: it starts the PostgreSQL that these tests need')
  const name = `books_${crypto.randomUUID().replaceAll('-', '')}`
  const statement = async (text: string) => {
    const client = new pg.Client({ connectionString: server })
    await client.connect()
    try {
      await client.query(text)
    } finally {
      await client.end()
    }
  }
  await statement(`create database ${name}`)
  const url = new URL(server)
  url.pathname = name
  return { url: url.href, drop: () => statement(`drop database ${name} with (force)`) }
}
