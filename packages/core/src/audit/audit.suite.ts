import { deepEqual, equal, ok } from 'node:assert/strict'

import type { OrderId } from '@nightmarket/kernel'
import { sql } from 'kysely'

import { fulfilOrder, refundOrder } from '../order/order-action.ts'
import { countOrders, listOrders, readOrder } from '../order/order-view.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { MoneyMarket } from '../testing/money-market.ts'
import { auditBooks } from './audit-books.ts'
import type { AuditCheckId } from './audit-check.ts'

const HOUR = 3_600_000

/** A wallet that nobody has spent from, and that says otherwise. */
const WALLET_DAMAGE = `insert into wallet (wallet_id, node_id, epoch, sequence, pay_key, release_id,
    buyer_id, amount_minor, drawn_minor, currency, state, seen_at_ms, settle_by_ms)
  select 'w', node_id, 1, 1, pay_key, 'r', 'ann', 500, 100, 'EUR', 'open', 1, 1
    from payment order by pay_key limit 1`

/** One damage each: a statement that no code of ours makes, and what the audit says of it. */
const DAMAGES: readonly Damage[] = [
  {
    title: '[AU1]',
    id: 'stock_conserved',
    statement: 'update item set free = 3',
    says: /mug: .*accounted/,
  },
  {
    title: '[AU2]',
    id: 'units_oversold',
    statement: 'update item set on_hand = 1, free = 0',
    says: /mug: 2 sold of 1/,
  },
  {
    title: '[AU3]',
    id: 'journals_chained',
    statement: `update journal set text = '{}'`,
    says: /edge-1\/1: .*hash_mismatch/,
  },
  {
    title: '[AU3]',
    id: 'journals_chained',
    statement: `delete from journal where sequence = 2`,
    says: /entries_missing/,
  },
  {
    title: '[AU3]',
    id: 'journals_chained',
    statement: 'update node set checkpoint = null',
    says: /entries_uncovered/,
  },
  {
    title: '[AU4]',
    id: 'captured_once',
    statement: 'update payment set refunded_minor = 0',
    says: /c: 2 payments hold money/,
  },
  {
    title: '[AU5]',
    id: 'refunds_covered',
    statement: `update refund set amount_minor = 2000`,
    says: /refunds 2000 of 1000/,
  },
  {
    title: '[AU5]',
    id: 'refunds_covered',
    statement: 'update payment set disputed_at_ms = 1',
    says: /1 refunds after a dispute/,
  },
  {
    title: '[AU6]',
    id: 'ledger_balanced',
    statement: 'update posting set amount_minor = 1 where position = 0',
    says: /off by/,
  },
  {
    title: '[AU7]',
    id: 'postings_match',
    statement: `delete from posting where account = 'liability:party:coop'`,
    says: /booked 700/,
  },
  {
    title: '[AU9]',
    id: 'feeds_gapless',
    statement: 'delete from feed where position = 2',
    says: /edge-1: 3 items, 1 to 4 of 4/,
  },
  {
    title: '[AU10]',
    id: 'orders_kept',
    statement: `delete from sale_order where order_id = 'a'`,
    says: /a: accepted at edge-1\/1\/1/,
  },
  {
    title: '[AU10]',
    id: 'orders_kept',
    statement: 'update sale_order set total_minor = 1',
    says: /the books differ/,
  },
  {
    title: '[AU11]',
    id: 'prices_pinned',
    statement: `update release set content = '${JSON.stringify({ drops: [] })}'`,
    says: /no drop/,
  },
  {
    title: '[AU3]',
    id: 'journals_chained',
    statement: `update node set head_hash = 'other'`,
    says: /edge-1\/1: ends at 2, its mark says 2/,
  },
  {
    title: '[AU12]',
    id: 'wallets_add_up',
    statement: WALLET_DAMAGE,
    says: /w: drawn 100, spent 0/,
  },
  {
    title: '[AU12]',
    id: 'wallets_add_up',
    statement: WALLET_DAMAGE,
    says: /asset:wallet: drawn 100, booked 0/,
  },
]

interface Damage {
  readonly title: string
  readonly id: AuditCheckId
  readonly statement: string
  readonly says: RegExp
}

function damages(): readonly BooksCase[] {
  return DAMAGES.map(({ title, id, statement, says }) => ({
    title: `${title} ${id} names the damage of: ${statement}`,
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await furnish(market)
      if (id === 'captured_once') await market.payAgain('c', { method: 'cash', payKey: 'twice' })
      await market.runner.runDue()
      deepEqual(await found(market, id), [])
      await books.transact('damage', (trx) => sql.raw(statement).execute(trx))
      const texts = await found(market, id)
      ok(texts.some((text) => says.test(text)), JSON.stringify(texts))
    },
  }))
}

/** What holds for the audit on either engine: sound books pass, and each damage is named. */
export const auditSuite: readonly BooksCase[] = [
  {
    title: '[AU1, AU3, AU4, AU6, AU7, AU9, AU10] sound books pass, and say what was covered',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await furnish(market)
      const checks = await Array.fromAsync(auditBooks(market.core))
      deepEqual(checks.flatMap((check) => check.violations), [])
      const covered = Object.fromEntries(checks.map((check) => [check.id, check.covered]))
      deepEqual(covered['journals_chained'], { journals: 2, entries: 3, checkpoints: 2 })
      deepEqual(covered['orders_kept'], { orders: 3 })
      deepEqual(covered['units_oversold'], { items: 1, orders: 3, units: 2 })
      deepEqual(covered['feeds_gapless'], { nodes: 2, items: 6 })
      deepEqual(covered['postings_match'], { payments: 3 })
    },
  },
  ...damages(),
  {
    title: '[AU4] money that a dispute took back is not held: an order may be paid again',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await furnish(market)
      await market.payAgain('c', { method: 'cash', payKey: 'twice' })
      await market.runner.runDue()
      await books.transact('dispute', (trx) =>
        sql`update payment set refunded_minor = 0,
          disputed_minor = case when pay_key = 'twice' then captured_minor else 0 end
          where order_id = 'c'`.execute(trx),
      )
      deepEqual(await found(market, 'captured_once'), [])
    },
  },
  {
    title: '[AU8] an order that nobody has ended is late, and one in time is not',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.sell()
      deepEqual(await found(market, 'orders_end'), [])
      market.travel(2 * HOUR)
      deepEqual(await found(market, 'orders_end'), ['order-1: deferred, 60 minutes late'])
    },
  },
  {
    title: '[VO7, S7] orders are listed newest first, page by page, and counted by state',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await furnish(market)
      const first = await listOrders(market.core, {}, { limit: 2 })
      const last = first.at(-1)
      ok(last !== undefined)
      const rest = await listOrders(market.core, {}, { after: last, limit: 2 })
      deepEqual([...first, ...rest].map((order) => order.orderId), ['c', 'b', 'a'])
      const fulfilled = await listOrders(market.core, { states: ['fulfilled'] })
      deepEqual(fulfilled.map((order) => order.orderId), ['b'])
      deepEqual(await countOrders(market.core), [
        { state: 'captured', currency: 'EUR', orders: 1, totalMinor: 1_000 },
        { state: 'fulfilled', currency: 'EUR', orders: 1, totalMinor: 1_000 },
        { state: 'refunded', currency: 'EUR', orders: 1, totalMinor: 1_000 },
      ])
      const detail = await readOrder(market.core, 'c')
      equal(detail?.refunds.length, 1)
      equal(await readOrder(market.core, 'nobody'), null)
    },
  },
]

async function found(market: MoneyMarket, id: AuditCheckId): Promise<readonly string[]> {
  const checks = await Array.fromAsync(auditBooks(market.core))
  const check = checks.find((each) => each.id === id)
  ok(check !== undefined)
  equal(check.violations.length, check.violationCount)
  return check.violations.map(({ subject, problem }) => `${subject}: ${problem}`)
}

/** Three orders of a mug: one captured, one handed over, one refunded; with their journals. */
async function furnish(market: MoneyMarket): Promise<void> {
  const { books } = market.core
  const ids = ['a', 'b', 'c'] as const
  for (const orderId of ids) {
    await market.sell({ orderId, nodeId: orderId === 'b' ? 'edge-2' : 'edge-1' })
    market.travel(1)
  }
  await market.runner.runDue()
  await fulfilOrder(market.core, 'b' as OrderId)
  await refundOrder(market.core, 'c' as OrderId, { reason: 'broken' })
  await market.runner.runDue()
  await market.keepJournal('edge-1', [accepted(market, 'a'), accepted(market, 'c')])
  await market.keepJournal('edge-2', [accepted(market, 'b')])
  await books.transact('stock', async (trx) => {
    const item = { item_id: 'mug', imported: 9, on_hand: 9, free: 4 }
    await trx.insertInto('item').values(item).execute()
    const lease = { lease_id: 'l', node_id: 'edge-1', epoch: 1, drop_id: 'drop', item_id: 'mug' }
    const at = { sell_until_ms: 0, granted_at_ms: 0, queried_at_ms: null, state: 'open' }
    await trx.insertInto('lease').values({ ...lease, ...at, granted: 5, sold: 2 }).execute()
    const allocations = JSON.stringify([{ leaseId: 'l', itemId: 'mug', quantity: 1 }])
    await trx.updateTable('sale_order').set({ allocations }).execute()
    // The node has heard of the refund: its unit is in the lease again.
    const heard = { holds_units: 0 }
    await trx.updateTable('sale_order').set(heard).where('order_id', '=', 'c').execute()
    for (const [place, orderId] of [[1, 'a'], [2, 'c'], [1, 'b']] as const) {
      await trx
        .updateTable('sale_order')
        .set({ sequence: place })
        .where('order_id', '=', orderId)
        .execute()
    }
  })
}

function accepted(market: MoneyMarket, orderId: string) {
  const pin = { releaseId: market.releaseId, releaseNumber: 1, offerId: null, offerHash: null }
  const lines = [{ variantId: 'mug', quantity: 1, unitPriceMinor: 1_000 }]
  const body = { orderId, dropId: 'drop', lines, totalMinor: 1_000, currency: 'EUR', pin }
  return { type: 'order.accepted', body }
}
