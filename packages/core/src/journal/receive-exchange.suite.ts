import { deepEqual, equal, notEqual, rejects } from 'node:assert/strict'

import { checkpointNote, utf8ToBytes } from '@nightmarket/kernel'
import { releaseOfEvening } from '@nightmarket/kernel/testing'

import { auditFeeds } from '../audit/audit-feeds.ts'
import { revokeNode } from '../node/close-node.ts'
import { findNode } from '../node/enrol-node.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket } from '../testing/field-market.ts'
import { collectNames } from './batch-names.ts'
import { foldEntry } from './fold-entry.ts'
import { foldTools } from './fold-tools.ts'
import { loadBatch } from './load-batch.ts'
import { receiveExchange } from './receive-exchange.ts'
import { writeBatch } from './write-batch.ts'

/** What holds for exchanges as the core takes part in them, on either engine. */
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
    title: '[JR2] books that are not what a batch was folded from refuse it as a whole',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      const { entries } = edge.request()
      const checked = entries.map((sealed) => ({ sealed, entry: JSON.parse(sealed.text) }))
      const failing = books.transact('fold', async (trx) => {
        const node = await findNode(trx, edge.nodeId)
        if (node === undefined) return
        const batch = await loadBatch(trx, node, collectNames(checked), market.nowMs)
        for (const { entry } of checked) foldEntry(batch, entry, foldTools(market.core))
        await trx.updateTable('lease').set({ sold: 1 }).execute()
        await writeBatch(market.core, trx, batch)
      })
      await rejects(failing, /is as it was read/)
      equal((await market.rows('payment')).length, 0)
      await edge.sync()
      equal((await market.order('o1')).state, 'deferred')
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
      // The first branch goes on to its end: what it accepted is wanted, but it sells no more.
      deepEqual((await edge.sync()).status, 'ack')
      equal(edge.state.frozen, 'quarantined')
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
  {
    title: '[JR8] a message that is sent again by anybody moves no stock and shows nobody alive',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      for (const id of ['o1', 'o2', 'o3', 'o4', 'o5']) edge.buy(id)
      const overheard = edge.request()
      await receiveExchange(market.core, overheard)
      await edge.sync()
      const heartbeat = edge.request()
      market.travel(20_000)
      await edge.exchange()
      const state = async () => {
        const [node] = await market.rows('node')
        return [(await market.item('mug')).free, node?.seen_at_ms, node?.demand]
      }
      const before = await state()
      market.travel(120_000)
      for (let time = 0; time < 20; time++) {
        equal((await receiveExchange(market.core, overheard)).status, 'ack')
        equal((await receiveExchange(market.core, heartbeat)).status, 'ack')
      }
      deepEqual(await state(), before)
      edge.buy('later')
      await edge.exchange({ atMs: 1 })
      const [node] = await market.rows('node')
      equal(node?.seen_at_ms, market.nowMs)
    },
  },
  {
    title: '[FE4] a node that read more than restored books gave out is stopped and hears of it',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      const read = edge.state.feedPosition
      await books.transact('restore', async (trx) => {
        const lost = read - 2
        await trx.updateTable('node').set({ feed_head: lost, feed_acknowledged: lost }).execute()
        await trx.deleteFrom('feed').where('position', '>', lost).execute()
      })
      edge.buy('o1')
      await market.activate(releaseOfEvening({ terms: { holdMs: 99_000 } }))
      await edge.sync()
      equal(edge.state.frozen, 'quarantined')
      equal((await market.order('o1')).state, 'deferred')
      const [node] = await market.rows('node')
      deepEqual([node?.state, node?.feed_head], ['quarantined', read + 1])
      const complaints = await market.complaints()
      const reason = `read ${read} of ${read - 1}: the books were restored`
      deepEqual(complaints, [`forked_journal: ${reason}`])
      deepEqual((await auditFeeds(market.core)).violations, [])
      equal((await edge.exchange({ feedAfter: Number.MAX_SAFE_INTEGER })).status, 'ack')
    },
  },
  {
    title: '[S1] entries that name the two ends of a journal are no run, and are refused',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      const [first] = edge.entries
      if (first === undefined) throw new Error('a journal begins')
      const entries = [first, { ...first, sequence: Number.MAX_SAFE_INTEGER }]
      const checkpoint = edge.checkpointAt(1)
      const answer = await receiveExchange(market.core, edge.request({ entries, checkpoint }))
      equal(answer.status === 'refused' && answer.code, 'journal_invalid')
    },
  },
]
