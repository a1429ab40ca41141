import type { BooksDatabase } from '@nightmarket/core'
import { assert, isCurrency, type Currency } from '@nightmarket/kernel'

/** What became of the orders and their money, as the books have it in the end. Minor units. */
export interface MarketMoney {
  readonly currency: Currency
  readonly orders: number
  readonly rescue: RescueCounts
  /** Refunds that were made. */
  readonly refunds: number
  readonly refundedMinor: number
  readonly capturedMinor: number
  readonly feeMinor: number
  /** Fallback vouchers that were given to buyers. */
  readonly vouchers: number
  /** What reconciliation has found and nobody has ended. */
  readonly mismatches: number
}

/** Orders whose payment failed after they were accepted, and how they came out of it. */
export interface RescueCounts {
  /** Paid another way. */
  readonly paid: number
  /** Never paid: their units went on. */
  readonly released: number
  readonly open: number
}

type Reading = Parameters<Parameters<BooksDatabase['read']>[1]>[0]

/** Read what became of everything. */
export async function readMoney(books: BooksDatabase): Promise<MarketMoney> {
  return books.read('money', async (trx) => {
    const { currency } = await trx.selectFrom('market').select('currency').executeTakeFirstOrThrow()
    assert(isCurrency(currency), 'a market has a currency')
    const orders = await trx.selectFrom('sale_order').select(['order_id', 'state']).execute()
    return {
      currency,
      orders: orders.length,
      rescue: countRescue(orders, await readDeclined(trx)),
      ...(await readPayments(trx)),
      ...(await readRefunds(trx)),
      ...(await readCounts(trx)),
    }
  })
}

async function readDeclined(trx: Reading): Promise<ReadonlySet<string>> {
  const declined = trx.selectFrom('payment').select('order_id').where('state', '=', 'declined')
  const rows = await declined.distinct().execute()
  return new Set(rows.map((row) => row.order_id))
}

function countRescue(
  orders: readonly { readonly order_id: string; readonly state: string }[],
  declined: ReadonlySet<string>,
): RescueCounts {
  const counts = { paid: 0, released: 0, open: 0 }
  for (const { order_id: orderId, state } of orders) {
    if (!declined.has(orderId)) continue
    if (state === 'released') counts.released += 1
    else if (state === 'rescue') counts.open += 1
    else counts.paid += 1
  }
  return counts
}

async function readPayments(trx: Reading) {
  const { captured, fee } = await trx
    .selectFrom('payment')
    .select(({ fn }) => [
      fn.sum<number | null>('captured_minor').as('captured'),
      fn.sum<number | null>('fee_minor').as('fee'),
    ])
    .executeTakeFirstOrThrow()
  return { capturedMinor: Number(captured ?? 0), feeMinor: Number(fee ?? 0) }
}

async function readRefunds(trx: Reading) {
  const { count, minor } = await trx
    .selectFrom('refund')
    .select(({ fn }) => [
      fn.countAll<number>().as('count'),
      fn.sum<number | null>('amount_minor').as('minor'),
    ])
    .where('state', '=', 'succeeded')
    .executeTakeFirstOrThrow()
  return { refunds: Number(count), refundedMinor: Number(minor ?? 0) }
}

async function readCounts(trx: Reading) {
  const vouchers = await trx
    .selectFrom('voucher')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('order_id', 'is not', null)
    .executeTakeFirstOrThrow()
  const mismatches = await trx
    .selectFrom('mismatch')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('closed_at_ms', 'is', null)
    .executeTakeFirstOrThrow()
  return { vouchers: Number(vouchers.count), mismatches: Number(mismatches.count) }
}
