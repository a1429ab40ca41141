import type { Currency } from '@nightmarket/kernel'

import type { BooksDatabase, BooksTransaction } from '../database/books-database.ts'

/** Whose books these are. */
export interface Market {
  readonly marketId: string
  /** Ed25519, raw 32 bytes as base64: what receipts and certificates are checked with. */
  readonly publicKey: string
  readonly currency: Currency
  readonly createdAtMs: number
}

/** The market of these books, or `null` while they are new. */
export async function findMarket(books: BooksDatabase): Promise<Market | null> {
  const row = await books.read('market', (trx) =>
    trx.selectFrom('market').selectAll().executeTakeFirst(),
  )
  if (row === undefined) return null
  return {
    marketId: row.market_id,
    publicKey: row.public_key,
    currency: row.currency,
    createdAtMs: row.created_at_ms,
  }
}

/**
 * Give new books their market.
 *
 * - [FM1] What is there already stays. Of two processes that found at once one wins, and both get
 *   its market: the caller compares the key with its own.
 */
export async function foundMarket(
  books: BooksDatabase,
  market: Omit<Market, 'marketId'>,
): Promise<Market> {
  await books.transact('found market', async (trx) => {
    const known = await trx.selectFrom('market').select('market_id').executeTakeFirst()
    if (known !== undefined) return
    await trx
      .insertInto('market')
      .values({
        market_id: MARKET_ID,
        public_key: market.publicKey,
        currency: market.currency,
        created_at_ms: market.createdAtMs,
      })
      .onConflict((conflict) => conflict.column('market_id').doNothing())
      .execute()
  })
  const found = await findMarket(books)
  if (found === null) throw new Error('a market that was just founded is there')
  return found
}

/** One market to a database: the row's name is always this. */
const MARKET_ID = 'market'

/**
 * Let a market trade in another currency; whether its currency is the wanted one now is returned.
 *
 * - [FM2] A market that has products keeps its currency: the prices in its books are in it.
 */
export async function chooseCurrency(books: BooksDatabase, currency: Currency): Promise<boolean> {
  return books.transact('choose currency', async (trx) => {
    if (await hasProducts(trx)) {
      const row = await trx.selectFrom('market').select('currency').executeTakeFirst()
      return row?.currency === currency
    }
    await trx.updateTable('market').set({ currency }).execute()
    return true
  })
}

async function hasProducts(trx: BooksTransaction): Promise<boolean> {
  const row = await trx.selectFrom('product').select('product_id').limit(1).executeTakeFirst()
  return row !== undefined
}
