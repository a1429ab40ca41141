import { existsSync } from 'node:fs'

import { BooksDatabase, findMarket, readMigrations } from '@nightmarket/core'

import {
  isMarket,
  MARKET_FILES,
  openKnownMarket,
  type MarketFolder,
} from '../market/market-folder.ts'
import { findRunning } from '../market/running.ts'
import { counted } from '../terminal/format.ts'
import { failed, sound, warning, type Check, type Finding } from './check.ts'

/** Whether the market's folder can be read by this version, and its books be reached. */
export function booksChecks(folder: string, databaseUrl: string | null): readonly Check[] {
  return [
    { name: 'Market', run: async () => checkFolder(folder) },
    { name: 'Books', run: () => checkBooks(folder, databaseUrl) },
  ]
}

function checkFolder(folder: string): Finding {
  if (!isMarket(folder)) return sound(`none in ${folder} yet`)
  const running = findRunning(folder)
  return sound(running === null ? 'not running' : `runs as process ${running.pid}`)
}

async function checkBooks(folder: string, databaseUrl: string | null): Promise<Finding> {
  if (!isMarket(folder)) return databaseUrl === null ? sound('none yet') : checkReach(databaseUrl)
  const market = openKnownMarket(folder, databaseUrl === null ? 'sqlite' : 'postgres')
  const path = MARKET_FILES.books(market.path)
  if (databaseUrl === null && !existsSync(path)) return sound('not begun yet')
  await using books = new BooksDatabase(databaseUrl === null ? { path } : { url: databaseUrl })
  const flaw = await findFlaw(books, market)
  return flaw ?? sound(`reached, ${counted(readMigrations().length, 'migration')}, of this market`)
}

/** A database that no market of this folder has been in yet: whether somebody answers. */
async function checkReach(url: string): Promise<Finding> {
  await using books = new BooksDatabase({ url })
  await books.read('reach', async () => null)
  return sound('PostgreSQL answers; nothing is in it yet')
}

async function findFlaw(books: BooksDatabase, market: MarketFolder): Promise<Finding | null> {
  const applied = await books.read('migrations', (trx) =>
    trx.selectFrom('migration').selectAll().orderBy('number').execute(),
  )
  const known = new Map(readMigrations().map((migration) => [migration.number, migration]))
  for (const { number, name, checksum, version } of applied) {
    const migration = known.get(number)
    const label = `migration ${number} (${name})`
    if (migration === undefined) {
      return failed(`${label} is of version ${version}, which is newer`, `Use version ${version}.`)
    }
    if (migration.checksum !== checksum) {
      const wayOut = `Use version ${version}, which applied it, or the unchanged file.`
      return failed(`the file of ${label} is not the one that was applied`, wayOut)
    }
  }
  const founded = await findMarket(books)
  if (founded !== null && founded.publicKey !== market.marketKey.publicKey) {
    return failed(
      'they are of another market’s key',
      'Restore market.key, or name the right folder.',
    )
  }
  const missing = known.size - applied.length
  if (missing === 0) return null
  return warning(`${counted(missing, 'migration')} to apply`, 'The next nightmarket up applies it.')
}
