import { deepEqual, equal, ok } from 'node:assert/strict'

import type { Slip } from '@nightmarket/kernel'
import { EVENING } from '@nightmarket/kernel/testing'

import { moveOrderRow, tellMove } from '../order/move-order-row.ts'
import { findOrder } from '../order/order-row.ts'
import { queryOverdueLeases } from '../stock/query-leases.ts'
import { writeOff } from '../stock/write-off.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket, valueOf } from '../testing/field-market.ts'
import type { FieldNode } from '../testing/field-node.ts'

/** Two nodes of which the first has all the mugs, so that only a slip can bring some over. */
async function openPair(books: Parameters<BooksCase['run']>[0], mugs = 6) {
  const market = await FieldMarket.open(books, { mugs })
  const giver = await market.enrol('giver')
  await giver.sync()
  const taker = await market.enrol('taker')
  const units = giver.unsold()
  ok(units >= 2, 'the giver was lent some')
  return { market, giver, taker, units }
}

/** The release only, so that the taker can sell what it is handed while it is cut off. */
async function hear(taker: FieldNode): Promise<void> {
  await taker.sync()
  taker.run({ type: 'return_units', leaseId: null })
  await taker.exchange({ demand: [] })
}

async function sumsHold(market: FieldMarket): Promise<void> {
  deepEqual(await market.violations(), [])
}

/** What the core does once the processor has confirmed that an order's payment is void. */
async function endOrder({ core }: FieldMarket, orderId: string): Promise<void> {
  await core.books.transact('end an order', async (trx) => {
    const order = await findOrder(trx, orderId)
    ok(order !== undefined)
    await moveOrderRow(trx, order, 'void', { reason: 'a mistake' })
    await tellMove(core, trx, order, 'void')
  })
}

/** What the books know of units that nodes gave each other, on either engine. */
export const foldTransferSuite: readonly BooksCase[] = [
  {
    title: '[TR1] a transfer is booked once, whichever of the two journals comes first',
    async run(books) {
      const { market, giver, taker, units } = await openPair(books)
      await hear(taker)
      const first = giver.handOver('t1', 1, taker)
      const second = giver.handOver('t2', 1, taker)
      for (const slip of [first, second]) equal(taker.take(slip).status, 'done')
      equal(taker.buy('o1').status, 'accepted')
      await giver.sync()
      await sumsHold(market)
      await taker.sync()
      equal(taker.buy('o2').status, 'accepted')
      await taker.sync()
      await giver.sync()
      const transfers = await market.rows('transfer')
      deepEqual(
        transfers.map((row) => [row.giver_heard, row.taker_heard, row.quantity]),
        [
          [1, 1, 1],
          [1, 1, 1],
        ],
      )
      const leases = await market.rows('lease')
      const given = leases.find((row) => row.node_id === giver.nodeId && row.handed === 2)
      equal(given === undefined ? -1 : given.granted + given.handed, units)
      deepEqual(
        ['t1', 't2'].map((id) => leases.find((row) => row.lease_id === id)?.sold),
        [1, 1],
      )
      deepEqual(await market.complaints(), [])
      await sumsHold(market)
    },
  },
  {
    title: '[TR1] a lease that is handed on to its last unit stands for none',
    async run(books) {
      const { market, giver, taker, units } = await openPair(books)
      await hear(taker)
      taker.take(giver.handOver('t1', units, taker))
      await giver.sync()
      await taker.sync()
      deepEqual(await market.complaints(), [])
      await sumsHold(market)
    },
  },
  {
    title: '[TR1] the taker may come first, and the giver much later',
    async run(books) {
      const { market, giver, taker } = await openPair(books)
      await hear(taker)
      const slip = giver.handOver('t1', 2, taker)
      taker.take(slip)
      taker.buy('o1')
      taker.buy('o2')
      await taker.sync()
      await sumsHold(market)
      for (const id of ['o1', 'o2']) equal((await market.order(id)).is_contested, 0)
      equal((await market.rows('transfer'))[0]?.giver_heard, 0)
      giver.buy('o3')
      await giver.sync()
      equal((await market.rows('transfer'))[0]?.giver_heard, 1)
      deepEqual(await market.complaints(), [])
      await sumsHold(market)
    },
  },
  {
    title: '[TR2] the units are the taker’s also when the giver is lost, or was written off',
    async run(books) {
      const { market, giver, taker, units } = await openPair(books)
      await hear(taker)
      const slip = giver.handOver('t1', 2, taker)
      taker.take(slip)
      taker.buy('o1')
      await market.enrol('giver', giver.nodeId)
      const { nodeId } = giver
      const written = valueOf(await writeOff(market.core, { nodeId, counted: [] }))
      ok(written.unitsWrittenOff >= units)
      const before = await market.item(EVENING.mugItem)
      await taker.sync()
      const after = await market.item(EVENING.mugItem)
      equal(after.on_hand, before.on_hand + 2)
      equal((await market.order('o1')).is_contested, 0)
      deepEqual(await market.complaints(), [])
      await sumsHold(market)
    },
  },
  {
    title: '[TR2] units of an ended order that the giver handed on are the taker’s, who came first',
    async run(books) {
      const { market, giver, taker, units } = await openPair(books)
      await hear(taker)
      for (let number = 1; number <= units; number += 1) giver.buy(`sold-${number}`)
      await giver.sync()
      equal(giver.unsold(), 0)
      await endOrder(market, 'sold-1')
      // It hears of the order's end, and is cut off before it can say so.
      await giver.exchange()
      equal(giver.unsold(), 1)
      taker.take(giver.handOver('t1', 1, taker))
      taker.buy('o1')
      await taker.sync()
      deepEqual(await market.complaints(), [])
      equal((await market.order('o1')).is_contested, 0)
      await sumsHold(market)
      await giver.sync()
      await giver.sync()
      deepEqual(await market.complaints(), [])
      await sumsHold(market)
    },
  },
  {
    title: '[TR3] a slip for more than the lease had moves nothing; its sales go to rescue',
    async run(books) {
      const { market, giver, taker, units } = await openPair(books)
      await hear(taker)
      giver.handOver('t1', 1, taker)
      const handed = { ...giver.lastBody('lease.handed'), quantity: units + 5, transferId: 't2' }
      const slip = giver.slipOf(giver.forge('lease.handed', handed))
      taker.take(slip)
      taker.buy('o1')
      await taker.sync()
      equal((await market.order('o1')).is_contested, 1)
      await giver.sync()
      deepEqual(await market.complaints(), [
        'poisoned_entry: lease_foreign',
        'poisoned_entry: lease_overdrawn',
        'poisoned_entry: lease_overdrawn',
      ])
      await sumsHold(market)
    },
  },
  {
    title: '[TR2] what no node signed, or for somebody else, moves nothing',
    async run(books) {
      const { market, giver, taker } = await openPair(books)
      await hear(taker)
      const slip = giver.handOver('t1', 1, taker)
      taker.take(slip)
      const taken = taker.lastBody('lease.taken')
      const other = await market.enrol('other')
      await other.sync()
      const forged: Slip = { ...slip, entry: slip.entry.replace('"quantity":1', '"quantity":9') }
      other.forge('lease.taken', { ...taken })
      other.forge('lease.taken', { ...taken, quantity: 9, slip: forged })
      other.forge('lease.taken', { ...taken, slip: { anything: true } })
      await other.exchange()
      deepEqual(await market.complaints(), Array(3).fill('poisoned_entry: slip_invalid'))
      deepEqual(await market.rows('transfer'), [])
      await sumsHold(market)
    },
  },
  {
    title: '[TR4] a slip that nobody used comes back when its taker refuses or disclaims it',
    async run(books) {
      const { market, giver, taker } = await openPair(books)
      await hear(taker)
      const refused = giver.handOver('t1', 1, taker)
      giver.handOver('t2', 1, taker)
      await giver.sync()
      const { free } = await market.item(EVENING.mugItem)
      taker.take(refused, 'refuse_slip')
      await taker.exchange({ demand: [] })
      equal((await market.item(EVENING.mugItem)).free, free + 1)
      market.travel(EVENING.endMs - EVENING.startMs + 3_600_000)
      await queryOverdueLeases(market.core)
      await taker.sync()
      await giver.sync()
      const { free: all, on_hand } = await market.item(EVENING.mugItem)
      equal(all, on_hand)
      deepEqual(await market.complaints(), [])
      await sumsHold(market)
    },
  },
  {
    title: '[TR4] a refusal that comes before its giver’s journal is nothing to complain about',
    async run(books) {
      const { market, giver, taker } = await openPair(books)
      await hear(taker)
      taker.take(giver.handOver('t1', 1, taker), 'refuse_slip')
      await taker.exchange({ demand: [] })
      await giver.sync()
      market.travel(EVENING.endMs - EVENING.startMs + 3_600_000)
      await queryOverdueLeases(market.core)
      await taker.sync()
      await giver.sync()
      const { free, on_hand } = await market.item(EVENING.mugItem)
      equal(free, on_hand)
      deepEqual(await market.complaints(), [])
      await sumsHold(market)
    },
  },
  {
    title: '[CN1, CN2] what was counted and differs is shown, with both figures, and moves nothing',
    async run(books) {
      const { market, giver: till } = await openPair(books)
      till.run({ type: 'count_cash', count: cash('c1', 'opening', 5_000) })
      till.buy('o1', { method: 'cash' })
      till.run({ type: 'count_cash', count: cash('c2', 'count', 6_250) })
      till.run({ type: 'count_cash', count: cash('c3', 'count', 6_000) })
      const units = till.unsold()
      till.run({ type: 'count_stock', count: stock('c4', units) })
      till.run({ type: 'count_stock', count: stock('c5', units - 1) })
      await till.sync()
      const rows = await market.rows('mismatch')
      deepEqual(
        rows.map(({ kind, owner, action }) => `${kind} ${owner} ${action}`).toSorted(),
        ['count_differs operator count_units', 'drawer_differs treasurer count_drawer'],
      )
      equal((await market.rows('cash_count')).length, 3)
      equal((await market.rows('stock_count')).length, 2)
      await sumsHold(market)
    },
  },
]

function cash(countId: string, kind: 'opening' | 'count', amountMinor: number) {
  return { countId, kind, amountMinor, operatorId: 'op', why: 'evening' } as never
}

function stock(countId: string, quantity: number) {
  return { countId, itemId: EVENING.mugItem, quantity, operatorId: 'op', why: 'closing' } as never
}
