import { deepEqual, equal, ok } from 'node:assert/strict'

import type { FeedDecision, NodeId } from '@nightmarket/kernel'

import { openBooks } from '../database/books-database.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket } from '../testing/field-market.ts'
import { appendFeed, readFeed } from './append-feed.ts'
import { awaitFeed } from './await-feed.ts'
import { createFeedBell } from './feed-bell.ts'

const FROZEN: FeedDecision = { type: 'stall.frozen', body: { reason: 'closed' } }

/** What holds for feeds on either engine. */
export const feedSuite: readonly BooksCase[] = [
  {
    title: '[FE1] positions count from 1 without gaps, and a page starts after its cursor',
    async run(books) {
      const market = await FieldMarket.open(books, { release: null })
      const { nodeId } = await market.enrol('edge')
      const { core } = market
      for (const count of [1, 3, 70]) {
        const decisions = Array<FeedDecision>(count).fill(FROZEN)
        await books.transact('tell', (trx) => appendFeed(core, trx, nodeId, ...decisions))
      }
      const page = (after: number, limit: number) =>
        books.read('page', (trx) => readFeed(trx, { nodeId, epoch: 1, after, limit }))
      const all = await page(0, 1_000)
      deepEqual(all.map((item) => item.position), countTo(74))
      deepEqual((await page(2, 3)).map((item) => item.position), [3, 4, 5])
      deepEqual(await page(74, 3), [])
      deepEqual(all[0], { position: 1, atMs: market.nowMs, ...FROZEN })
    },
  },
  {
    title: '[S6] a reader that sees a position has seen every one before it, with writers racing',
    async run(books, address) {
      const market = await FieldMarket.open(books, { release: null })
      const { nodeId } = await market.enrol('edge')
      await using second = await openBooks(address)
      const cores = [market.core, { ...market.core, books: second }]
      let isWriting = true
      const seen: number[] = []
      const reading = (async () => {
        while (isWriting || seen.length < 40) {
          const after = seen.at(-1) ?? 0
          const range = { nodeId, epoch: 1, after, limit: 1_000 }
          const items = await second.read('follow', (trx) => readFeed(trx, range))
          seen.push(...items.map((item) => item.position))
          await new Promise(setImmediate)
        }
      })()
      await Promise.all(
        Array.from({ length: 40 }, (_, index) => {
          const core = cores[index % 2] ?? market.core
          return core.books.transact('tell', (trx) => appendFeed(core, trx, nodeId, FROZEN))
        }),
      )
      isWriting = false
      await reading
      deepEqual(seen, countTo(40))
    },
  },
  {
    title: '[FE2] a bell hears the rings of another process',
    async run(books, address) {
      const market = await FieldMarket.open(books, { release: null })
      const { nodeId } = await market.enrol('edge')
      await using other = await openBooks(address)
      await using bell = await createFeedBell(books)
      await using otherBell = await createFeedBell(other)
      const core = { ...market.core, books: other, bell: otherBell }
      const startedMs = performance.now()
      const rung = bell.wait(nodeId, 30_000)
      await other.transact('tell', (trx) => appendFeed(core, trx, nodeId, FROZEN))
      await rung
      ok(performance.now() - startedMs < 10_000, 'it was rung, not timed out')
    },
  },
  {
    title: '[FE2] waiting ends with the time, the signal or the bell, and only for its own node',
    async run(books) {
      await using bell = await createFeedBell(books)
      const [mine, theirs] = ['mine' as NodeId, 'theirs' as NodeId]
      await bell.wait(mine, 1)
      await bell.wait(mine, 30_000, AbortSignal.abort())
      const leaving = new AbortController()
      let isRung = false
      const waiting = bell.wait(mine, 30_000, leaving.signal).then(() => (isRung = true))
      bell.ring(theirs)
      await new Promise(setImmediate)
      equal(isRung, false)
      leaving.abort()
      await waiting
      const closing = bell.wait(mine, 30_000)
      await bell[Symbol.asyncDispose]()
      await closing
    },
  },
  {
    title: '[FE3] a decision made between looking and listening is not slept through',
    async run(books) {
      await using bell = await createFeedBell(books)
      const market = await FieldMarket.open(books, { release: null, bell })
      const { nodeId } = await market.enrol('edge')
      const { core } = market
      const waiting = awaitFeed(core, { nodeId, after: 0, timeoutMs: 30_000 })
      await books.transact('tell', (trx) => appendFeed(core, trx, nodeId, FROZEN))
      equal(await waiting, 1)
      equal(await awaitFeed(core, { nodeId, after: 0, timeoutMs: 30_000 }), 1)
      equal(await awaitFeed(core, { nodeId, after: 1, timeoutMs: 5 }), 1)
      const left = { nodeId, after: 1, timeoutMs: 30_000 }
      equal(await awaitFeed(core, left, AbortSignal.timeout(5)), 1)
    },
  },
]

function countTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}
