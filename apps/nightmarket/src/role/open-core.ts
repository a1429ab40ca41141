import { randomBytes, randomUUID } from 'node:crypto'
import { dirname } from 'node:path'

import {
  chooseCurrency,
  createFeedBell,
  findMarket,
  foundMarket,
  openBooks,
  type BooksDatabase,
  type Core,
  type Market,
} from '@nightmarket/core'
import { isCurrency, type Currency } from '@nightmarket/kernel'

import { createVerifier, sha256 } from '../host/crypto.ts'
import { MARKET_FILES, type MarketFolder } from '../market/market-folder.ts'
import { ensureFolder } from '../market/secure-file.ts'
import { Problem } from '../problem.ts'
import { openProcessor, openVault, type ProcessorChoice } from './processor-choice.ts'

/** The currency of a market that nobody has chosen one for. */
export const CURRENCY_DEFAULT: Currency = 'EUR'

/** A market's books, opened for work. Close it when the work is done. */
export interface OpenCore extends AsyncDisposable {
  readonly core: Core
  readonly market: Market
}

/** What books are opened with. */
export interface OpenCoreOptions {
  readonly folder: MarketFolder
  /** PostgreSQL's address; `null` for the SQLite file in the folder. */
  readonly databaseUrl: string | null
  readonly processor: ProcessorChoice
  /** What a person chose; `null` leaves it as it is, and new books get the default. */
  readonly currency: string | null
}

/** Open the books of a market and bring them up to this version. Throws `Problem` and faults. */
export async function openCore(options: OpenCoreOptions): Promise<OpenCore> {
  const { folder, databaseUrl, processor } = options
  const path = MARKET_FILES.books(folder.path)
  if (databaseUrl === null) ensureFolder(dirname(path))
  await using opened = new AsyncDisposableStack()
  const books = opened.use(await openBooks(databaseUrl === null ? { path } : { url: databaseUrl }))
  const market = await claimBooks(books, options)
  const bell = opened.use(await createFeedBell(books))
  const core: Core = {
    books,
    nowMs: Date.now,
    newId: randomUUID,
    randomBytes: (count) => randomBytes(count),
    digest: sha256,
    marketKey: folder.marketKey,
    verify: createVerifier(),
    processor: openProcessor(processor),
    vault: openVault(processor),
    bell,
  }
  const parts = opened.move()
  return { core, market, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}

/** New books become this market's; books of another market are refused: its key is not here. */
async function claimBooks(books: BooksDatabase, options: OpenCoreOptions): Promise<Market> {
  const { publicKey } = options.folder.marketKey
  const currency = options.currency ?? CURRENCY_DEFAULT
  if (!isCurrency(currency)) throw unknownCurrency(currency)
  const wanted = { publicKey, currency, createdAtMs: Date.now() }
  const market = (await findMarket(books)) ?? (await foundMarket(books, wanted))
  if (market.publicKey === publicKey) {
    if (options.currency === null || market.currency === currency) return market
    if (await chooseCurrency(books, currency)) return { ...market, currency }
    throw new Problem({
      code: 'currency_fixed',
      title: `This market trades in ${market.currency}, not in ${currency}.`,
      wayOut: 'A market with products keeps its currency: start another with --data DIR.',
    })
  }
  throw new Problem({
    code: 'market_key_differs',
    title: `The books are of another market than the folder ${options.folder.path}.`,
    detail:
      `The books know the key ${market.publicKey};\n` +
      `${MARKET_FILES.key(options.folder.path)} is ${publicKey}.`,
    wayOut:
      'Copy market.key and admin.token from the folder that founded these books, ' +
      'or name another database.',
  })
}

function unknownCurrency(currency: string): Problem {
  return new Problem({
    code: 'currency_unknown',
    title: `"${currency}" is no currency.`,
    wayOut: 'Give an ISO 4217 code in capitals, such as EUR.',
  })
}
