import { deepEqual, equal, notEqual } from 'node:assert/strict'

import { checkpointNote, type OrderId, type PayKey, utf8ToBytes } from '@nightmarket/kernel'
import { EVENING, releaseOfEvening, TERMS } from '@nightmarket/kernel/testing'

import { appendFeed } from '../feed/append-feed.ts'
import { revokeNode } from '../node/close-node.ts'
import { writeOff } from '../stock/write-off.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket } from '../testing/field-market.ts'
import { paymentOf } from '../testing/field-node.ts'
import { receiveExchange } from './receive-exchange.ts'

/** What holds for journals as the core receives them, on either engine. */
export const receiveExchangeSuite: readonly BooksCase[] = [
  {
    title: '[JR1, S1, I9] an order arrives with its units and payment, however often it is sent',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      equal(edge.buy('o1', { quantity: 2 }).status, 'accepted')
      const request = edge.request()
      const first = await receiveExchange(market.core, request)
      const again = await receiveExchange(market.core, request)
      deepEqual(again, first)
      const order = await market.order('o1')
      deepEqual([order.state, order.holds_units, order.total_minor], ['deferred', 1, 2_500])
      const [lease] = (await market.rows('lease')).filter((row) => row.sold > 0)
      equal(lease?.sold, 2)
      const [payment] = await market.rows('payment')
      deepEqual([payment?.state, payment?.capture_at_once], ['requested', 1])
      equal(payment?.next_at_ms, market.nowMs)
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[S4] what is acknowledged is durable, and co-signed by the market',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      const request = edge.request()
      const answer = await receiveExchange(market.core, request)
      equal(answer.status, 'ack')
      if (answer.status !== 'ack' || request.checkpoint === null) return
      const note = utf8ToBytes(checkpointNote(request.checkpoint))
      const { verify, marketKey } = market.core
      equal(verify(marketKey.publicKey, note, answer.cosignature ?? ''), true)
      equal(answer.sequence, request.entries.at(-1)?.sequence)
      const [node] = await market.rows('node')
      deepEqual([node?.sequence, node?.head_hash], [answer.sequence, answer.hash])
    },
  },
  {
    title: '[S4] a checkpoint that is not of the known journal is not co-signed',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      const checkpoint = { ...edge.checkpointAt(1), root: 'ab'.repeat(32) }
      const answer = await receiveExchange(market.core, edge.request({ checkpoint }))
      equal(answer.status === 'ack' && answer.cosignature, null)
    },
  },
  {
    title: '[S1] a gap is asked for, and what arrives then is taken',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      for (const id of ['o1', 'o2', 'o3']) edge.buy(id)
      const { entries } = edge.request()
      const previousHash = entries.at(-2)?.hash ?? ''
      const answer = await edge.exchange({ entries: entries.slice(-1), previousHash })
      deepEqual(
        [answer.status, answer.status === 'want' && answer.sequence],
        ['want', entries[0]?.sequence],
      )
      await edge.sync()
      equal((await market.order('o3')).state, 'deferred')
    },
  },
  {
    title: '[S1] a journal that was tampered with on the way is refused and nothing is taken',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      const { entries } = edge.request()
      const spoiled = entries.map((sealed) => ({
        ...sealed,
        text: sealed.text.replace('1250', '9250'),
      }))
      const answer = await receiveExchange(market.core, edge.request({ entries: spoiled }))
      deepEqual([answer.status, 'code' in answer && answer.code], ['refused', 'journal_invalid'])
      equal((await market.rows('payment')).length, 0)
      await edge.sync()
      equal((await market.order('o1')).state, 'deferred')
    },
  },
  {
    title: '[I11] a cloned device is quarantined, told, and both branches are kept',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('before')
      await edge.sync()
      const clone = edge.clone()
      edge.buy('mine')
      clone.buy('theirs')
      await edge.sync()
      const answer = await clone.sync()
      equal(answer.status, 'fork')
      if (answer.status === 'fork') notEqual(answer.parentHash, answer.childHash)
      const [node] = await market.rows('node')
      equal(node?.state, 'quarantined')
      equal((await market.rows('journal_fork')).length, 1)
      const [mine, theirs] = [await market.order('mine'), await market.order('theirs')]
      deepEqual([mine.state, mine.is_contested], ['deferred', 0])
      deepEqual([theirs.state, theirs.is_contested, theirs.holds_units], ['rescue', 1, 0])
      const payments = await market.rows('payment')
      equal(payments.find((row) => row.order_id === 'theirs')?.next_at_ms, null)
      const complaints = await market.complaints()
      equal(complaints.some((text) => text.startsWith('forked_journal')), true)
      equal(complaints.includes('units_oversold: forked'), true)
      deepEqual(await market.violations(), [])
      deepEqual((await clone.exchange()).status, 'fork')
      deepEqual((await edge.exchange()).status, 'refused')
      equal((await market.rows('journal_fork')).length, 1)
    },
  },
  {
    title: '[I11] branches that parted long before what is sent are both kept',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      const clone = edge.clone()
      for (const id of ['a1', 'a2']) edge.buy(id)
      for (const id of ['b1', 'b2', 'b3']) clone.buy(id)
      await edge.sync()
      const last = clone.entries.slice(-1)
      const previousHash = clone.entries.at(-2)?.hash ?? ''
      const answer = await clone.exchange({ entries: last, previousHash })
      equal(answer.status, 'want')
      equal((await clone.sync()).status, 'fork')
      for (const id of ['b1', 'b2', 'b3']) equal((await market.order(id)).is_contested, 1)
    },
  },
  {
    title: '[S2, I24] a poisoned entry stays in the log, is shown, and holds up nobody',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.forge('lease.returned', { leaseId: 'nobodys', quantity: 3, feedPosition: null })
      edge.forge('weather.changed', { sky: 'clear' })
      edge.forge('order.accepted', { orderId: 'half' })
      edge.buy('after')
      const answer = await edge.sync()
      equal(answer.status, 'ack')
      equal((await market.order('after')).state, 'deferred')
      deepEqual(await market.complaints(), [
        'poisoned_entry: body_malformed',
        'poisoned_entry: lease_foreign',
        'poisoned_entry: type_unknown',
      ])
      deepEqual(await market.violations(), [])
    },
  },
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
      const payment = paymentOf('o2')
      const stolen = { ...order, orderId: 'o2', allocations, payment: { ...payment, amountMinor: 1_250 } }
      thief.forge('order.accepted', stolen)
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
      twist('more', { lines: [{ variantId: 'mug', quantity: 2, unitPriceMinor: 1_250 }], totalMinor: 2_500 })
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
  {
    title: '[NO6] a revoked node is refused, an unknown one and an old epoch too',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      const codeOf = async (answer: ReturnType<typeof edge.exchange>) => {
        const refused = await answer
        return refused.status === 'refused' ? refused.code : refused.status
      }
      const next = await market.enrol('edge', edge.nodeId)
      equal(await codeOf(edge.exchange()), 'epoch_retired')
      equal(await codeOf(next.exchange()), 'ack')
      await revokeNode(market.core, next.nodeId, 'stolen')
      equal(await codeOf(next.exchange()), 'node_revoked')
      const stranger = { ...next.request(), nodeId: 'stranger' as typeof next.nodeId }
      equal(await codeOf(receiveExchange(market.core, stranger)), 'node_unknown')
      const future = { ...next.request(), protocolVersion: 99 }
      equal(await codeOf(receiveExchange(market.core, future)), 'protocol_version')
    },
  },
  {
    title: '[JR4] an idle heartbeat writes nothing until it is time to be seen again',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      await edge.exchange()
      const seen = async () => (await market.rows('node'))[0]?.seen_at_ms
      const before = await seen()
      market.travel(5_000)
      equal((await edge.exchange()).status, 'ack')
      equal(await seen(), before)
      market.travel(6_000)
      await edge.exchange()
      equal(await seen(), market.nowMs)
    },
  },
]
