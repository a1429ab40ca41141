import type { HeldReceipt } from '../verify/held-receipt.ts'
import { unsoldUnits } from '../verify/units-everywhere.ts'
import { verifyMarket, type VerifyReport } from '../verify/verify-market.ts'
import { readMoney, type MarketMoney } from './market-money.ts'
import {
  isSettled,
  openBooksToRead,
  waitForSettlement,
  type MarketStanding,
} from './market-progress.ts'
import type { OwnMarket } from './own-market.ts'
import type { Tally } from './tally.ts'

/** How a market stands once everybody has gone home. */
export interface Conclusion {
  readonly standing: MarketStanding
  readonly isSettled: boolean
  readonly money: MarketMoney
  readonly verify: VerifyReport
  /** Units that buyers have in the end: of orders that were neither passed on nor refunded. */
  readonly unitsWithBuyers: number
  /** Units that nobody bought although somebody was told that nothing is left. */
  readonly unitsStranded: number
}

/** Wait for the last payments, then hold every receipt against every journal and the books. */
export async function concludeMarket(
  market: Pick<OwnMarket, 'folder' | 'books' | 'publicKey'>,
  tally: Tally,
  { waitMs, stopped, say }: {
    readonly waitMs: number
    readonly stopped: AbortSignal
    readonly say: (text: string) => void
  },
): Promise<Conclusion> {
  await using books = openBooksToRead(market.books)
  const { folder } = market
  const onStanding = (standing: MarketStanding) => say(describeStanding(standing))
  const standing = await waitForSettlement({ folder, books, waitMs, stopped, onStanding })
  const money = await readMoney(books)
  const verify = await verifyMarket({
    folder,
    marketPublicKey: market.publicKey,
    books: market.books,
    receiptsMax: Infinity,
    held: tally.promises.accepted satisfies Iterable<HeldReceipt>,
    onProgress: say,
  })
  const unitsStranded = countStranded(tally, verify)
  const unitsWithBuyers = countWithBuyers(verify)
  return { standing, isSettled: isSettled(standing), money, verify, unitsWithBuyers, unitsStranded }
}

/** How a market stands, in a line. */
export function describeStanding(standing: MarketStanding): string {
  const { unsynced, openOrders, openPayments, openRefunds } = standing
  return (
    `Settling: ${unsynced} entries on their way to the core, ${openOrders} open orders, ` +
    `${openPayments} payments and ${openRefunds} refunds under way`
  )
}

function countWithBuyers({ checks }: VerifyReport): number {
  return checks.find(({ id }) => id === 'units_everywhere')?.covered['units'] ?? 0
}

/** A variant that is no bundle is its own item; what a bundle lacks is counted at its parts. */
function countStranded({ soldOutPools }: Tally, { copy, journals }: VerifyReport): number {
  if (copy === null) return 0
  return [...soldOutPools].reduce((sum, pool) => sum + unsoldUnits(pool, journals, copy), 0)
}
