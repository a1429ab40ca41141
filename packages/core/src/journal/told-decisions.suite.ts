import { deepEqual, equal } from 'node:assert/strict'

import {
  type BuyerId,
  type FeedDecision,
  type OrderId,
  type PayKey,
  type PaymentOutcome,
} from '@nightmarket/kernel'

import { appendFeed } from '../feed/append-feed.ts'
import { endRescue } from '../order/end-rescue.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket } from '../testing/field-market.ts'
import { type FieldNode, paymentOf } from '../testing/field-node.ts'

/** What the core believes of the decisions that a journal says it follows, on either engine. */
export const toldDecisionsSuite: readonly BooksCase[] = [
  {
    title: '[LE4, I2] a move or an outcome that the core never told frees no unit, and is shown',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 5 })
      const edge = await market.enrol('edge')
      await edge.sync()
      for (const id of ['o1', 'o2', 'o3', 'o4']) edge.buy(id)
      const orderId = 'o1' as OrderId
      edge.forge('order.moved', { orderId, move: 'void', feedPosition: 9_999 })
      edge.forge('order.moved', { orderId, move: 'void', feedPosition: 1 })
      const voided = { orderId, payKey: 'pay-o1', outcome: 'voided' }
      edge.forge('payment.settled', { ...voided, feedPosition: Number.MAX_SAFE_INTEGER })
      const payment = { ...paymentOf('o5'), amountMinor: 1_250 }
      edge.forge('order.accepted', { ...edge.lastBody('order.accepted'), orderId: 'o5', payment })
      await edge.exchange()
      const row = await market.order('o1')
      deepEqual([row.node_state, row.holds_units], ['deferred', 1])
      equal((await market.order('o5')).is_contested, 1)
      deepEqual(await market.complaints(), [
        'poisoned_entry: decision_unknown',
        'poisoned_entry: decision_unknown',
        'poisoned_entry: decision_unknown',
        'poisoned_entry: lease_overdrawn',
      ])
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[LE4] what was told of one order moves no other, and no further than it was told',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      for (const id of ['o1', 'o2']) edge.buy(id)
      await edge.sync()
      const orderId = 'o1' as OrderId
      await tell(market, edge, { type: 'order.moved', body: { orderId, move: 'void' } })
      await edge.sync()
      const { feedPosition } = edge.lastBody('order.moved')
      edge.forge('order.moved', { orderId: 'o2', move: 'void', feedPosition })
      edge.forge('order.moved', { orderId: 'o1', move: 'fail', feedPosition })
      await edge.exchange()
      equal((await market.order('o1')).node_state, 'voided')
      equal((await market.order('o2')).holds_units, 1)
      equal((await market.complaints()).length, 2)
    },
  },
  {
    title: '[LE6] of a payment that does not count any more only money that was taken does',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      await edge.sync()
      const orderId = 'o1' as OrderId
      const settle = async (payKey: string, outcome: PaymentOutcome) => {
        const body = { orderId, payKey: payKey as PayKey, outcome }
        await tell(market, edge, { type: 'payment.settled', body })
        await edge.sync()
        const seen = edge.state.orders.get(orderId)?.state
        equal((await market.order('o1')).node_state, seen)
        return seen
      }
      equal(await settle('pay-o1', 'declined'), 'rescue')
      await market.core.books.transact('fail', (trx) =>
        trx.updateTable('sale_order').set({ state: 'rescue' }).execute(),
      )
      const buyerId = 'buyer-o1' as BuyerId
      edge.run({ type: 'pay_order', orderId, buyerId, payment: paymentOf('again') })
      await edge.sync()
      equal(await settle('pay-o1', 'captured'), 'captured')
      equal(await settle('pay-o1', 'declined'), 'captured')
      deepEqual(await market.complaints(), [])
    },
  },
  {
    title: '[JR9] cash for a rescue that had ended is owed back, and its units are let go',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      await edge.sync()
      const orderId = 'o1' as OrderId
      const { core } = market
      await core.books.transact('decline', async (trx) => {
        await trx.updateTable('payment').set({ state: 'declined', next_at_ms: null }).execute()
        await trx.updateTable('sale_order').set({ state: 'rescue' }).execute()
      })
      const body = { orderId, payKey: 'pay-o1' as PayKey, outcome: 'declined' } as const
      await tell(market, edge, { type: 'payment.settled', body })
      await edge.sync()
      const ended = await core.books.transact('end', (trx) => endRescue(core, trx, orderId))
      equal(ended.ok && ended.value, 'released')
      const buyerId = 'buyer-o1' as BuyerId
      const payment = paymentOf('drawer', 'cash')
      edge.run({ type: 'pay_order', orderId, buyerId, payment })
      await edge.sync()
      equal(edge.state.orders.get(orderId)?.state, 'refunded')
      const row = await market.order('o1')
      deepEqual([row.state, row.node_state, row.holds_units], ['released', 'refunded', 0])
      const cash = (await market.rows('payment')).find(({ method }) => method === 'cash')
      equal(cash?.state, 'requested')
      deepEqual(await market.violations(), [])
    },
  },
]

async function tell(
  market: FieldMarket,
  node: FieldNode,
  decision: FeedDecision,
): Promise<void> {
  const { core } = market
  await core.books.transact('tell', (trx) => appendFeed(core, trx, node.nodeId, decision))
}
