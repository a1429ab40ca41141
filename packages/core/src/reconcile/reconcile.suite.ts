import { deepEqual, equal, ok, rejects } from 'node:assert/strict'

import { createMismatch, type OrderId, type PayKey } from '@nightmarket/kernel'
import { NoticeRefused } from '@nightmarket/payments'

import { honourOrder, refundOrder, voidOrder } from '../order/order-action.ts'
import { receiveNotice } from '../payment/receive-notice.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { MoneyMarket } from '../testing/money-market.ts'
import { listMismatches, openMismatch, resolveMismatch } from './mismatch-row.ts'

const MINUTE = 60_000

/** What holds for reconciliation and webhooks on either engine, against the real sandbox. */
export const reconcileSuite: readonly BooksCase[] = [
  {
    title: '[RX1] books that agree with the processor show nothing',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const [first, second] = [await market.sell(), await market.sell({ method: 'cash' })]
      await market.runner.runDue()
      await refundOrder(market.core, first as OrderId, { reason: 'broken' })
      await market.runner.runDue()
      market.travel(40 * MINUTE)
      await market.reconcile()
      await seen(market)
      deepEqual(await kinds(market), [])
      equal(await market.stateOf(second), 'captured')
    },
  },
  {
    title: '[RX6, RX2, R3, I16] money nothing explains is shown at once, and back after an hour',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const charge = await strayCharge(market)
      equal((await market.reconcile()).opened, 1)
      market.travel(59 * MINUTE)
      await seen(market)
      equal((await market.reconcile()).refunded, 0)
      market.travel(MINUTE)
      equal((await market.reconcile()).refunded, 1)
      await market.runner.runDue()
      equal((await market.core.processor.read(charge)).refundedMinor, 1_000)
      await market.reconcile()
      deepEqual(await kinds(market), [])
      equal((await market.balances())['liability:unmatched'], undefined)
    },
  },
  {
    title: '[RX6] a hold on money whose node never answered is voided after an hour',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const payKey = await market.hold({ totalMinor: 1_000 })
      await market.runner.runDue()
      equal((await market.payment(payKey)).state, 'authorized')
      await market.reconcile()
      market.travel(11 * MINUTE)
      await market.reconcile()
      deepEqual(await kinds(market), ['charge_without_order'])
      market.travel(49 * MINUTE)
      equal((await market.reconcile()).voided, 1)
      await market.runner.runDue()
      equal((await market.payment(payKey)).state, 'voided')
      await market.reconcile()
      deepEqual(await kinds(market), [])
    },
  },
  {
    title: '[RX6, JR7] a hold under an order id that another node sold is voided after an hour',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const payKey = await market.hold({ orderId: 'tap', totalMinor: 1_000 })
      await market.runner.runDue()
      await market.sell({ orderId: 'tap', payKey: 'stranger', nodeId: 'edge-2' })
      await market.runner.runDue()
      market.travel(61 * MINUTE)
      equal((await market.reconcile()).voided, 0)
      market.travel(60 * MINUTE)
      equal((await market.reconcile()).voided, 1)
      await market.runner.runDue()
      equal((await market.payment(payKey)).state, 'voided')
      equal((await market.payment('stranger')).state, 'captured')
    },
  },
  {
    title: '[RX7, I17, O10] a charge whose order arrives in time is not given back',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await strayCharge(market)
      await market.reconcile()
      const [mismatch] = await listMismatches(market.core)
      equal(mismatch?.action, 'wait_for_node')
      market.travel(59 * MINUTE)
      await market.sell({ orderId: 'stray', payKey: 'stray-key' })
      market.travel(MINUTE)
      equal((await market.reconcile()).refunded, 0)
      await market.runner.runDue()
      equal(await market.stateOf('stray'), 'captured')
      await market.reconcile()
      deepEqual(await kinds(market), [])
    },
  },
  {
    title: '[RX6, LB6] an order that arrives after its money went back is rescued',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await strayCharge(market)
      await market.reconcile()
      market.travel(60 * MINUTE)
      await market.reconcile()
      await market.runner.runDue()
      await market.sell({ orderId: 'stray', payKey: 'stray-key' })
      await market.runner.runDue()
      equal(await market.stateOf('stray'), 'rescue')
      deepEqual(await market.told(), ['fail stray'])
    },
  },
  {
    title: '[RX5, PM13, O5] a second capture of an order is given back at once',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.fault({ kind: 'timeout', effect: true, count: 1, on: ['create'] })
      const orderId = await market.sell()
      await market.runner.runDue()
      await market.payAgain(orderId)
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'captured')
      market.travel(MINUTE)
      await market.runner.runDue()
      const first = await market.payment(`pay-${orderId}`)
      const second = await market.payment(`again-${orderId}`)
      const held = [first, second].map((each) => each.captured_minor - each.refunded_minor)
      deepEqual(held, [0, 1_000])
      await market.reconcile()
      deepEqual(await kinds(market), [])
    },
  },
  {
    title: '[RX5, O5] a capture that comes to light after a void is given back at once',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell()
      await voidOrder(market.core, orderId as OrderId, 'mistake')
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'voided')
      await chargeAt(market, { orderId, payKey: `pay-${orderId}` })
      equal((await market.reconcile()).listed, 1)
      deepEqual(await kinds(market), ['late_capture'])
      await market.runner.runDue()
      market.travel(MINUTE)
      await market.reconcile()
      deepEqual(await kinds(market), [])
      equal(await market.stateOf(orderId), 'voided')
      equal((await market.refunds())[0]?.reason, 'late_capture')
    },
  },
  {
    title: '[RX8] a list that lags behind loses nothing',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.fault({ kind: 'list_lag', delayMs: 15 * MINUTE, count: 1 })
      await strayCharge(market)
      await market.sell()
      await market.runner.runDue()
      equal((await market.reconcile()).listed, 1)
      market.travel(16 * MINUTE)
      equal((await market.reconcile()).listed, 2)
      deepEqual(await kinds(market), ['charge_without_order'])
    },
  },
  {
    title: '[RX3, RX4] a mismatch is one row, and stays closed once a person has closed it',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.sell({ isContested: true, orderId: 'contested' })
      await market.reconcile()
      await market.reconcile()
      const [row, ...others] = await listMismatches(market.core)
      deepEqual([row?.kind, row?.owner, others.length], ['units_oversold', 'operator', 0])
      const id = row?.mismatch_id ?? ''
      ok((await resolveMismatch(market.core, id, 'Ada', 'counted again')).ok)
      deepEqual(await resolveMismatch(market.core, id, 'Ada', 'again'), {
        ok: false,
        error: { code: 'mismatch_closed' },
      })
      equal((await market.reconcile()).opened, 0)
      const [closed] = await listMismatches(market.core, { isOpen: false })
      equal(closed?.resolution, 'person: Ada: counted again')
    },
  },
  {
    title: '[RX4] what only a person can close, a pass leaves open',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await books.transact('open', async (trx) => {
        for (const kind of ['poisoned_entry', 'units_oversold'] as const) {
          const about = { subject: kind, orderId: 'nowhere' as OrderId, nodeId: null, detail: {} }
          await openMismatch(trx, createMismatch(kind, market.nowMs, about), market.nowMs)
        }
      })
      equal((await market.reconcile()).closed, 0)
      deepEqual(await kinds(market), ['poisoned_entry', 'units_oversold'])
    },
  },
  {
    title: '[VO6] a contested order whose units were found is paid and leaves the list',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = (await market.sell({ isContested: true })) as OrderId
      await market.reconcile()
      deepEqual(await honourOrder(market.core, orderId), { ok: true, value: 'rescue' })
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'captured')
      equal((await market.reconcile()).closed, 1)
    },
  },
  {
    title: '[RX10] a buyer over the limit at two nodes is shown',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.sell({ buyerId: 'ann', quantity: 2 })
      await market.reconcile()
      deepEqual(await kinds(market), [])
      await market.sell({ buyerId: 'ann', nodeId: 'edge-2' })
      await market.reconcile()
      deepEqual(await kinds(market), ['customer_limit_exceeded'])
    },
  },
  {
    title: '[RX9] a silent node that holds units, and a forked one, are shown',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await books.transact('lend', async (trx) => {
        const item = { item_id: 'mug', imported: 9, on_hand: 9, free: 4 }
        await trx.insertInto('item').values(item).execute()
        const place = { node_id: 'edge-1', epoch: 1, drop_id: 'drop', item_id: 'mug' }
        const at = { sell_until_ms: 0, granted_at_ms: 0, queried_at_ms: null, state: 'open' }
        const lease = { lease_id: 'l', ...place, ...at, granted: 5 }
        await trx.insertInto('lease').values(lease).execute()
        await trx
          .updateTable('node')
          .set({ state: 'quarantined' })
          .where('node_id', '=', 'edge-2')
          .execute()
      })
      market.travel(31 * MINUTE)
      await market.reconcile()
      deepEqual(await kinds(market), ['forked_journal', 'lost_node'])
    },
  },
  {
    title: '[RX11] a processor that is down leaves the rest of the pass to be done',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.sell({ isContested: true })
      await market.fault({ kind: 'outage', forMs: MINUTE })
      const report = await market.reconcile()
      ok(report.processorFault !== null)
      equal(report.opened, 1)
    },
  },
  {
    title: '[WH2, WH3] webhooks settle what nobody asked about, late, twice and out of order',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await market.fault({ kind: 'timeout', effect: true, count: 1, on: ['create'] })
      await market.fault({ kind: 'duplicate_webhook', copies: 3, count: 9 })
      const orderId = await market.sell()
      await market.runner.runDue()
      equal(await market.stateOf(orderId), 'unknown')
      market.travel(10)
      ok((await market.deliver()) > 0)
      equal(await market.stateOf(orderId), 'captured')
      market.travel(10 * MINUTE)
      await market.deliver()
      await market.runner.runDue()
      deepEqual(await market.told(), [`unknown ${orderId}`, `captured ${orderId}`])
      equal((await market.payment(`pay-${orderId}`)).captured_minor, 1_000)
    },
  },
  {
    title: '[WH4] a notice whose charge cannot be read is sent again, and not lost',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const orderId = await market.sell()
      await market.runner.runDue()
      const { charge_id } = await market.payment(`pay-${orderId}`)
      await market.deliver()
      await market.dispute(charge_id ?? '')
      await market.fault({ kind: 'outage', forMs: 500, on: ['read'] })
      market.travel(10)
      await market.deliver()
      equal(await market.stateOf(orderId), 'captured')
      market.travel(10_000)
      await market.deliver()
      equal(await market.stateOf(orderId), 'disputed')
      await market.reconcile()
      deepEqual(await kinds(market), ['disputed'])
    },
  },
  {
    title: '[WH1] a notice that nobody signed is refused',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      await rejects(receiveNotice(market.core, '{}', 't=1,v1=00'), NoticeRefused)
    },
  },
]

async function kinds(market: MoneyMarket): Promise<readonly string[]> {
  return (await market.mismatches()).map((row) => row.kind).toSorted()
}

/** The nodes were heard from. */
async function seen(market: MoneyMarket): Promise<void> {
  await market.core.books.transact('seen', (trx) =>
    trx.updateTable('node').set({ seen_at_ms: market.nowMs }).execute(),
  )
}

/** Money at the processor for an order whose journal is not here. Returns the charge's id. */
function strayCharge(market: MoneyMarket): Promise<string> {
  return chargeAt(market, { orderId: 'stray', payKey: 'stray-key' })
}

async function chargeAt(
  market: MoneyMarket,
  { orderId, payKey }: { orderId: string; payKey: string },
): Promise<string> {
  const charge = await market.core.processor.authorize({
    payKey: payKey as PayKey,
    reference: 'pm_card_visa',
    amountMinor: 1_000,
    currency: 'EUR',
    capture: true,
    origin: { orderId: orderId as OrderId, nodeId: 'edge-1', epoch: 1, sequence: 77 },
  })
  return charge.chargeId
}
