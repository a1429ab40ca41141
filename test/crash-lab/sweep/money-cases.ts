import type { OrderId, PayKey, RefundId } from '@nightmarket/kernel'

import {
  auditBooks,
  closeDispute,
  fulfilOrder,
  giveVoucher,
  honourOrder,
  payOutCash,
  refundOrder,
  releaseOrder,
  runReconciliation,
  voidOrder,
  type BooksDatabase,
} from '../../../packages/core/src/index.ts'
import { MoneyMarket } from '../../../packages/core/src/testing/money-market.ts'
import type { CoreBench, CoreCase } from './core-sweep.ts'

const ORDER = 'o1' as OrderId
const MINUTE = 60_000

/** Orders, payments and refunds against the real sandbox, which never fails here. */
export const MONEY_BENCH: CoreBench<MoneyMarket> = {
  open: (books: BooksDatabase) => MoneyMarket.open(books),
  async settle(market) {
    for (let rounds = 0; rounds < 3; rounds += 1) {
      market.travel(2 * MINUTE)
      await market.runner.runDue()
    }
  },
  describe,
  async audit({ core }) {
    const found: string[] = []
    for await (const { id, violations } of auditBooks(core)) {
      if (HAS_NO_JOURNAL.has(id)) continue
      found.push(...violations.map(({ subject, problem }) => `${id}: ${subject}: ${problem}`))
    }
    return found
  },
  close: (market) => market[Symbol.asyncDispose](),
}

/** Nodes are only rows in this market, and so are their leases. */
const HAS_NO_JOURNAL: ReadonlySet<string> = new Set(['journals_chained', 'orders_kept'])

const sold = async (market: MoneyMarket) => void (await market.sell({ orderId: ORDER }))
const paid = async (market: MoneyMarket) => {
  await sold(market)
  await market.runner.runDue()
}
const declined = async (market: MoneyMarket) => {
  await market.sell({ orderId: ORDER, reference: 'pm_card_visa_chargeDeclined' })
  await market.runner.runDue()
}

/** What people and the core itself do with money. */
export const MONEY_CASES: readonly CoreCase<MoneyMarket>[] = [
  { name: 'pay an order', prepare: sold, act: ({ runner }) => runner.runDue() },
  {
    name: 'pay two orders at once',
    async prepare(market) {
      await sold(market)
      await market.sell({ orderId: 'o2' })
    },
    act: ({ runner }) => runner.runDue(),
  },
  {
    name: 'hear that a card declines',
    prepare: async (market) =>
      void (await market.sell({ orderId: ORDER, reference: 'pm_card_visa_chargeDeclined' })),
    act: ({ runner }) => runner.runDue(),
  },
  {
    name: 'pay an order in rescue another way',
    prepare: declined,
    async act(market) {
      const known = await market.core.books.read('known', (trx) =>
        trx.selectFrom('payment').select('pay_key').where('pay_key', '=', 'again').execute(),
      )
      if (known.length === 0) await market.payAgain(ORDER, { payKey: 'again' })
      await market.runner.runDue()
    },
  },
  {
    name: 'end a rescue whose time is up',
    async prepare(market) {
      await declined(market)
      market.travel(11 * MINUTE)
    },
    act: ({ runner }) => runner.runDue(),
  },
  { name: 'release an order', prepare: declined, act: ({ core }) => releaseOrder(core, ORDER) },
  {
    name: 'refund an order',
    prepare: paid,
    async act({ core, runner }) {
      await refundOrder(core, ORDER, { reason: 'broken' })
      await runner.runDue()
    },
  },
  {
    name: 'refund a part',
    prepare: paid,
    act: ({ core }) =>
      refundOrder(core, ORDER, { amountMinor: 300, reason: 'a scratch', requestId: 'refund-1' }),
  },
  {
    name: 'refund what a dispute began on',
    async prepare(market) {
      await paid(market)
      await refundOrder(market.core, ORDER, { reason: 'broken' })
      await market.dispute((await market.payment(`pay-${ORDER}`)).charge_id ?? '')
    },
    act: ({ runner }) => runner.runDue(),
  },
  {
    name: 'pay cash out',
    async prepare(market) {
      await market.sell({ orderId: ORDER, method: 'cash' })
      await refundOrder(market.core, ORDER, { reason: 'broken' })
    },
    act: ({ core }) => payOutCash(core, `rf:pay-${ORDER}:1` as RefundId),
  },
  {
    name: 'book a dispute that was lost',
    async prepare(market) {
      await paid(market)
      await market.dispute((await market.payment(`pay-${ORDER}`)).charge_id ?? '')
      await market.deliver()
    },
    act: ({ core }) => closeDispute(core, `pay-${ORDER}` as PayKey, 'lost'),
  },
  {
    name: 'void an order',
    prepare: sold,
    async act({ core, runner }) {
      await voidOrder(core, ORDER, 'a test')
      await runner.runDue()
    },
  },
  { name: 'fulfil an order', prepare: paid, act: ({ core }) => fulfilOrder(core, ORDER) },
  {
    name: 'honour a contested order',
    prepare: async (market) =>
      void (await market.sell({ orderId: ORDER, isContested: true, state: 'rescue' })),
    async act({ core, runner }) {
      await honourOrder(core, ORDER)
      await runner.runDue()
    },
  },
  { name: 'give a voucher', prepare: declined, act: ({ core }) => giveVoucher(core, ORDER, 500) },
  { name: 'hear a webhook', prepare: paid, act: (market) => market.deliver() },
  {
    name: 'reconcile a charge that no order explains',
    async prepare(market) {
      await market.hold({ orderId: ORDER })
      await market.runner.runDue()
      market.travel(61 * MINUTE)
    },
    act: ({ core }) => runReconciliation(core),
  },
]

async function describe(market: MoneyMarket): Promise<readonly string[]> {
  const { books } = market.core
  const orders = await books.read('orders', (trx) =>
    trx.selectFrom('sale_order').select(['order_id', 'state', 'is_contested']).execute(),
  )
  const payments = await books.read('payments', (trx) =>
    trx
      .selectFrom('payment')
      .select(['pay_key', 'state', 'captured_minor', 'refunded_minor', 'disputed_minor'])
      .execute(),
  )
  const vouchers = await books.read('vouchers', (trx) =>
    trx.selectFrom('voucher').select(['amount_minor', 'remaining_minor']).execute(),
  )
  // A processor that is slow for once leaves an outcome unknown for a moment, and nothing else.
  const told = (await market.told()).filter((word) => !word.startsWith('unknown '))
  const refunds = await market.refunds()
  const mismatches = await market.mismatches()
  return [
    ...orders.map((row) => `order ${Object.values(row).join(' ')}`),
    ...payments.map((row) => `payment ${Object.values(row).join(' ')}`),
    ...refunds.map((row, place) => `refund ${place} ${row.state} ${row.amount_minor}`),
    ...vouchers.map((row) => `voucher ${Object.values(row).join(' ')}`),
    ...mismatches.map(({ kind }) => `mismatch ${kind}`),
    `balances ${JSON.stringify(await market.balances())}`,
    ...told.map((word) => `told ${word}`),
  ]
}
