import { deepEqual, equal } from 'node:assert/strict'

import type { HoldId, OrderId, PayKey } from '@nightmarket/kernel'
import { EVENING, releaseOfEvening, TERMS } from '@nightmarket/kernel/testing'

import { appendFeed } from '../feed/append-feed.ts'
import { writeOff } from '../stock/write-off.ts'
import { auditJournals } from '../audit/audit-journals.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket } from '../testing/field-market.ts'
import { paymentOf } from '../testing/field-node.ts'

/** What the core makes of a journal's sales, honest and forged, on either engine. */
export const foldEntrySuite: readonly BooksCase[] = [
  {
    title: '[S2, S5] a sale from units of another node goes to rescue, uncharged and in sight',
    async run(books) {
      const market = await FieldMarket.open(books)
      const [thief, victim] = [await market.enrol('thief'), await market.enrol('victim')]
      await thief.sync()
      await victim.sync()
      thief.buy('o1')
      const [theirs] = await market.leaseIds(victim)
      const allocations = [{ leaseId: theirs, itemId: EVENING.mugItem, quantity: 1 }]
      const order = thief.lastBody('order.accepted')
      const payment = { ...paymentOf('o2'), amountMinor: 1_250 }
      thief.forge('order.accepted', { ...order, orderId: 'o2', allocations, payment })
      await thief.exchange()
      const row = await market.order('o2')
      deepEqual([row.state, row.is_contested, row.holds_units], ['rescue', 1, 0])
      const known = (await market.rows('payment')).find((one) => one.order_id === 'o2')
      equal(known?.next_at_ms, null)
      deepEqual(await market.complaints(), ['poisoned_entry: lease_foreign'])
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[S2, I2] more units than a lease has are refused; those before them are not',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 5 })
      const edge = await market.enrol('edge')
      await edge.sync()
      equal(edge.unsold(), 4)
      for (const id of ['o1', 'o2', 'o3', 'o4']) edge.buy(id)
      const order = edge.lastBody('order.accepted')
      const payment = { ...paymentOf('o5'), amountMinor: 1_250 }
      edge.forge('order.accepted', { ...order, orderId: 'o5', payment })
      await edge.exchange()
      equal((await market.order('o4')).is_contested, 0)
      equal((await market.order('o5')).is_contested, 1)
      deepEqual(await market.complaints(), ['poisoned_entry: lease_overdrawn'])
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[I22, S2] a price that the pin never had goes to rescue and charges nothing',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('cheap', { unitPriceMinor: 1 })
      edge.buy('dear', { unitPriceMinor: 9_999 })
      await edge.exchange()
      for (const id of ['cheap', 'dear']) {
        const row = await market.order(id)
        deepEqual([row.state, row.is_contested, row.holds_units], ['rescue', 1, 1])
      }
      const payments = await market.rows('payment')
      deepEqual(payments.map((row) => row.next_at_ms), [null, null])
      equal((await market.complaints())[0], 'poisoned_entry: price_not_pinned')
      deepEqual(await market.violations(), [])
      await edge.sync()
      equal(edge.state.orders.get('dear' as OrderId)?.state, 'rescue')
    },
  },
  {
    title: '[S2] sums, items and releases that do not fit are named, each by its reason',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('good')
      const order = edge.lastBody('order.accepted')
      const pin = order['pin'] as object
      const twist = (orderId: string, change: object) => {
        const payment = { ...paymentOf(orderId), amountMinor: 1_250 }
        edge.forge('order.accepted', { ...order, orderId, payment, ...change })
      }
      twist('sum', { totalMinor: 1_000 })
      twist('unknown', { pin: { ...pin, releaseId: 'r404' } })
      twist('number', { pin: { ...pin, releaseNumber: 7 } })
      twist('offer', { pin: { ...pin, offerId: 'half-off', offerHash: 'ab'.repeat(32) } })
      twist('money', { currency: 'USD' })
      const lines = [{ variantId: 'mug', quantity: 2, unitPriceMinor: 1_250 }]
      twist('more', { lines, totalMinor: 2_500 })
      twist('good', {})
      await edge.exchange()
      const reasons = (await market.complaints()).map((text) => text.split(': ')[1])
      deepEqual(reasons, [
        'currency_wrong',
        'offer_unknown',
        'order_id_reused',
        'release_unknown',
        'release_unknown',
        'total_wrong',
        'units_not_of_lines',
      ])
      equal((await market.order('good')).is_contested, 0)
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[JR7, O1, AU10] a tap that went to two nodes is one order; the second is void at once',
    async run(books) {
      const market = await FieldMarket.open(books)
      const [first, second] = [await market.enrol('first'), await market.enrol('second')]
      await first.sync()
      await second.sync()
      first.buy('tap')
      second.buy('tap')
      await first.sync()
      await second.sync()
      equal(second.state.orders.get('tap' as OrderId)?.state, 'voided')
      equal(second.state.deferred.acceptedAtMs.size, 0)
      equal((await market.order('tap')).node_id, first.nodeId)
      deepEqual(await market.complaints(), [])
      deepEqual(await market.violations(), [])
      const audits = await auditJournals(market.core)
      deepEqual(audits.flatMap(({ violations }) => violations), [])
    },
  },
  {
    title: '[JR7] a stranger who guesses an order id gets a decline, and a person hears of it',
    async run(books) {
      const { deferred } = releaseOfEvening().terms
      const terms = { deferred: { ...deferred, buyerOrdersMax: 1 } }
      const market = await FieldMarket.open(books, { release: releaseOfEvening({ terms }) })
      const [first, second] = [await market.enrol('first'), await market.enrol('second')]
      await first.sync()
      await second.sync()
      first.buy('mine')
      await first.sync()
      second.buy('other', { buyerId: 'stranger' })
      equal(second.buy('mine', { buyerId: 'stranger', payKey: 'guess' }).status, 'paying')
      await second.sync()
      equal(second.state.holds.get('mine~pay' as HoldId)?.end, 'declined')
      equal((await market.order('mine')).state, 'deferred')
      deepEqual(await market.complaints(), ['poisoned_entry: order_id_reused'])
    },
  },
  {
    title: '[S2, JR7] a key that another node holds money under pays no order here, and is let go',
    async run(books) {
      const { deferred } = releaseOfEvening().terms
      const terms = { deferred: { ...deferred, buyerOrdersMax: 1 } }
      const market = await FieldMarket.open(books, { release: releaseOfEvening({ terms }) })
      const [held, sold] = [await market.enrol('held'), await market.enrol('sold')]
      await held.sync()
      await sold.sync()
      held.buy('first', { buyerId: 'bob' })
      equal(held.buy('tap', { buyerId: 'bob' }).status, 'paying')
      equal(sold.buy('tap', { buyerId: 'bob' }).status, 'accepted')
      await held.sync()
      await sold.sync()
      deepEqual(await market.complaints(), ['poisoned_entry: pay_key_reused'])
      equal(sold.state.orders.get('tap' as OrderId)?.state, 'rescue')
      equal(sold.state.deferred.acceptedAtMs.size, 0)
      const outcome = { orderId: 'tap' as OrderId, payKey: 'pay-tap' as PayKey }
      await market.core.books.transact('authorize', async (trx) => {
        const authorized = { state: 'authorized', next_at_ms: null }
        await trx.updateTable('payment').set(authorized).where('order_id', '=', 'tap').execute()
        const body = { ...outcome, outcome: 'authorized' } as const
        await appendFeed(market.core, trx, held.nodeId, { type: 'payment.settled', body })
      })
      await held.sync()
      equal(held.state.orders.get('tap' as OrderId)?.state, 'voided')
      const payment = (await market.rows('payment')).find((row) => row.pay_key === 'pay-tap')
      equal(payment?.state, 'voiding')
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[S2, I24] lines that come to more than any order may are refused, and nothing stops',
    async run(books) {
      const priceMinor = 10_000_000
      const market = await FieldMarket.open(books, {
        release: releaseOfEvening({ listing: { priceMinor } }),
      })
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1', { method: 'cash' })
      const line = { variantId: 'mug', quantity: 1_000_000, unitPriceMinor: priceMinor }
      const lines = Array.from({ length: 1_000 }, () => line)
      edge.forge('order.accepted', { ...edge.lastBody('order.accepted'), orderId: 'dear', lines })
      equal((await edge.exchange()).status, 'ack')
      equal((await market.order('dear')).reason, 'total_wrong')
    },
  },
  {
    title: '[S2, I6] a sale after its lease ended goes to rescue, by the clock of its own entry',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      const order = edge.lastBody('order.accepted')
      const late = { atMs: EVENING.endMs + 3_600_000, monotonicMs: 5 }
      const payment = { ...paymentOf('late'), amountMinor: 1_250 }
      edge.forge('order.accepted', { ...order, orderId: 'late', payment }, late)
      await edge.exchange()
      deepEqual((await market.order('late')).state, 'rescue')
      deepEqual(await market.complaints(), ['poisoned_entry: lease_over'])
    },
  },
  {
    title: '[O7, I18] deferred orders beyond the limits of the pinned release go to rescue',
    async run(books) {
      const deferred = { ...TERMS.deferred, ordersMax: 2, buyerOrdersMax: 2 }
      const release = releaseOfEvening({ terms: { deferred } })
      const market = await FieldMarket.open(books, { release })
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      edge.buy('o2')
      await edge.exchange()
      const order = edge.lastBody('order.accepted')
      const payment = { ...paymentOf('o3'), amountMinor: 1_250 }
      edge.forge('order.accepted', { ...order, orderId: 'o3', payment })
      await edge.exchange()
      deepEqual(await market.complaints(), ['poisoned_entry: deferred_over_limit'])
      const row = await market.order('o3')
      deepEqual([row.state, row.holds_units], ['rescue', 1])
      equal((await market.order('o2')).state, 'deferred')
      const next = await market.enrol('edge', edge.nodeId)
      await next.sync()
      for (const id of ['n1', 'n2']) equal(next.buy(id).status, 'accepted')
      await next.exchange()
      equal((await market.order('n2')).is_contested, 0)
    },
  },
  {
    title: '[L5] units that were written off and sold all the same are contested, never oversold',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 10, prints: 0 })
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      await edge.exchange()
      edge.buy('late')
      const counted = [{ itemId: EVENING.mugItem, quantity: 3 }]
      const done = await writeOff(market.core, { nodeId: edge.nodeId, counted })
      equal(done.ok && done.value.unitsWrittenOff, 4)
      await edge.exchange()
      const row = await market.order('late')
      deepEqual([row.state, row.is_contested, row.holds_units], ['rescue', 1, 0])
      equal((await market.order('o1')).is_contested, 0)
      deepEqual(await market.complaints(), ['units_oversold: lease_written_off'])
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[JR5] a hold that pays is asked for without capture, its order then captures',
    async run(books) {
      const deferred = { ...TERMS.deferred, orderMinorMax: 0 }
      const market = await FieldMarket.open(books, {
        release: releaseOfEvening({ terms: { deferred } }),
      })
      const edge = await market.enrol('edge')
      await edge.sync()
      equal(edge.buy('o1').status, 'paying')
      await edge.exchange()
      const [held] = await market.rows('payment')
      deepEqual([held?.state, held?.capture_at_once, held?.order_id], ['requested', 0, 'o1'])
      const { core } = market
      const outcome = { orderId: 'o1' as OrderId, payKey: 'pay-o1' as PayKey }
      await core.books.transact('authorize', async (trx) => {
        await trx.updateTable('payment').set({ state: 'authorized', next_at_ms: null }).execute()
        const body = { ...outcome, outcome: 'authorized' } as const
        await appendFeed(core, trx, edge.nodeId, { type: 'payment.settled', body })
      })
      await edge.sync()
      const [payment] = await market.rows('payment')
      deepEqual([payment?.capture_at_once, payment?.next_at_ms], [1, market.nowMs])
      equal((await market.order('o1')).state, 'authorized')
      deepEqual(await market.complaints(), [])
    },
  },
  {
    title: '[JR5] an outcome that the core never gave is not believed',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      const order = edge.lastBody('order.accepted')
      const payment = { ...paymentOf('o2'), amountMinor: 1_250 }
      edge.forge('order.accepted', { ...order, orderId: 'o2', state: 'authorized', payment })
      await edge.exchange()
      deepEqual(await market.complaints(), ['poisoned_entry: payment_not_made'])
      equal((await market.order('o2')).state, 'rescue')
    },
  },
  {
    title: '[JR6] cash is in the drawer at once, its payment waits for nobody but the ledger',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1', { method: 'cash' })
      await edge.exchange()
      equal((await market.order('o1')).state, 'captured')
      const [payment] = await market.rows('payment')
      deepEqual([payment?.method, payment?.next_at_ms], ['cash', market.nowMs])
    },
  },
  {
    title: '[LE4, L4] units of an ended order come back when its node says so, not before',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1', { quantity: 3 })
      await edge.exchange()
      const { core } = market
      await core.books.transact('void', async (trx) => {
        await trx.updateTable('sale_order').set({ state: 'voided' }).execute()
        const body = { orderId: 'o1' as OrderId, move: 'void' } as const
        await appendFeed(core, trx, edge.nodeId, { type: 'order.moved', body })
      })
      const soldBefore = (await market.rows('lease')).reduce((sum, row) => sum + row.sold, 0)
      equal(soldBefore, 3)
      await edge.sync()
      const row = await market.order('o1')
      deepEqual([row.node_state, row.holds_units], ['voided', 0])
      equal((await market.rows('lease')).reduce((sum, lease) => sum + lease.sold, 0), 0)
      deepEqual(await market.violations(), [])
    },
  },
]
