import { deepEqual, equal, ok } from 'node:assert/strict'

import { CLOCK_SKEW_MS_MAX, type LeaseId, type NodeId, type OrderId } from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'
import fc from 'fast-check'

import { openBooks } from '../database/books-database.ts'
import { appendFeed } from '../feed/append-feed.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket, valueOf } from '../testing/field-market.ts'
import { type FieldNode, paymentOf } from '../testing/field-node.ts'
import { queryOverdueLeases } from './query-leases.ts'
import { grantLease, shareStock } from './share-stock.ts'
import { listLeases, listStock } from './stock-audit.ts'
import { writeOff } from './write-off.ts'

/** What holds for stock and leases on either engine. */
export const shareStockSuite: readonly BooksCase[] = [
  {
    title: '[L2, LE1] nodes get equal shares, a reserve stays, and asking again grants nothing',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 100, prints: 0, release: null })
      const nodes = [await market.enrol('a'), await market.enrol('b')]
      await market.activate(releaseOfEvening())
      for (const node of nodes) await node.sync()
      deepEqual(nodes.map((node) => node.unsold()), [40, 40])
      equal((await market.item('mug')).free, 20)
      await shareStock(market.core)
      await shareStock(market.core)
      equal((await market.item('mug')).free, 20)
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[LE2] a grant beyond what is free, or beyond the cap of its drop, writes nothing',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 10 })
      const edge = await market.enrol('edge')
      await edge.sync()
      const before = await market.item('mug')
      const grant = (quantity: number) =>
        market.core.books.transact('grant', (trx) =>
          grantLease(market.core, trx, {
            nodeId: edge.nodeId satisfies NodeId,
            dropId: EVENING.dropId,
            itemId: EVENING.mugItem,
            quantity,
            sellUntilMs: EVENING.endMs,
          }),
        )
      equal(await grant(before.free + 1), false)
      deepEqual(await market.item('mug'), before)
      await market.activate(releaseOfEvening({ listing: { units: 3 } }))
      const capped = await market.item('mug')
      // Three mugs and two in each of three bundles: eight of these nine are out already.
      equal(await grant(2), false)
      deepEqual(await market.item('mug'), capped)
      equal(await grant(1), true)
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[LE2] two cores that lend the same last units lend them once',
    async run(books, address) {
      await using other = await openBooks(address)
      const market = await FieldMarket.open(books, { mugs: 10, release: null })
      const edge = await market.enrol('edge')
      await market.activate(releaseOfEvening())
      const { free } = await market.item('mug')
      const cores = [market.core, { ...market.core, books: other }]
      const grants = await Promise.all(
        Array.from({ length: free * 2 }, (_, index) => {
          const core = cores[index % 2] ?? market.core
          const { dropId, mugItem: itemId, endMs: sellUntilMs } = EVENING
          const lease = { nodeId: edge.nodeId, dropId, itemId, quantity: 1, sellUntilMs }
          return core.books.transact('grant', (trx) => grantLease(core, trx, lease))
        }),
      )
      equal(grants.filter(Boolean).length, free)
      equal((await market.item('mug')).free, 0)
      deepEqual(await market.violations(), [])
      await edge.sync()
      equal(edge.unsold(), 10)
    },
  },
  {
    title: '[JR3, L7] who stands in line is sent units with the answer, from the idle if need be',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 10, prints: 0, release: null })
      const [busy, idle] = [await market.enrol('busy'), await market.enrol('idle')]
      await market.activate(releaseOfEvening())
      await busy.sync()
      await idle.sync()
      const answers = Array.from({ length: 10 }, (_, index) => busy.buy(`o${index}`).status)
      equal(answers.filter((status) => status === 'accepted').length, 4)
      for (let round = 0; round < 3; round++) {
        await busy.sync()
        await idle.sync()
      }
      await busy.sync()
      // A buyer in line who is served holds the unit until the purchase is made.
      const holds = [...busy.state.holds.values()].filter((hold) => hold.end === null)
      equal(holds.length, 6)
      equal(idle.unsold(), 0)
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[H2] sold out is told once nothing is free or out, and taken back when units return',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 2, prints: 0, release: null })
      const [one, two] = [await market.enrol('one'), await market.enrol('two')]
      await market.activate(releaseOfEvening())
      const isExhausted = (node: FieldNode) =>
        [...node.state.pools.values()].find((pool) => pool.itemId === 'mug')?.isExhausted ?? false
      const settle = async () => {
        for (let round = 0; round < 3; round++) {
          await one.sync()
          await two.sync()
        }
      }
      await settle()
      for (const id of ['o1', 'o2', 'o3']) one.buy(id)
      await settle()
      equal(isExhausted(one), false)
      const held = [...one.state.holds.values()].filter((hold) => hold.end === null)
      for (const { hold } of held) {
        const orderId = `order-of-${hold.holdId}` as OrderId
        const payment = paymentOf(orderId)
        const { holdId, buyerId } = hold
        const requestHash = one.hashOf(orderId)
        one.run({ type: 'buy_hold', orderId, holdId, buyerId, requestHash, payment })
      }
      await settle()
      deepEqual([isExhausted(one), isExhausted(two)], [true, true])
      equal(one.buy('o4').status, 'rejected')
      await voidFirst(market, one)
      await settle()
      deepEqual([isExhausted(one), isExhausted(two)], [false, false])
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[L4] a lease past its end is asked about: returned, or disclaimed, never just taken',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 10, prints: 0, release: null })
      const edge = await market.enrol('edge')
      await market.activate(releaseOfEvening())
      await edge.sync()
      edge.buy('o1')
      await edge.sync()
      market.travel(3_600_000 + 3 * 60_000 + CLOCK_SKEW_MS_MAX)
      equal((await market.item('mug')).free, 2)
      equal(await queryOverdueLeases(market.core), 1)
      equal(await queryOverdueLeases(market.core), 0)
      equal((await market.item('mug')).free, 2)
      await edge.sync()
      equal((await market.item('mug')).free, 9)
      equal(await queryOverdueLeases(market.core), 0)
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[L4, I5] a unit that comes back to a lease after its write-off is asked for too',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 10, prints: 0, release: null })
      const edge = await market.enrol('edge')
      await market.activate(releaseOfEvening())
      await edge.sync()
      edge.buy('o1')
      await edge.sync()
      await writeOff(market.core, { nodeId: edge.nodeId, counted: [] })
      await voidFirst(market, edge)
      await edge.sync()
      market.travel(3_600_000 + 3 * 60_000 + CLOCK_SKEW_MS_MAX)
      await queryOverdueLeases(market.core)
      await edge.sync()
      equal(await queryOverdueLeases(market.core), 0)
      const lease = (await market.rows('lease')).find(({ state }) => state === 'written_off')
      deepEqual([lease?.granted, lease?.sold], [8, 0])
      equal((lease?.returned ?? 0) + (lease?.written_off ?? 0), 8)
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[L4] a disclaimed lease is wholly back; a received one cannot be disclaimed',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 10, prints: 0, release: null })
      const edge = await market.enrol('edge')
      await market.activate(releaseOfEvening())
      const [leaseId] = await market.leaseIds(edge)
      edge.forge('lease.disclaimed', { leaseId, feedPosition: 1 })
      const [node] = await market.rows('node')
      await edge.exchange({ feedAfter: node?.feed_head ?? 0, demand: [] })
      equal((await market.item('mug')).free, 10)
      const [lease] = await market.rows('lease')
      deepEqual([lease?.state, lease?.returned], ['disclaimed', 8])
      deepEqual(await market.violations(), [])
      const other = await market.enrol('other')
      await other.sync()
      const [received] = await market.leaseIds(other)
      other.forge('lease.disclaimed', { leaseId: received, feedPosition: 9 })
      await other.exchange()
      deepEqual(await market.complaints(), ['poisoned_entry: lease_received'])
    },
  },
  {
    title: '[LE5, L4] a write-off needs a count, frees what was counted and takes the rest away',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 100, prints: 0 })
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      await edge.sync()
      const request = (quantity: number) =>
        writeOff(market.core, {
          nodeId: edge.nodeId,
          counted: [{ itemId: EVENING.mugItem, quantity }],
        })
      deepEqual(await request(80), {
        ok: false,
        error: { code: 'counted_over_outstanding', itemId: 'mug', outstanding: 79 },
      })
      deepEqual(valueOf(await request(70)), { leases: 1, unitsBack: 70, unitsWrittenOff: 9 })
      const item = await market.item('mug')
      equal(item.on_hand, 91)
      deepEqual(await market.violations(), [])
      const nothing = await writeOff(market.core, { leaseId: 'no' as LeaseId, counted: [] })
      deepEqual(nothing, { ok: false, error: { code: 'nothing_outstanding' } })
      await edge.sync()
      equal((await market.complaints())[0], 'poisoned_entry: lease_written_off')
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[LE5, L4] units that were all counted back are no news when they are returned',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 10, prints: 0 })
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      await edge.sync()
      const counted = [{ itemId: EVENING.mugItem, quantity: 7 }]
      const done = valueOf(await writeOff(market.core, { nodeId: edge.nodeId, counted }))
      deepEqual(done, { leases: 1, unitsBack: 7, unitsWrittenOff: 0 })
      await edge.sync()
      equal(edge.lastBody('lease.returned')['quantity'], 7)
      equal((await market.item('mug')).on_hand, 10)
      deepEqual(await market.complaints(), [])
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[LE9] a write-off that names its request is made once, also when its answer was lost',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 40, prints: 10 })
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      await edge.sync()
      const { length } = await market.leaseIds(edge)
      const counted = [{ itemId: EVENING.mugItem, quantity: 2 }]
      const send = () =>
        writeOff(market.core, { nodeId: edge.nodeId, counted, requestId: 'count-1' })
      const first = await send()
      ok((await market.leaseIds(edge)).length > length, 'it is still there, and is lent more')
      const { on_hand } = await market.item('mug')
      deepEqual(await send(), first)
      equal((await market.item('mug')).on_hand, on_hand)
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[LE3] the table of stock adds up, and leases are listed by node',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 100, prints: 0 })
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1', { quantity: 5 })
      await edge.sync()
      const mug = (await listStock(market.core)).find((line) => line.itemId === 'mug')
      deepEqual({ ...mug }, {
        itemId: 'mug',
        title: 'mug',
        sku: 'SKU-mug',
        onHand: 100,
        free: 20,
        outstanding: 75,
        sold: 5,
        writtenOff: 0,
      })
      const leases = await listLeases(market.core, { nodeId: edge.nodeId, limit: 10 })
      deepEqual(leases.map(({ granted, sold }) => [granted, sold]), [[80, 5]])
      deepEqual(await listLeases(market.core, { nodeId: 'other', limit: 10 }), [])
    },
  },
  {
    title: '[I1, I3, I4, L1] no unit is made or lost, whatever nodes do and whatever is lost',
    async run(books) {
      const step = fc.record({
        node: fc.nat({ max: 2 }),
        act: fc.constantFrom('buy', 'buy', 'buy', 'sync', 'lose', 'return', 'void', 'pass'),
        quantity: fc.integer({ min: 1, max: 3 }),
      })
      let run = 0
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
          await conserve(books, `run-${++run}`, steps)
        }),
        { numRuns: 8 },
      )
    },
  },
]

interface Step {
  readonly node: number
  readonly act: 'buy' | 'sync' | 'lose' | 'return' | 'void' | 'pass'
  readonly quantity: number
}

/** Three nodes do as they please; after each contact every sum of the books holds. */
async function conserve(
  books: Parameters<BooksCase['run']>[0],
  name: string,
  steps: readonly Step[],
): Promise<void> {
  await books.transact('begin anew', async (trx) => {
    for (const table of ['lease', 'drop_pool', 'payment', 'sale_order', 'activation'] as const) {
      await trx.deleteFrom(table).execute()
    }
    for (const table of ['release', 'journal', 'feed', 'node', 'mismatch', 'item'] as const) {
      await trx.deleteFrom(table).execute()
    }
  })
  const market = await FieldMarket.open(books, { mugs: 20, prints: 0, release: null })
  const nodes: FieldNode[] = []
  for (const letter of ['a', 'b', 'c']) nodes.push(await market.enrol(`${name}-${letter}`))
  await market.activate(releaseOfEvening())
  for (const [index, { node: chosen, act, quantity }] of steps.entries()) {
    const node = nodes[chosen]
    if (node === undefined) continue
    if (act === 'buy' && node.state.active !== null) node.buy(`${name}-${index}`, { quantity })
    if (act === 'return') node.run({ type: 'return_units', leaseId: null })
    if (act === 'pass') market.travel(20_000)
    if (act === 'lose') await node.exchangeAndLose()
    if (act === 'void') await voidFirst(market, node)
    if (act === 'sync') await node.sync()
    deepEqual(await market.violations(), [])
  }
  for (const node of [...nodes, ...nodes]) await node.sync()
  deepEqual(await market.complaints(), [])
  deepEqual(await market.violations(), [])
  const [line] = (await listStock(market.core)).filter(({ itemId }) => itemId === 'mug')
  const out = nodes.reduce((sum, node) => sum + node.unsold() + heldBy(node), 0)
  ok(line !== undefined)
  equal(line.free + line.outstanding + line.sold, 20)
  equal(line.outstanding, out)
}

function heldBy(node: FieldNode): number {
  return [...node.state.pools.values()].reduce((sum, pool) => sum + pool.held, 0)
}

/** The core ends an order: its units come back by its node's own word. */
async function voidFirst(market: FieldMarket, node: FieldNode): Promise<void> {
  const { core } = market
  await core.books.transact('void', async (trx) => {
    const order = await trx
      .selectFrom('sale_order')
      .select('order_id')
      .where('node_id', '=', node.nodeId)
      .where('state', '=', 'deferred')
      .orderBy('sequence')
      .executeTakeFirst()
    if (order === undefined) return
    const { order_id } = order
    await trx
      .updateTable('sale_order')
      .set({ state: 'voided' })
      .where('order_id', '=', order_id)
      .execute()
    const body = { orderId: order_id as OrderId, move: 'void' } as const
    await appendFeed(core, trx, node.nodeId, { type: 'order.moved', body })
  })
}
