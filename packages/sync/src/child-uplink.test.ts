import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import type { ReleaseId } from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'

import { UPLINK_TERMS } from './child-terms.ts'
import {
  EXCHANGE_ENTRIES_MAX,
  EXCHANGE_FEED_ITEMS_MAX,
  EXCHANGE_PAGE_BYTES_MAX,
} from './protocol.ts'
import { openUplinkBench } from './testing/uplink-bench.ts'

test('[SY5] a sale goes up at once, and what is written meanwhile goes along', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent, uplink } = bench
  const before = parent.requests.length
  for (let order = 1; order <= 20; order += 1) await stall.buy(`o${order}`)
  await time.pass(2 * UPLINK_TERMS.gapMs)
  deepEqual(parent.entries, stall.entries)
  const sent = parent.requests.slice(before).filter(({ entries }) => entries.length > 0)
  ok(sent.length <= 2, `20 sales went up in ${sent.length} exchanges`)
  equal(uplink.status().unsynced, 0)
})

test('[SY5] what has piled up goes up page by page', async () => {
  await using bench = await openUplinkBench(5_000)
  const { time, stall, parent, wire } = bench
  wire.cut()
  for (let order = 1; order <= 2_500; order += 1) await stall.buy(`o${order}`)
  wire.mend()
  await time.pass(5_000)
  deepEqual(parent.entries.length, stall.entries.length)
  ok(parent.requests.every(({ entries }) => entries.length <= EXCHANGE_ENTRIES_MAX))
  ok(parent.requests.some(({ entries }) => entries.length === EXCHANGE_ENTRIES_MAX))
})

test('[SY5] what is large goes up in pages of bytes, the largest alone', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent } = bench
  const release = releaseOfEvening()
  const tell = (first: number, count: number, title: string) => {
    for (let number = first; number < first + count; number++) {
      const show = { ...release.show, title }
      const body = { number, releaseId: `r${number}` as ReleaseId, release: { ...release, show } }
      parent.tell({ type: 'release.activated', body })
    }
  }
  tell(2, 10, `€${'"'.repeat(300_000)}`)
  tell(12, 1, 'x'.repeat(EXCHANGE_PAGE_BYTES_MAX))
  tell(13, 1, 'the last')
  await time.pass(1_000)
  deepEqual(parent.entries, stall.entries)
  equal(stall.state.active?.number, 13)
  const pages = parent.requests.filter(({ entries }) => entries.length > 0)
  const bytes = pages.map(({ entries }) => Buffer.byteLength(JSON.stringify(entries)))
  const isFair = (size: number | undefined) => (size ?? 0) <= EXCHANGE_PAGE_BYTES_MAX + 2
  ok(pages.every(({ entries }, at) => entries.length === 1 || isFair(bytes[at])))
  ok(bytes.some((size) => size > EXCHANGE_PAGE_BYTES_MAX), 'the largest went, alone')
  ok(pages.some(({ entries }) => entries.length === 3))
})

test('[SY14] an entry is heard once what the parent made of it was read to its end', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent, wire, uplink } = bench
  const { dropId, printItem: itemId } = EVENING
  wire.cut()
  await stall.buy('o1')
  const { sequence } = stall.head
  const reports = Array.from({ length: EXCHANGE_FEED_ITEMS_MAX + 1 }, (_, index) => {
    const body = { dropId, itemId, isExhausted: index % 2 === 1 }
    return { type: 'pool.reported', body } as const
  })
  parent.tell(...reports)
  const seen: string[] = []
  stall.onDurable(() => {
    const { acknowledged, heardThrough } = uplink.status()
    seen.push(`${acknowledged >= sequence} ${heardThrough >= sequence}`)
  })
  wire.mend()
  await time.pass(1_000)
  deepEqual(seen.slice(0, 2), ['true false', 'true false'])
  equal(uplink.status().heardThrough, stall.head.sequence)
})

test('[SY6] a decision is journaled long before the next heartbeat, and once', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent } = bench
  const { startMs } = EVENING
  const rollback = { number: 2, releaseId: 'r0' as ReleaseId, release: releaseOfEvening() }
  parent.tell({ type: 'release.activated', body: rollback })
  await time.pass(50)
  equal(stall.state.active?.number, 2)
  ok(time.now().atMs - startMs < UPLINK_TERMS.heartbeatMs)
  await time.pass(10 * UPLINK_TERMS.heartbeatMs)
  equal(stall.state.feedPosition, 3)
  equal(stall.entries.filter(({ text }) => text.includes('release.applied')).length, 2)
})

test('[SY6] a long feed is followed page by page without waiting', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent } = bench
  const { dropId, printItem: itemId } = EVENING
  const reports = Array.from({ length: EXCHANGE_FEED_ITEMS_MAX + 200 }, (_, index) => {
    const body = { dropId, itemId, isExhausted: index % 2 === 1 }
    return { type: 'pool.reported', body } as const
  })
  parent.tell(...reports)
  await time.pass(100)
  equal(stall.state.feedPosition, 2 + reports.length)
})

test('[SY7] sales that a failed exchange did not get to tell are told by the next', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent, wire } = bench
  await stall.buy('o1')
  wire.cut()
  await time.pass(1_000)
  await stall.buy('o2')
  await time.pass(1_000)
  const before = parent.requests.length
  wire.mend()
  await time.pass(5_000)
  const told = parent.requests.slice(before).flatMap(({ demand }) => demand)
  const sold = told.reduce((sum, demand) => sum + demand.sold, 0)
  const toldBefore = parent.requests
    .slice(0, before)
    .flatMap(({ demand }) => demand)
    .reduce((sum, demand) => sum + demand.sold, 0)
  equal(sold + toldBefore, 2)
})

test('[SY9] a child that is cut off says since when, and resumes by itself', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent, wire, uplink, changes } = bench
  const cutAtMs = time.now().atMs
  wire.cut()
  await time.pass(20_000)
  await stall.buy('o1')
  const { isConnected, offlineSinceMs, unsynced, lastError } = uplink.status()
  equal(isConnected, false)
  ok(Math.abs((offlineSinceMs ?? 0) - cutAtMs) <= UPLINK_TERMS.heartbeatMs)
  equal(unsynced, 1)
  equal(lastError?.code, 'unreachable')
  wire.mend()
  await time.pass(UPLINK_TERMS.backoffMsMax + 100)
  equal(uplink.status().isConnected, true)
  deepEqual(parent.entries, stall.entries)
  deepEqual(
    changes.map((status) => status.isConnected),
    [true, false, true],
  )
})

test('[SY9] an answer that was lost is asked for again, and nothing is applied twice', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent, wire } = bench
  const answer = parent.exchange.bind(parent)
  let lost = 0
  parent.exchange = async (request) => {
    const response = await answer(request)
    if (request.entries.length === 0 || lost > 2) return response
    lost += 1
    wire.cut()
    wire.mend()
    return new Promise(() => undefined)
  }
  await stall.buy('o1')
  await time.pass(5_000)
  equal(lost, 3)
  deepEqual(parent.entries, stall.entries)
})

test('[SY10, I11] a restored backup stops selling, and its parent gets both branches', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent, uplink } = bench
  for (let order = 1; order <= 5; order += 1) await stall.buy(`o${order}`)
  await time.pass(100)
  const kept = [...parent.entries]
  stall.restore(4)
  await stall.buy('other')
  await time.pass(5_000)
  equal(stall.notSelling(), 'quarantined')
  equal(uplink.status().refused, 'fork')
  deepEqual(parent.entries, kept)
  const [first] = parent.branch
  equal(first?.sequence, 5)
  ok(parent.branch.some(({ text }) => text.includes('"orderId":"other"')))
})

test('[SY10] a journal that was replaced and grew past the old one is found out', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent, uplink } = bench
  for (let order = 1; order <= 3; order += 1) await stall.buy(`o${order}`)
  await time.pass(100)
  stall.restore(4)
  for (let order = 1; order <= 3; order += 1) await stall.buy(`other${order}`)
  await time.pass(2 * UPLINK_TERMS.refusedMs)
  equal(stall.notSelling(), 'quarantined')
  equal(uplink.status().refused, 'fork')
  equal(parent.branch[0]?.sequence, 5)
})

test('[SY11] a child that was revoked stops selling, and asks only now and then', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent, uplink } = bench
  parent.refusal = { status: 'refused', code: 'node_revoked', detail: 'stolen' }
  await time.pass(UPLINK_TERMS.heartbeatMs + 100)
  equal(stall.notSelling(), 'quarantined')
  equal(uplink.status().lastError?.detail, 'stolen')
  const before = parent.requests.length
  await time.pass(10 * UPLINK_TERMS.refusedMs)
  ok(parent.requests.length - before <= 11)
})

test('[SY11] a refusal that a person can undo does not stop the sale', async () => {
  await using bench = await openUplinkBench()
  const { time, stall, parent, uplink } = bench
  parent.refusal = { status: 'refused', code: 'protocol_version', detail: 'too old' }
  await time.pass(UPLINK_TERMS.heartbeatMs + 100)
  equal(uplink.status().refused, 'protocol_version')
  equal((await stall.buy('o1')).status, 'accepted')
  parent.refusal = null
  await time.pass(UPLINK_TERMS.refusedMs + 100)
  deepEqual(parent.entries, stall.entries)
  equal(uplink.status().refused, null)
})

test('[SY12] flush ends when all was acknowledged, closing ends everything', async () => {
  const bench = await openUplinkBench()
  const { time, stall, parent, uplink } = bench
  await stall.buy('o1')
  const flushed = uplink.flush()
  await time.pass(100)
  await flushed
  deepEqual(parent.entries, stall.entries)
  await uplink[Symbol.asyncDispose]()
  const before = parent.requests.length
  await stall.buy('o2')
  await time.pass(60_000)
  equal(parent.requests.length, before)
  await uplink.flush()
})
