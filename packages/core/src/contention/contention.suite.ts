import { deepEqual, equal, ok } from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'

import {
  boundedCounter,
  EVENING,
  History,
  linearize,
  releaseOfEvening,
} from '@nightmarket/kernel/testing'
import type { CounterAct, Operation } from '@nightmarket/kernel/testing'
import type { OrderId } from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import { type BooksDatabase, openBooks } from '../database/books-database.ts'
import { readTrialBalance } from '../ledger/balances.ts'
import { endDueRescues } from '../order/end-rescue.ts'
import { giveVoucher, refundOrder, releaseOrder } from '../order/order-action.ts'
import { createPaymentRunner } from '../payment/payment-runner.ts'
import { receiveExchange } from '../journal/receive-exchange.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { runContenders } from '../testing/contender-process.ts'
import { FieldMarket } from '../testing/field-market.ts'
import { MoneyMarket } from '../testing/money-market.ts'
import { findStockViolations } from '../stock/stock-audit.ts'

const MINUTE = 60_000

/** A drop that nobody is lent anything for yet, unless somebody lends it. */
const NEXT_MONTH = {
  opensAtMs: EVENING.startMs + 30 * 24 * 60 * MINUTE,
  closesAtMs: EVENING.startMs + 31 * 24 * 60 * MINUTE,
}

/** What holds when many act at once, on either engine: two cores have one database. */
export const contentionSuite: readonly BooksCase[] = [
  {
    title: '[L2, LE2] two core processes lend the units of one hot item as if one after another',
    async run(books, address) {
      const units = 24
      const release = releaseOfEvening({ drop: NEXT_MONTH })
      const market = await FieldMarket.open(books, { mugs: units, prints: 0, release })
      const nodes = [await market.enrol('a'), await market.enrol('b')]
      const ids = nodes.map(({ nodeId }) => nodeId)
      const history = await runContenders(address, { nodeIds: ids, itemId: EVENING.mugItem })
      assertLinear(history, units)
      const taken = sumTaken(history)
      ok(taken > 0 && history.some(({ act }) => act.type === 'take' && !act.taken), 'it ran out')
      equal((await market.item('mug')).free, units - taken)
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[LE1, L1] nodes that report to two cores at once are never lent more than there is',
    async run(books, address) {
      await using other = await openBooks(address)
      const market = await FieldMarket.open(books, { mugs: 60, prints: 0 })
      const second: Core = { ...market.core, books: other }
      const nodes = await inTurn(4, (index) => market.enrol(`edge ${index}`))
      for (const node of nodes) await node.sync()
      const watching = watch(async () => {
        const violations = await other.read('watch', (trx) => findStockViolations(trx))
        deepEqual(violations, [])
      })
      for (let round = 0; round < 8; round += 1) {
        market.travel(1_000)
        for (const [index, node] of nodes.entries()) node.buy(`o-${round}-${index}`)
        await Promise.all(
          nodes.map(async (node, index) => {
            const core = index % 2 === 0 ? market.core : second
            const response = await receiveExchange(core, node.request())
            ok(response.status === 'ack')
            node.follow(response.feed, response.parentTimeMs)
          }),
        )
      }
      ok((await watching.end()) > 0, 'somebody looked meanwhile')
      for (const node of nodes) await node.sync()
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[L2] a message that reaches two cores at once is taken in once',
    async run(books, address) {
      await using other = await openBooks(address)
      const market = await FieldMarket.open(books, { mugs: 40, prints: 0 })
      const node = await market.enrol('edge')
      await node.sync()
      for (const id of ['o1', 'o2', 'o3']) node.buy(id)
      const request = node.request()
      const cores = [market.core, { ...market.core, books: other }]
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          receiveExchange(cores[index % 2] ?? market.core, request),
        ),
      )
      for (const answer of answers) equal(answer.status, 'ack')
      await node.sync()
      equal((await market.item('mug')).on_hand, 40)
      equal((await orderStates(books)).length, 3)
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[RF1, I15] concurrent refunds at two cores draw on one payment one after another',
    async run(books, address) {
      await using other = await openBooks(address)
      await using market = await MoneyMarket.open(books)
      const orderId = (await market.sell()) as OrderId
      await market.runner.runDue()
      const cores = [market.core, { ...market.core, books: other }]
      const history = new History<CounterAct>(() => performance.now())
      const amounts = [100, 250, 70, 300, 90, 410, 60, 120, 200, 30]
      const refund = (core: Core, amountMinor: number) =>
        refundOrder(core, orderId, { amountMinor, reason: 'part' })
      await Promise.all(
        amounts.map((amountMinor, index) =>
          history.note(
            `person ${index}`,
            () => refund(cores[index % 2] ?? market.core, amountMinor),
            (answer) => ({ type: 'take', count: amountMinor, taken: answer.ok }),
          ),
        ),
      )
      assertLinear(history.operations, 1_000)
      await market.runner.runDue()
      const { refunded_minor } = await market.payment(`pay-${orderId}`)
      equal(refunded_minor, sumTaken(history.operations))
      const refunds = await market.refunds()
      equal(new Set(refunds.map(({ refund_id }) => refund_id)).size, refunds.length)
      const charge = (await market.payment(`pay-${orderId}`)).charge_id ?? ''
      equal((await market.core.processor.read(charge)).refundedMinor, refunded_minor)
    },
  },
  {
    title: '[LB3, I20] whoever reads while money moves at two cores sees books that balance',
    async run(books, address) {
      await using other = await openBooks(address)
      await using market = await MoneyMarket.open(books)
      const second: Core = { ...market.core, books: other }
      const orders = await inTurn(12, () => market.sell())
      const watching = watch(async () => {
        for (const core of [market.core, second]) {
          for (const [, sum] of await readTrialBalance(core)) equal(sum, 0)
        }
      })
      await Promise.all([market.runner.runDue(), createPaymentRunner(second).runDue()])
      await Promise.all(
        orders.flatMap((orderId, index) => [
          refundOrder(market.core, orderId as OrderId, { amountMinor: 100 + index, reason: 'a' }),
          refundOrder(second, orderId as OrderId, { amountMinor: 50 + index, reason: 'b' }),
        ]),
      )
      await Promise.all([market.runner.runDue(), createPaymentRunner(second).runDue()])
      ok((await watching.end()) > 0, 'somebody looked meanwhile')
      const refunded = (await market.refunds()).map(({ amount_minor }) => amount_minor)
      equal(refunded.reduce((sum, amount) => sum + amount, 0), 12 * 150 + 2 * 66)
      equal((await market.refunds()).every(({ state }) => state === 'succeeded'), true)
    },
  },
  {
    title: '[VO2, VO3, PM12] a rescue that two cores end at once ends once',
    async run(books, address) {
      await using other = await openBooks(address)
      await using market = await MoneyMarket.open(books)
      const second: Core = { ...market.core, books: other }
      const reference = 'pm_card_visa_chargeDeclined'
      const orders = await inTurn(6, () => market.sell({ reference }))
      await market.runner.runDue()
      market.travel(11 * MINUTE)
      const [first, ...rest] = orders as OrderId[]
      ok(first !== undefined)
      await Promise.all([
        endDueRescues(market.core),
        endDueRescues(second),
        ...rest.map((orderId) => releaseOrder(second, orderId)),
        giveVoucher(market.core, first, 500),
        giveVoucher(second, first, 500),
      ])
      const told = await market.told()
      for (const orderId of orders) {
        equal(await market.stateOf(orderId), 'released')
        equal(told.filter((word) => word === `release ${orderId}`).length, 1)
      }
      const vouchers = await books.read('vouchers', (trx) =>
        trx.selectFrom('voucher').select('order_id').execute(),
      )
      deepEqual(vouchers.map(({ order_id }) => order_id), [first])
    },
  },
  {
    title: '[O5, PM18] a rescue that is paid and released at once is one of both, with its money',
    async run(books, address) {
      await using other = await openBooks(address)
      await using market = await MoneyMarket.open(books)
      const second: Core = { ...market.core, books: other }
      const reference = 'pm_card_visa_chargeDeclined'
      const orders = await inTurn(5, () => market.sell({ reference }))
      await market.runner.runDue()
      await Promise.all([
        ...orders.map((orderId) => market.payAgain(orderId)),
        ...orders.map((orderId) => releaseOrder(second, orderId as OrderId)),
        market.runner.runDue(),
        createPaymentRunner(second).runDue(),
      ])
      await market.runner.runDue()
      for (const orderId of orders) {
        const state = await market.stateOf(orderId)
        const { captured_minor, refunded_minor } = await market.payment(`again-${orderId}`)
        const left = captured_minor - refunded_minor
        equal(left, state === 'captured' ? 1_000 : 0, `${orderId} is ${state}`)
        ok(['captured', 'released', 'refunded', 'refund_due'].includes(state), state)
      }
      for (const [, sum] of await readTrialBalance(market.core)) equal(sum, 0)
    },
  },
]

/** State that a history can have happened, one act after another. */
function assertLinear(history: readonly Operation<CounterAct>[], units: number): void {
  const told = history.map(({ client, act }) => `${client} ${JSON.stringify(act)}`).join('\n')
  ok(linearize(history, boundedCounter(units)) !== null, `cannot have happened:\n${told}`)
}

function sumTaken(history: readonly Operation<CounterAct>[]): number {
  return history.reduce(
    (sum, { act }) => sum + (act.type === 'take' && act.taken ? act.count : 0),
    0,
  )
}

/** Look again and again until the end; how often it was looked. Throws what a look threw. */
function watch(look: () => Promise<void>): { readonly end: () => Promise<number> } {
  let [looks, isOver] = [0, false]
  const looking = (async () => {
    for (; !isOver; looks += 1) {
      await look()
      await turn()
    }
  })()
  looking.catch(() => undefined)
  return {
    async end() {
      isOver = true
      await looking
      return looks
    },
  }
}

async function inTurn<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const done: T[] = []
  for (let index = 0; index < count; index += 1) done.push(await work(index))
  return done
}

async function orderStates(books: BooksDatabase): Promise<readonly string[]> {
  const rows = await books.read('orders', (trx) =>
    trx.selectFrom('sale_order').select('state').execute(),
  )
  return rows.map(({ state }) => state)
}
