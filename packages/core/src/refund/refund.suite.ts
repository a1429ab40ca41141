import { deepEqual, equal, ok } from 'node:assert/strict'

import type { OrderId, PayKey, RefundId } from '@nightmarket/kernel'
import fc from 'fast-check'

import { readStatement, readTrialBalance } from '../ledger/balances.ts'
import { fulfilOrder, refundOrder } from '../order/order-action.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { MoneyMarket } from '../testing/money-market.ts'
import { closeDispute } from './close-dispute.ts'
import { decideRefund } from './decide-refund.ts'
import { payOutCash } from './pay-out-cash.ts'

const MINUTE = 60_000

/** What holds for refunds on either engine, against the real sandbox. */
export const refundSuite: readonly BooksCase[] = [
  {
    title: '[RF3, RF4, RF6] a full refund gives the units of an order back when it is made',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await sold(market, 1_000)
      const refunds = await refundOrder(market.core, orderId, { reason: 'broken' })
      ok(refunds.ok)
      const { charge_id } = await market.payment(`pay-${orderId}`)
      equal(refunds.value[0]?.refund_id, `rf:${charge_id}:1`)
      equal(await market.stateOf(orderId), 'refund_due')
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'refunded')
      deepEqual((await market.told()).slice(1), [`owe ${orderId}`, `refund ${orderId}`])
    },
  },
  {
    title: '[RF6, VO4] a refund of a fulfilled order leaves its units sold',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await sold(market, 1_000)
      deepEqual(await fulfilOrder(market.core, orderId), { ok: true, value: 'fulfilled' })
      deepEqual(await fulfilOrder(market.core, orderId), { ok: true, value: 'fulfilled' })
      await refundOrder(market.core, orderId, { reason: 'late' })
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'refunded')
      deepEqual((await market.told()).slice(1), [`fulfil ${orderId}`, `owe ${orderId}`])
    },
  },
  {
    title: '[RF1, RF8] refunds together never pass what was captured',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await sold(market, 1_000)
      const refund = (amountMinor: number) =>
        refundOrder(market.core, orderId, { amountMinor, reason: 'part' })
      const ends = await Promise.all([refund(600), refund(600), refund(600)])
      equal(ends.filter((end) => end.ok).length, 1)
      deepEqual(await refund(401), {
        ok: false,
        error: { code: 'refund_over_captured', refundableMinor: 400 },
      })
      equal(await market.stateOf(orderId), 'captured')
      ok((await refund(400)).ok)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'refunded')
      deepEqual(await refundOrder(market.core, orderId, { reason: 'more' }), {
        ok: false,
        error: { code: 'nothing_to_refund' },
      })
    },
  },
  {
    title: '[RF12] a refund that names its request is decided once, however often it is sent',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await sold(market, 1_000)
      const send = (requestId: string, amountMinor: number) =>
        refundOrder(market.core, orderId, { amountMinor, reason: 'a scratch', requestId })
      const first = await send('tap-1', 300)
      ok(first.ok)
      deepEqual(await send('tap-1', 300), first)
      deepEqual(await send('tap-1', 301), { ok: false, error: { code: 'idempotency_key_reused' } })
      equal((await market.payment(`pay-${orderId}`)).refunded_minor, 300)
      ok((await send('tap-2', 300)).ok, 'the same amount again, because it is wanted again')
      equal((await market.payment(`pay-${orderId}`)).refunded_minor, 600)
    },
  },
  {
    title: '[RF2, I15] nothing is refunded once a dispute began, known to the books or not',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await sold(market, 1_000)
      const { charge_id, pay_key } = await market.payment(`pay-${orderId}`)
      ok((await refundOrder(market.core, orderId, { amountMinor: 300, reason: 'part' })).ok)
      await market.dispute(charge_id ?? '')
      await market.runner.runDue()
      equal((await market.refunds())[0]?.state, 'failed')
      equal((await market.payment(pay_key)).refunded_minor, 0)
      equal(await market.stateOf(orderId), 'disputed')
      deepEqual(await refundOrder(market.core, orderId, { reason: 'more' }), {
        ok: false,
        error: { code: 'payment_disputed' },
      })
      await books.transact('again', async (trx) => {
        const wish = { payKey: pay_key, reason: 'unmatched' } as const
        const refund = await decideRefund(market.core, trx, wish)
        deepEqual(refund, { ok: false, error: { code: 'payment_disputed' } })
      })
      equal((await market.balances())['asset:disputed'], 1_000)
    },
  },
  {
    title: '[RF9, RF7] a refund is asked for under one id until it is made, or has failed',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await sold(market, 1_000)
      await market.fault({ kind: 'timeout', effect: true, count: 1, on: ['refund'] })
      await refundOrder(market.core, orderId, { amountMinor: 400, reason: 'part' })
      await market.runner.runDue()
      equal((await market.refunds())[0]?.state, 'requested')
      market.travel(MINUTE)
      await market.runner.runDue()
      equal((await market.refunds())[0]?.state, 'succeeded')
      const charge = await market.core.processor.read(
        (await market.payment(`pay-${orderId}`)).charge_id ?? '',
      )
      equal(charge.refundedMinor, 400)
      await market.fault({ kind: 'refund_failure', count: 1 })
      await refundOrder(market.core, orderId, { reason: 'rest' })
      await market.runner.runDue()
      equal((await market.refunds())[1]?.state, 'failed')
      equal(await market.stateOf(orderId), 'refund_due')
      ok((await refundOrder(market.core, orderId, { reason: 'rest' })).ok)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'refunded')
    },
  },
  {
    title: '[RF10] cash is owed by the drawer until a person has handed it over',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = (await market.sell({ method: 'cash', totalMinor: 700 })) as OrderId
      await market.runner.runDue()
      const refunds = await refundOrder(market.core, orderId, { reason: 'broken' })
      ok(refunds.ok)
      const refundId = (refunds.value[0]?.refund_id ?? '') as RefundId
      equal(refundId, `rf:pay-${orderId}:1`)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'refund_due')
      deepEqual(await payOutCash(market.core, refundId), { ok: true, value: 'succeeded' })
      deepEqual(await payOutCash(market.core, refundId), { ok: true, value: 'succeeded' })
      equal(await market.stateOf(orderId), 'refunded')
      deepEqual(await market.balances(), {})
      const unknown = await payOutCash(market.core, 'rf:none:1' as RefundId)
      deepEqual(unknown, { ok: false, error: { code: 'refund_unknown' } })
    },
  },
  {
    title: '[RF11] a dispute that ends is booked once: won, lost, or lost with the goods',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orders = [await sold(market, 100), await sold(market, 100), await sold(market, 100)]
      const fees = await market.balances()
      await fulfilOrder(market.core, orders[2] as OrderId)
      for (const orderId of orders) {
        const { charge_id } = await market.payment(`pay-${orderId}`)
        await market.dispute(charge_id ?? '')
      }
      await market.deliver()
      equal((await market.balances())['asset:disputed'], 300)
      const [won, lost, gone] = orders.map((orderId) => `pay-${orderId}` as PayKey)
      ok(won !== undefined && lost !== undefined && gone !== undefined)
      for (let times = 0; times < 2; times++) {
        deepEqual(await closeDispute(market.core, won, 'won'), { ok: true, value: 'won' })
        deepEqual(await closeDispute(market.core, lost, 'lost'), { ok: true, value: 'lost' })
        deepEqual(await closeDispute(market.core, gone, 'lost'), { ok: true, value: 'lost' })
      }
      deepEqual(await closeDispute(market.core, won, 'lost'), {
        ok: false,
        error: { code: 'dispute_closed', end: 'won' },
      })
      deepEqual(await market.balances(), {
        ...fees,
        'asset:processor:stripe': (fees['asset:processor:stripe'] ?? 0) - 200,
        'expense:loss': 100,
        'liability:party:coop': -60,
        'liability:party:creator': -140,
      })
    },
  },
  {
    title: '[RF5, O4, I14, I15, I20, LB3, LB4] any sales, refunds and disputes keep the books',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const run = async (steps: readonly Step[]) => {
        const orderId = await sold(market, 997)
        for (const step of steps) await take(market, orderId, step)
        await market.runner.runDue()
        await assertMoney(market, orderId)
      }
      await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 6 }), run), { numRuns: 15 })
      deepEqual([...(await readTrialBalance(market.core)).values()], [0])
      await assertStatements(market)
      deepEqual(market.errors, [])
    },
  },
]

type Step = { readonly refundMinor: number } | 'dispute' | 'run' | 'notices' | 'wait'

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ refundMinor: fc.integer({ min: 1, max: 700 }) }) },
  { weight: 1, arbitrary: fc.constant('dispute' as const) },
  { weight: 3, arbitrary: fc.constantFrom('run', 'notices', 'wait') },
)

async function sold(market: MoneyMarket, totalMinor: number): Promise<OrderId> {
  const orderId = await market.sell({ totalMinor })
  await market.runner.runDue()
  equal(await market.stateOf(orderId), 'captured')
  return orderId as OrderId
}

async function take(market: MoneyMarket, orderId: OrderId, step: Step): Promise<void> {
  const { charge_id, disputed_minor } = await market.payment(`pay-${orderId}`)
  if (step === 'run') await market.runner.runDue()
  else if (step === 'notices') await market.deliver()
  else if (step === 'wait') market.travel(MINUTE)
  else if (step === 'dispute') {
    const charge = await market.core.processor.read(charge_id ?? '')
    const isOpen = charge.disputedMinor === 0 && charge.refundedMinor < charge.capturedMinor
    if (isOpen && disputed_minor === 0) await market.dispute(charge_id ?? '')
  } else {
    await refundOrder(market.core, orderId, { amountMinor: step.refundMinor, reason: 'part' })
  }
}

/** [I14] [I15]: no refund was decided after a dispute, none passes what was captured. */
async function assertMoney(market: MoneyMarket, orderId: OrderId): Promise<void> {
  const payment = await market.payment(`pay-${orderId}`)
  const refunds = (await market.refunds()).filter((refund) => refund.order_id === orderId)
  const made = refunds.filter((refund) => refund.state === 'succeeded')
  const madeMinor = made.reduce((sum, refund) => sum + refund.amount_minor, 0)
  const charge = await market.core.processor.read(payment.charge_id ?? '')
  equal(charge.refundedMinor, madeMinor)
  equal(payment.refunded_minor, madeMinor)
  ok(madeMinor <= payment.captured_minor)
  ok(refunds.every((refund) => (payment.disputed_at_ms ?? Infinity) >= refund.requested_at_ms))
}

/** [LB4]: a party's statement adds up to what the market owes it. */
async function assertStatements(market: MoneyMarket): Promise<void> {
  const balances = await market.balances()
  for (const { partyId } of market.release.split) {
    const lines = await readStatement(market.core, partyId, { limit: 1_000 })
    const sumMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0)
    equal(-sumMinor, balances[`liability:party:${partyId}`] ?? 0)
  }
}
