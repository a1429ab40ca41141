import { deepEqual, equal, rejects } from 'node:assert/strict'

import type { OrderId } from '@nightmarket/kernel'
import { voucherHash } from '@nightmarket/payments'

import { moveOrderRow } from '../order/move-order-row.ts'
import { honourOrder, releaseOrder, voidOrder } from '../order/order-action.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { decideRefund } from '../refund/decide-refund.ts'
import { releaseOf } from '../testing/money-core.ts'
import { MoneyMarket } from '../testing/money-market.ts'
import { voucherForOrder } from '../voucher/fallback-voucher.ts'
import { settlePayment } from './settle-payment.ts'
import { PAYMENT_TERMS } from './payment-terms.ts'

const MINUTE = 60_000

/** What becomes of orders with their payments on either engine, against the real sandbox. */
export const followPaymentSuite: readonly BooksCase[] = [
  {
    title: '[PM10] a decline puts the order into rescue, where another payment saves it',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell({ reference: 'pm_card_chargeDeclined' })
      await market.runner.runDue()
      const order = await market.order(orderId)
      equal(order.state, 'rescue')
      equal(order.deadline_at_ms, market.nowMs + 600_000)
      await market.payAgain(orderId)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'captured')
      deepEqual(await market.told(), [`declined ${orderId}`, `captured ${orderId}`])
    },
  },
  {
    title: '[VO3, PM12] an order whose units were not there is released and leaves a voucher',
    async run(books) {
      const release = releaseOf({ fallbackVoucherMinor: 500 })
      await using market = await MoneyMarket.open(books, release)
      const orderId = await market.sell({ isContested: true })
      await blame(market, orderId, 'lease_overdrawn')
      await market.runner.runDue()
      equal(await voucherForOrder(market.core, orderId as OrderId), null)
      market.travel(600_000)
      for (let pass = 0; pass < 3; pass++) await market.runner.runDue()
      equal(await market.stateOf(orderId), 'released')
      deepEqual(await market.told(), [`voided ${orderId}`, `release ${orderId}`])
      const voucher = await voucherForOrder(market.core, orderId as OrderId)
      equal(voucher?.remainingMinor, 500)
      const reference = voucherHash(voucher?.code ?? '', market.core.digest)
      const second = await market.sell({ method: 'voucher', reference, totalMinor: 500 })
      await market.runner.runDue()
      equal(await market.stateOf(second), 'captured')
      equal((await voucherForOrder(market.core, orderId as OrderId))?.remainingMinor, 0)
      deepEqual(await market.balances(), {
        'expense:goodwill': 500,
        'liability:party:coop': -150,
        'liability:party:creator': -350,
      })
    },
  },
  {
    title: '[VO3] what a buyer can bring about for nothing leaves no voucher',
    async run(books) {
      const release = releaseOf({ fallbackVoucherMinor: 500 })
      await using market = await MoneyMarket.open(books, release)
      const reused = await market.sell({ isContested: true })
      await blame(market, reused, 'pay_key_reused')
      const orders = [
        reused,
        await market.sell({ reference: 'pm_card_chargeDeclined' }),
        await market.sell({ method: 'voucher', reference: 'f'.repeat(64) }),
      ]
      await market.runner.runDue()
      market.travel(600_000)
      for (let pass = 0; pass < 3; pass++) await market.runner.runDue()
      for (const orderId of orders) {
        equal(await market.stateOf(orderId), 'released')
        equal(await voucherForOrder(market.core, orderId as OrderId), null)
      }
      deepEqual(await market.balances(), {})
    },
  },
  {
    title: '[PM11] two sales that want the last of a voucher: one gets it',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const reference = 'f'.repeat(64)
      await giveVoucherTo(market, reference, 1_500)
      const wish = { method: 'voucher', reference, totalMinor: 1_000 } as const
      const orders = [await market.sell(wish), await market.sell(wish)]
      await market.runner.runDue()
      const states = await Promise.all(orders.map((orderId) => market.stateOf(orderId)))
      deepEqual(states.toSorted(), ['captured', 'rescue'])
    },
  },
  {
    title: '[VO5, PM13] a void of an order that turns out to be captured gives the money back',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.fault({ kind: 'timeout', effect: true, count: 1, on: ['create'] })
      const orderId = await market.sell()
      await market.runner.runDue()
      deepEqual(await voidOrder(market.core, orderId as OrderId, 'mistake'), {
        ok: true,
        value: 'unknown',
      })
      market.travel(MINUTE)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'refunded')
      const { 'asset:processor:stripe': asset, 'expense:processor-fee': fee, ...rest } =
        await market.balances()
      deepEqual(rest, {})
      equal(asset, -(fee ?? 0))
    },
  },
  {
    title: '[PM7, VO5, O5] a void of an order whose request was never heard is over in a moment',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.fault({ kind: 'timeout', effect: false, count: 1, on: ['create'] })
      const orderId = await market.sell()
      await market.runner.runDue()
      await voidOrder(market.core, orderId as OrderId, 'mistake')
      for (let pass = 0; pass < 3; pass++) {
        market.travel(MINUTE)
        await market.runner.runDue()
      }
      equal(await market.stateOf(orderId), 'voided')
      await market.reconcile()
      deepEqual(await market.mismatches(), [])
      deepEqual(await market.balances(), {})
    },
  },
  {
    title: '[PM17] what another node holds money for under the same id does not move an order',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell()
      await market.runner.runDue()
      const reference = 'pm_card_chargeDeclined'
      await market.hold({ orderId, payKey: 'guess', nodeId: 'edge-2', reference })
      await market.runner.runDue()
      equal((await market.payment('guess')).state, 'declined')
      equal(await market.stateOf(orderId), 'captured')
    },
  },
  {
    title: '[PM18] a decline after another payment was captured leaves the order its money',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const reference = 'pm_card_chargeDeclined'
      const orderId = await market.sell({ reference })
      await market.runner.runDue()
      const paid = await market.payAgain(orderId)
      await market.runner.runDue()
      await market.payAgain(orderId, { payKey: 'second-tap', reference })
      await market.runner.runDue()
      equal((await market.payment('second-tap')).state, 'declined')
      equal(await market.stateOf(orderId), 'captured')
      market.travel(600_000)
      await market.runner.runDue()
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'captured')
      deepEqual(await market.refunds(), [])
      equal((await market.payment(paid)).refunded_minor, 0)
      const words = ['declined', 'captured', 'declined', 'capture']
      deepEqual(await market.told(), words.map((word) => `${word} ${orderId}`))
    },
  },
  {
    title: '[PM18] news of a decline that is old does not take a paid order into rescue',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell({ reference: 'pm_card_chargeDeclined' })
      await market.runner.runDue()
      await market.payAgain(orderId)
      await market.runner.runDue()
      const { charge_id } = await market.payment(`pay-${orderId}`)
      const charge = await market.core.processor.read(charge_id ?? '')
      await books.transact('settle', (trx) =>
        settlePayment(market.core, trx, PAYMENT_TERMS, {
          payKey: `pay-${orderId}`,
          claim: null,
          answer: { type: 'charge', charge },
        }),
      )
      equal(await market.stateOf(orderId), 'captured')
    },
  },
  {
    title: '[PM18] a decline while another payment may still take money waits for that one',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.fault({ kind: 'timeout', effect: true, count: 1, on: ['create'] })
      const orderId = await market.sell()
      await market.runner.runDue()
      await market.payAgain(orderId, { reference: 'pm_card_chargeDeclined' })
      await market.runner.runDue()
      equal((await market.payment(`again-${orderId}`)).state, 'declined')
      equal(await market.stateOf(orderId), 'unknown')
      market.travel(MINUTE)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'captured')
    },
  },
  {
    title: '[PM17] money that another node has under the same id is not money of this order',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const reference = 'pm_card_chargeDeclined'
      const orderId = await market.sell({ orderId: 'same', reference })
      const foreign = { orderId, nodeId: 'edge-2', payKey: 'guess' }
      await market.payAgain(orderId, foreign)
      await market.runner.runDue()
      equal((await market.payment('guess')).state, 'captured')
      equal(await market.stateOf(orderId), 'rescue')
      await books.transact('give back', (trx) =>
        decideRefund(market.core, trx, { payKey: 'guess', reason: 'unmatched' }),
      )
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'rescue')
      await market.payAgain(orderId)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'captured')
      equal((await market.refunds()).length, 1)
    },
  },
  {
    title: '[VO5] an order nobody was asked to pay is voided at once',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell()
      await voidOrder(market.core, orderId as OrderId, 'mistake')
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'voided')
      equal((await market.reconcile()).listed, 0)
    },
  },
  {
    title: '[VO1, VO2] a move from an older version, or with money under way, is not made',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell({ reference: 'pm_card_chargeDeclined' })
      await market.runner.runDue()
      await market.payAgain(orderId)
      deepEqual(await releaseOrder(market.core, orderId as OrderId), {
        ok: true,
        value: 'payment_open',
      })
      equal(await market.stateOf(orderId), 'rescue')
      const old = { ...(await market.order(orderId)), version: 1 }
      const moving = books.transact('move', (trx) => moveOrderRow(trx, old, 'release'))
      await rejects(moving, /moves from the version that was read/)
    },
  },
  {
    title: '[PM14, L5] a contested order is not charged, and released when its rescue ends',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell({ isContested: true })
      equal(await market.runner.runDue(), 0)
      market.travel(600_000)
      await market.runner.runDue()
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'released')
      equal((await market.reconcile()).listed, 0)
    },
  },
  {
    title: '[PM14, VO2] releasing a contested order gives its buyer the authorised money back',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const payKey = await market.hold({ orderId: 'late' })
      await market.runner.runDue()
      await market.sell({ orderId: 'late', payKey, isHeld: true, isContested: true })
      deepEqual(await releaseOrder(market.core, 'late' as OrderId), {
        ok: true,
        value: 'payment_open',
      })
      await market.runner.runDue()
      equal((await market.payment(payKey)).state, 'voided')
      deepEqual(await releaseOrder(market.core, 'late' as OrderId), { ok: true, value: 'released' })
    },
  },
  {
    title: '[VO6] honouring a contested order captures the money that was authorised for it',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const payKey = await market.hold({ orderId: 'found' })
      await market.runner.runDue()
      await market.sell({ orderId: 'found', payKey, isHeld: true, isContested: true })
      await honourOrder(market.core, 'found' as OrderId)
      await market.runner.runDue()
      equal(await market.stateOf('found'), 'captured')
    },
  },
]

async function giveVoucherTo(market: MoneyMarket, hash: string, amountMinor: number) {
  await market.core.books.transact('give', (trx) =>
    trx
      .insertInto('voucher')
      .values({
        voucher_hash: hash,
        amount_minor: amountMinor,
        remaining_minor: amountMinor,
        currency: 'EUR',
        order_id: null,
        issued_at_ms: market.nowMs,
        expires_at_ms: market.nowMs + 1_000_000,
      })
      .execute(),
  )
}

/** Why an order is contested, as its journal's poison says. */
async function blame(market: MoneyMarket, orderId: string, reason: string) {
  await market.core.books.transact('blame', (trx) =>
    trx.updateTable('sale_order').set({ reason }).where('order_id', '=', orderId).execute(),
  )
}
