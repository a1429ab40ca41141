import { deepEqual, equal, ok } from 'node:assert/strict'

import {
  END_WITHIN_MS,
  type OperatorId,
  type OrderId,
  type PartyId,
  type Receipt,
  type RequestId,
  type RequestMade,
  verifyOperatorList,
} from '@nightmarket/kernel'
import { releaseOfEvening } from '@nightmarket/kernel/testing'
import { TILL_PATHS } from '@nightmarket/sync'

import { readBalances } from '../ledger/balances.ts'
import { refundOrder } from '../order/order-action.ts'
import { createPaymentRunner, type PaymentRunner } from '../payment/payment-runner.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket } from '../testing/field-market.ts'
import { openFieldApp, refused, type FieldEdge } from '../testing/field-app.ts'
import type { FieldNode } from '../testing/field-node.ts'
import { decideRequests } from './decide-requests.ts'
import { readHoldings, type Holdings } from './holdings.ts'
import { restoreReceipt } from './restore-receipt.ts'
import {
  addOperator,
  changePin,
  listOperators,
  removeOperator,
  signOperatorList,
} from './operator.ts'

const PIN = { salt: '0'.repeat(32), hash: 'a'.repeat(64) }

/** A market with a till on it and two operators. */
async function openTill(books: Parameters<BooksCase['run']>[0]) {
  const split = [{ partyId: 'host' as PartyId, basisPoints: 10_000 }]
  const market = await FieldMarket.open(books, { release: { ...releaseOfEvening(), split } })
  const { core } = market
  const steward = await addOperator(core, { name: 'Ada', role: 'steward', pin: PIN })
  const seller = await addOperator(core, { name: 'Ben', role: 'seller', pin: PIN })
  const till = await market.enrol('till')
  await till.sync()
  const runner = createPaymentRunner(core, {
    onError: (error) => {
      throw error
    },
  })
  return { market, core, till, steward, seller, runner }
}

function ask(till: FieldNode, operatorId: OperatorId, fields: Partial<RequestMade> = {}) {
  const request: RequestMade = {
    requestId: 'q1' as RequestId,
    orderId: 'o1' as OrderId,
    kind: 'refund',
    amountMinor: null,
    isPaidOut: false,
    operatorId,
    why: 'broken handle',
    ...fields,
  }
  return till.run({ type: 'make_request', request })
}

/** The proof of an order, as its buyer has it. */
function receiptOf(till: FieldNode, orderId: string): Receipt {
  const record = till.state.orders.get(orderId as OrderId)
  ok(record !== undefined)
  return { ...till.slipOf(record.sequence), format: 'nightmarket-receipt/1' }
}

async function heldBy(bar: FieldEdge): Promise<Holdings> {
  const answer = await bar.get(TILL_PATHS.holdings)
  return (await answer.json()) as Holdings
}

const verdictOf = (till: FieldNode, requestId = 'q1') =>
  till.state.requests.get(requestId as RequestId)?.verdict?.reason ??
  till.state.requests.get(requestId as RequestId)?.verdict?.verdict ??
  'queued'

/** Let everything that is due be done: a payment, and then what waited for it. */
async function settle(runner: PaymentRunner): Promise<void> {
  let done = 1
  while (done > 0) done = await runner.runDue()
}

/** What the core makes of tills, on either engine. */
export const tillSuite: readonly BooksCase[] = [
  {
    title: '[TQ3, TQ1] cash that a steward handed back is booked as paid out, once, and is heard',
    async run(books) {
      const { market, core, till, steward, runner } = await openTill(books)
      till.buy('o1', { method: 'cash' })
      equal(ask(till, steward.operatorId, { isPaidOut: true }).status, 'done')
      equal(verdictOf(till), 'queued')
      await till.sync()
      await settle(runner)
      equal((await market.order('o1')).state, 'refunded')
      await till.sync()
      equal(verdictOf(till), 'done')
      equal(till.state.orders.get('o1' as OrderId)?.state, 'refunded')
      equal(await decideRequests(core), 0)
      const again = { requestId: 'q2' as RequestId }
      ask(till, steward.operatorId, again)
      await till.sync()
      await settle(runner)
      await till.sync()
      equal(verdictOf(till, 'q2'), 'nothing_to_refund')
      const balances = await readBalances(core)
      ok(balances.length > 0)
      deepEqual(
        balances.filter(({ balanceMinor }) => balanceMinor !== 0),
        [],
      )
      deepEqual(await market.complaints(), [])
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[TQ1] two that decide at once, as two core processes do, give the money back once',
    async run(books) {
      const { market, core, till, steward, runner } = await openTill(books)
      till.buy('o1', { method: 'cash' })
      await till.sync()
      await settle(runner)
      ask(till, steward.operatorId, { isPaidOut: true, amountMinor: 100 })
      await till.sync()
      const decided = await Promise.all([decideRequests(core), decideRequests(core)])
      equal(decided[0] + decided[1], 1)
      const refunds = await books.read('refunds', (trx) =>
        trx.selectFrom('refund').select('amount_minor').execute(),
      )
      deepEqual(
        refunds.map((row) => row.amount_minor),
        [100],
      )
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[TQ3] cash that the books owed already is what a steward hands back, once',
    async run(books) {
      const { market, core, till, steward, runner } = await openTill(books)
      till.buy('o1', { method: 'cash' })
      await till.sync()
      await settle(runner)
      const orderId = 'o1' as OrderId
      ok((await refundOrder(core, orderId, { requestId: 'r1', reason: 'broken' })).ok)
      await till.sync()
      equal(till.state.orders.get(orderId)?.state, 'refund_due')
      equal(ask(till, steward.operatorId, { isPaidOut: true }).status, 'done')
      await till.sync()
      await settle(runner)
      await till.sync()
      deepEqual([verdictOf(till), (await market.order('o1')).state], ['done', 'refunded'])
      deepEqual(await market.complaints(), [])
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[TQ1, TQ3] what a seller may not do is refused, and missing cash is the treasurer’s',
    async run(books) {
      const { market, till, seller, steward, core, runner } = await openTill(books)
      till.buy('o1', { method: 'cash' })
      ask(till, seller.operatorId, { isPaidOut: true })
      await removeOperator(core, steward.operatorId)
      market.travel(1)
      ask(till, steward.operatorId, { requestId: 'q2' as RequestId })
      await till.sync()
      await settle(runner)
      await till.sync()
      equal(verdictOf(till), 'operator_not_allowed')
      equal(verdictOf(till, 'q2'), 'operator_not_allowed')
      equal((await market.order('o1')).state, 'captured')
      deepEqual(await market.complaints(), ['drawer_differs: operator_not_allowed'])
    },
  },
  {
    title: '[TQ2] a request waits for its order and its payment, an hour at most',
    async run(books) {
      const { market, core, till, steward } = await openTill(books)
      ask(till, steward.operatorId)
      till.buy('o2')
      ask(till, steward.operatorId, { requestId: 'q2' as RequestId, orderId: 'o2' as OrderId })
      await till.sync()
      equal(await decideRequests(core), 0)
      market.travel(END_WITHIN_MS)
      equal(await decideRequests(core), 2)
      await till.sync()
      equal(verdictOf(till), 'order_unknown')
    },
  },
  {
    title: '[TQ1] a rescue is given up on request, and made good with a voucher once',
    async run(books) {
      const { market, till, steward, runner } = await openTill(books)
      till.buy('o1', { method: 'card', unitPriceMinor: 1 })
      till.buy('o2', { method: 'card', unitPriceMinor: 1 })
      await till.sync()
      await books.transact('decline', async (trx) => {
        await trx.updateTable('payment').set({ state: 'declined', next_at_ms: null }).execute()
      })
      ask(till, steward.operatorId, { kind: 'release' })
      const good = { kind: 'voucher', orderId: 'o2' as OrderId } as const
      ask(till, steward.operatorId, { ...good, requestId: 'q2' as RequestId, amountMinor: 9 })
      ask(till, steward.operatorId, { ...good, requestId: 'q3' as RequestId })
      ask(till, steward.operatorId, { ...good, requestId: 'q4' as RequestId })
      await till.sync()
      await settle(runner)
      await till.sync()
      deepEqual(
        ['q1', 'q2', 'q3', 'q4'].map((id) => verdictOf(till, id)),
        ['done', 'amount_over_order', 'done', 'voucher_issued_before'],
      )
      equal((await market.order('o1')).state, 'released')
      equal((await market.order('o2')).state, 'released')
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[RR1, RR2] a buyer’s copy restores a sale of a lost till, once, and of no other',
    async run(books) {
      const { market, core, till, runner } = await openTill(books)
      till.buy('o1', { method: 'cash' })
      till.buy('o2', { method: 'card' })
      const receipts = ['o1', 'o2'].map((id) => receiptOf(till, id))
      const codeOf = async (receipt: unknown) => {
        const restored = await restoreReceipt(core, receipt)
        return restored.ok ? restored.value.status : restored.error.code
      }
      equal(await codeOf(receipts[0]), 'journal_expected')
      const other = { ...receipts[0], entry: receipts[0]?.entry.replace('1250', '9999') }
      equal(await codeOf(other), 'receipt_refused')
      await market.enrol('till', till.nodeId)
      equal(await codeOf(receipts[0]), 'restored')
      equal(await codeOf(receipts[0]), 'known')
      equal(await codeOf(receipts[1]), 'restored')
      equal((await market.order('o1')).is_contested, 0)
      equal((await market.rows('payment')).length, 2)
      await books.transact('only cash', (trx) =>
        trx.updateTable('payment').set({ next_at_ms: null }).where('method', '=', 'card').execute(),
      )
      await settle(runner)
      equal((await market.order('o1')).state, 'captured')
      deepEqual(await market.violations(), [])
      deepEqual(await market.complaints(), [])
    },
  },
  {
    title: '[TQ4, RR3] a till reads what it holds, and brings receipts in for a steward alone',
    async run(books) {
      const { market, core, till, steward, seller } = await openTill(books)
      const app = await openFieldApp(core)
      const bar = await app.enrol('bar')
      const { sequence, holdings } = await heldBy(bar)
      equal(sequence, 0)
      ok(holdings.length > 0, 'units were lent as it enrolled')
      till.buy('o1', { method: 'cash' })
      const receipt = receiptOf(till, 'o1')
      await market.enrol('till', till.nodeId)
      const restore = (operatorId: string) =>
        bar.ask(TILL_PATHS.restore, { operatorId, receipt })
      deepEqual(await refused(await restore(seller.operatorId)), [404, 'operator_unknown'])
      deepEqual(await (await restore(steward.operatorId)).json(), {
        orderId: 'o1',
        status: 'restored',
      })
      const { nodeId } = till
      const mine = await readHoldings(core, { nodeId, epoch: 1 })
      const sum = mine.holdings.reduce((units, each) => units + each.units, 0)
      const held = [...till.state.pools.values()].reduce((units, pool) => units + pool.unsold, 0)
      deepEqual([sum, mine.sequence], [held, 0])
      equal((await app.request(TILL_PATHS.holdings)).status, 401)
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[OP2] operators are added, changed, removed; tills get the list under the market’s key',
    async run(books) {
      const { core, steward, seller } = await openTill(books)
      const names = async () => (await listOperators(core)).map(({ name }) => name)
      deepEqual(await names(), ['Ada', 'Ben'])
      ok((await changePin(core, steward.operatorId, { ...PIN, hash: 'b'.repeat(64) })).ok)
      ok((await removeOperator(core, seller.operatorId)).ok)
      ok(!(await removeOperator(core, seller.operatorId)).ok)
      deepEqual(await names(), ['Ada'])
      const list = JSON.parse(JSON.stringify(await signOperatorList(core))) as unknown
      const verified = verifyOperatorList(list, core.marketKey.publicKey, core.verify)
      ok(verified.ok)
      deepEqual(
        verified.value.operators.map(({ name, pin }) => [name, pin.hash]),
        [['Ada', 'b'.repeat(64)]],
      )
    },
  },
]
