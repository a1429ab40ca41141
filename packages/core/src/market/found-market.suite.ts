import { deepEqual, equal } from 'node:assert/strict'

import { openBooks, type BooksDatabase } from '../database/books-database.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { chooseCurrency, findMarket, foundMarket } from './found-market.ts'

/** Whose books they are, on both engines. */
export const foundMarketCases: readonly BooksCase[] = [
  {
    title: '[FM1] the first to found a market gives the books their key, and everybody gets it',
    async run(books, address) {
      equal(await findMarket(books), null)
      await using other = await openBooks(address)
      const found = await Promise.all([
        foundMarket(books, marketOf('one')),
        foundMarket(other, marketOf('two')),
      ])
      deepEqual(found[0], found[1])
      deepEqual(await foundMarket(books, marketOf('three')), found[0])
    },
  },
  {
    title: '[FM2] a market changes its currency until it has products',
    async run(books) {
      await foundMarket(books, marketOf('one'))
      equal(await chooseCurrency(books, 'USD'), true)
      equal((await findMarket(books))?.currency, 'USD')
      await addProduct(books)
      equal(await chooseCurrency(books, 'EUR'), false)
      equal(await chooseCurrency(books, 'USD'), true)
      equal((await findMarket(books))?.currency, 'USD')
    },
  },
]

function marketOf(publicKey: string) {
  return { publicKey, currency: 'EUR', createdAtMs: 1 }
}

async function addProduct(books: BooksDatabase): Promise<void> {
  const row = { product_id: 'mug', position: 1, content: '{}', content_hash: '', updated_at_ms: 1 }
  await books.transact('add a product', (trx) => trx.insertInto('product').values(row).execute())
}
