import { deepEqual, equal, ok, rejects } from 'node:assert/strict'

import type { OrderId, PayKey, Posting } from '@nightmarket/kernel'
import { type Charge } from '@nightmarket/payments'

import { openBooks } from '../database/books-database.ts'
import { writeEntry } from '../ledger/write-entry.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { MoneyMarket } from '../testing/money-market.ts'
import { claimPayments } from './claim.ts'
import { createPaymentRunner } from './payment-runner.ts'
import { voidHeldPayment } from './request-payment.ts'
import { settlePayment } from './settle-payment.ts'
import { PAYMENT_TERMS } from './payment-terms.ts'

const MINUTE = 60_000

/** What holds for paying on either engine, against the real sandbox. */
export const paymentSuite: readonly BooksCase[] = [
  {
    title: '[PM8, PM9] a deferred card is captured, split, and its node hears it once',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell({ totalMinor: 999 })
      equal(await market.runner.runDue(), 1)
      equal(await market.stateOf(orderId), 'captured')
      deepEqual(await market.told(), [`captured ${orderId}`])
      deepEqual(await market.balances(), {
        'asset:processor:stripe': 959,
        'expense:processor-fee': 40,
        'liability:party:coop': -300,
        'liability:party:creator': -699,
      })
      equal(await market.runner.runDue(), 0)
      deepEqual(market.errors, [])
    },
  },
  {
    title: '[PM8] cash is booked in the drawer of its node, without a word to it',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.sell({ method: 'cash', totalMinor: 10 })
      await market.runner.runDue()
      deepEqual(await market.told(), [])
      deepEqual(await market.balances(), {
        'asset:cash:edge-1': 10,
        'liability:party:coop': -3,
        'liability:party:creator': -7,
      })
    },
  },
  {
    title: '[PM1, O3] a timeout with effect is unknown, found again, and charged once',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.fault({ kind: 'timeout', effect: true, count: 1, on: ['create'] })
      const orderId = await market.sell()
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'unknown')
      market.travel(MINUTE)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'captured')
      deepEqual(await market.told(), [`unknown ${orderId}`, `captured ${orderId}`])
      equal((await market.reconcile()).listed, 1)
      deepEqual(await market.mismatches(), [])
    },
  },
  {
    title: '[PM2] a timeout without effect is asked again with the same key',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.fault({ kind: 'timeout', effect: false, count: 1, on: ['create'] })
      const orderId = await market.sell()
      await market.runner.runDue()
      market.travel(MINUTE)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'captured')
      equal((await market.reconcile()).listed, 1)
    },
  },
  {
    title: '[PM2, PM7, O2] a key older than a day is looked up, never sent, and then void',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.fault({ kind: 'timeout', effect: false, count: 1, on: ['create'] })
      const orderId = await market.sell()
      await market.runner.runDue()
      market.travel(24 * 60 * MINUTE)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'unknown')
      market.travel(3 * 60 * MINUTE)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'voided')
      deepEqual(await market.told(), [`unknown ${orderId}`, `voided ${orderId}`])
      equal((await market.reconcile()).listed, 0)
    },
  },
  {
    title: '[PM6] a hold waits for its node, is captured with its order, or voided without',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const bought = await market.hold({ orderId: 'bought' })
      const ended = await market.hold({ orderId: 'ended' })
      await market.runner.runDue()
      equal((await market.payment(bought)).state, 'authorized')
      deepEqual((await market.told()).toSorted(), ['authorized bought', 'authorized ended'])
      await market.sell({ orderId: 'bought', payKey: bought, state: 'authorized' })
      await books.transact('end', (trx) => voidHeldPayment(trx, ended, market.nowMs))
      await market.runner.runDue()
      equal(await market.stateOf('bought'), 'captured')
      equal((await market.payment(ended)).state, 'voided')
      const told = (await market.told()).slice(2).toSorted()
      deepEqual(told, ['captured bought', 'voided ended'])
    },
  },
  {
    title: '[PM6, O5] an unknown hold that is found after its deadline is voided',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.fault({ kind: 'timeout', effect: true, count: 1, on: ['create'] })
      const payKey = await market.hold()
      await market.runner.runDue()
      equal((await market.payment(payKey)).state, 'unknown')
      market.travel(31 * MINUTE)
      await market.runner.runDue()
      equal((await market.payment(payKey)).state, 'voided')
      deepEqual(await market.told(), ['unknown order-1', 'voided order-1'])
    },
  },
  {
    title: '[PM8] an answer under a claim that was taken over is not written',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.sell({ method: 'cash' })
      const claims = { limit: 9, claimMs: 1_000 }
      const [first] = await claimPayments(market.core, claims)
      deepEqual(await claimPayments(market.core, claims), [])
      market.travel(1_001)
      const [second] = await claimPayments(market.core, claims)
      ok(first !== undefined && second !== undefined)
      const settle = (claim: string | null) =>
        books.transact('settle', (trx) =>
          settlePayment(market.core, trx, PAYMENT_TERMS, {
            payKey: first.pay_key,
            claim,
            answer: { type: 'local' },
          }),
        )
      equal(await settle(first.claim), false)
      equal(await settle(second.claim), true)
      equal(await settle(second.claim), false)
    },
  },
  {
    title: '[PM1, PM15, O2] what a process that died had asked is looked up, and charged once',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell()
      const [claimed] = await claimPayments(market.core, { limit: 1, claimMs: 1_000 })
      ok(claimed !== undefined)
      await market.core.processor.authorize({
        payKey: claimed.pay_key as PayKey,
        reference: 'pm_card_visa',
        amountMinor: 1_000,
        currency: 'EUR',
        capture: true,
        origin: { orderId: orderId as OrderId, nodeId: 'edge-1', epoch: 1, sequence: 1 },
      })
      market.travel(1_001)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'captured')
      equal((await market.reconcile()).listed, 1)
    },
  },
  {
    title: '[PM1] a started runner works by itself, and a stopped one leaves nothing under way',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.runner.start()
      market.awaitRing()
      const orderId = await market.sell()
      market.runner.wake()
      await market.rung
      await market.runner.stop()
      equal(await market.stateOf(orderId), 'captured')
      equal((await market.payment(`pay-${orderId}`)).claim, null)
      deepEqual(market.errors, [])
    },
  },
  {
    title: '[PM8, O5] two cores that pay at once make each charge once',
    async run(books, address) {
      await using market = await MoneyMarket.open(books)
      await using other = await openBooks(address)
      const second = createPaymentRunner({ ...market.core, books: other }, { concurrency: 3 })
      const orders: string[] = []
      for (let sale = 0; sale < 12; sale++) orders.push(await market.sell({ totalMinor: 100 }))
      const done = await Promise.all([market.runner.runDue(), second.runDue()])
      equal(done[0] + done[1], 12)
      for (const orderId of orders) equal(await market.stateOf(orderId), 'captured')
      equal((await market.reconcile()).listed, 12)
      equal((await market.told()).length, 12)
    },
  },
  {
    title: '[PM3, PM4, PM5] an answer that is older, or of another amount, changes nothing',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell()
      await market.runner.runDue()
      const payKey = `pay-${orderId}`
      const known = await market.payment(payKey)
      const charge = await market.core.processor.read(known.charge_id ?? '')
      const answers: readonly Charge[] = [
        { ...charge, state: 'authorized', capturedMinor: 0 },
        { ...charge, state: 'declined', capturedMinor: 0 },
        { ...charge, amountMinor: 5_000, capturedMinor: 5_000 },
      ]
      for (const answer of answers) {
        await books.transact('settle', (trx) =>
          settlePayment(market.core, trx, PAYMENT_TERMS, {
            payKey,
            claim: null,
            answer: { type: 'charge', charge: answer },
          }),
        )
        deepEqual(await market.payment(payKey), known)
      }
      equal(await market.stateOf(orderId), 'captured')
    },
  },
  {
    title: '[LB1, LB2, LB5] an event is booked once, whole, and by the split of its release',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell({ method: 'cash', totalMinor: 10 })
      await market.runner.runDue()
      const entry = { entryId: `capture:pay-${orderId}`, orderId, atMs: 1 }
      const leg = { account: 'expense:loss', amountMinor: 1, currency: 'EUR' } as const
      const back = { ...leg, account: 'liability:voucher', amountMinor: -1 } as const
      const write = (postings: readonly Posting[]) =>
        books.transact('write', (trx) => writeEntry(trx, { kind: 'loss.booked', postings }, entry))
      equal(await write([leg, back]), false)
      await rejects(write([leg]), /must balance/)
      equal((await market.balances())['liability:party:creator'], -7)
    },
  },
  {
    title: '[PM16] a rush of answers shares its transactions and loses none',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      for (let sale = 0; sale < 40; sale++) await market.sell({ method: 'cash', totalMinor: 1 })
      equal(await market.runner.runDue(), 40)
      equal((await market.balances())['asset:cash:edge-1'], 40)
    },
  },
]
