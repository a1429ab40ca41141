import { MARKET_FILES } from '../../../apps/nightmarket/src/market/market-folder.ts'
import { openBooksToRead } from '../../../apps/nightmarket/src/rush/market-progress.ts'
import { openChromium, type Profile } from '../../../scripts/browser-lab.ts'
import type { TillMarket } from '../../e2e/till/till-market.ts'
import { openTill, signIn } from '../../e2e/till/till-page.ts'

/**
 * Let a till sync to its end, and hold the books against what was sold: each sale is there once and
 * paid, and nothing in journals, receipts, stock and money is off.
 */
export async function findUnbooked(
  market: TillMarket,
  profile: Pick<Profile, 'path'>,
  sold: ReadonlySet<string>,
): Promise<readonly string[]> {
  {
    await using browser = await openChromium(profile)
    const page = await openTill(browser, `${market.edgeUrl}/till/`)
    await signIn(page, market.steward)
    await page.locator('[data-unsynced="0"]').waitFor()
  }
  const states = await statesInBooks(market)
  const findings = [...sold].flatMap((orderId) => {
    const state = states.get(orderId) ?? 'missing'
    return state === 'captured' ? [] : [`${orderId} is ${state} in the books`]
  })
  const { violations } = await market.market.ask<Verified>('verify')
  return [...findings, ...violations.map((violation) => JSON.stringify(violation))]
}

interface Verified {
  readonly violations: readonly unknown[]
}

async function statesInBooks({ market }: TillMarket): Promise<ReadonlyMap<string, string>> {
  await using books = openBooksToRead({ path: MARKET_FILES.books(market.folder) })
  const rows = await books.read('orders', (trx) =>
    trx.selectFrom('sale_order').select(['order_id', 'state']).execute(),
  )
  return new Map(rows.map((row) => [row.order_id, row.state]))
}
