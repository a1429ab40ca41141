import { deepEqual, equal, ok } from 'node:assert/strict'

import {
  canonicalJson,
  CLOCK_SKEW_MS_MAX,
  type DropId,
  type ItemId,
  type Json,
  type Release,
  type ReleaseId,
} from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'
import { EXCHANGE_PAGE_BYTES_MAX } from '@nightmarket/sync'

import type { BooksCase } from '../testing/books-suites.ts'
import { openBooks } from '../database/books-database.ts'
import { readFeed } from '../feed/append-feed.ts'
import { queryOverdueLeases } from '../stock/query-leases.ts'
import { FieldMarket, valueOf } from '../testing/field-market.ts'
import { activateRelease, listReleases, rollbackRelease } from './activate-release.ts'
import { applyRelease, RELEASE_BYTES_MAX } from './apply-release.ts'

const priced = (priceMinor: number) => releaseOfEvening({ priceMinor })

/** What holds for releases on either engine. */
export const activateReleaseSuite: readonly BooksCase[] = [
  {
    title: '[RL1] the same content is the same release; an item that nobody has is refused',
    async run(books) {
      const { core } = await FieldMarket.open(books, { release: null })
      const first = valueOf(await applyRelease(core, releaseOfEvening()))
      const again = valueOf(await applyRelease(core, releaseOfEvening()))
      deepEqual([first.isNew, again.isNew, again.releaseId], [true, false, first.releaseId])
      const release = releaseOfEvening()
      const components = [{ itemId: 'ghost' as ItemId, quantity: 1 }]
      const variants = release.variants.map((variant) => ({ ...variant, components }))
      deepEqual(await applyRelease(core, { ...release, variants }), {
        ok: false,
        error: { code: 'item_unknown', itemId: 'ghost' },
      })
    },
  },
  {
    title: '[RL6] a release that would not fit into an exchange is refused with the limit',
    async run(books) {
      const { core } = await FieldMarket.open(books, { release: null })
      const release = releaseOfEvening()
      const titled = (title: string) => ({ ...release, show: { ...release.show, title } })
      valueOf(await applyRelease(core, titled('"'.repeat(RELEASE_BYTES_MAX / 4 - 2_000))))
      const bytesMax = RELEASE_BYTES_MAX
      const large = titled('€'.repeat(bytesMax / 3))
      const error = { code: 'release_too_large', bytes: bytesOf(large), bytesMax }
      deepEqual(await applyRelease(core, large), { ok: false, error })
    },
  },
  {
    title: '[RL6, FE5, S7] a node that missed many large releases gets over it page by page',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      const release = releaseOfEvening()
      for (let number = 2; number <= 4; number++) {
        const title = `${number} ${'"'.repeat(RELEASE_BYTES_MAX / 4 - 2_000)}`
        await market.activate({ ...release, show: { ...release.show, title } })
      }
      const { nodeId } = edge
      const page = (after: number) =>
        books.read('page', (trx) => readFeed(trx, { nodeId, epoch: 1, after, limit: 500 }))
      for (let after = 0; after < 5; ) {
        const items = await page(after)
        ok(items.length > 0)
        ok(items.length === 1 || JSON.stringify(items).length <= EXCHANGE_PAGE_BYTES_MAX + 2)
        after = items.at(-1)?.position ?? after
      }
      for (let exchange = 0; edge.state.active?.number !== 4; exchange++) {
        ok(exchange < 9)
        await edge.sync()
      }
    },
  },
  {
    title: '[RL7, L7] units of a drop that is gone come back once its promises have ended',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 10, prints: 0 })
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('kept')
      await edge.sync()
      const { drops, ...release } = releaseOfEvening()
      const later = drops.map((drop) => ({ ...drop, dropId: 'later' as DropId }))
      await market.activate({ ...release, drops: later })
      await edge.sync()
      equal(await queryOverdueLeases(market.core), 0)
      market.travel(release.terms.honourMs + CLOCK_SKEW_MS_MAX)
      ok((await queryOverdueLeases(market.core)) > 0)
      await edge.sync()
      const leases = await market.rows('lease')
      const gone = leases.filter(({ drop_id }) => drop_id === EVENING.dropId)
      deepEqual(gone.map((lease) => lease.granted - lease.sold - lease.returned), gone.map(() => 0))
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[RL2, I21] a rollback is a new number with old content, told to every active node',
    async run(books) {
      const market = await FieldMarket.open(books)
      const [edge, other] = [await market.enrol('edge'), await market.enrol('other')]
      await market.activate(priced(900))
      const back = valueOf(await rollbackRelease(market.core))
      deepEqual([back.number, back.reason], [3, 'rollback'])
      for (const node of [edge, other]) {
        await node.sync()
        deepEqual([node.state.active?.number, node.state.active?.releaseId], [3, back.releaseId])
      }
    },
  },
  {
    title: '[RL3] activating what is active changes nothing; an unknown release is refused',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      const [summary] = await listReleases(market.core)
      const releaseId = summary?.releaseId ?? ('' as ReleaseId)
      equal(valueOf(await activateRelease(market.core, releaseId)).number, 1)
      await edge.sync()
      equal(edge.state.active?.number, 1)
      deepEqual(await activateRelease(market.core, 'r404' as ReleaseId), {
        ok: false,
        error: { code: 'release_unknown', releaseId: 'r404' },
      })
    },
  },
  {
    title: '[RL4] the stock that a drop may lend follows its release; what is lent stays lent',
    async run(books) {
      const capped = releaseOfEvening({ listing: { units: 10 } })
      const market = await FieldMarket.open(books, { mugs: 100, release: capped })
      const edge = await market.enrol('edge')
      await edge.sync()
      const pool = async () =>
        (await market.rows('drop_pool')).find((row) => row.item_id === EVENING.mugItem)
      const before = await pool()
      // Ten mugs, and two in each of ten bundles.
      deepEqual([before?.units, before?.out], [30, 24])
      await market.activate(releaseOfEvening({ listing: { units: 4 } }))
      const after = await pool()
      deepEqual([after?.units, after?.out], [12, 24])
      deepEqual(await market.violations(), [])
    },
  },
  {
    title: '[RL5] rolling back again goes one further back, and then there is nothing',
    async run(books) {
      const market = await FieldMarket.open(books, { release: null })
      const ids = []
      for (const priceMinor of [100, 200, 300]) ids.push(await market.activate(priced(priceMinor)))
      const back = async () => valueOf(await rollbackRelease(market.core)).releaseId
      deepEqual([await back(), await back()], [ids[1], ids[0]])
      deepEqual(await rollbackRelease(market.core), {
        ok: false,
        error: { code: 'nothing_to_roll_back_to' },
      })
      const list = await listReleases(market.core)
      const active = list.filter((summary) => summary.isActive)
      deepEqual(active.map((summary) => summary.releaseId), [ids[0]])
      deepEqual(active[0]?.activations.map(({ number }) => number), [1, 5])
    },
  },
  {
    title: '[RL2] two who decide at once get two numbers, or one of them hears of the other',
    async run(books, address) {
      await using second = await openBooks(address)
      const market = await FieldMarket.open(books)
      const core = { ...market.core, books: second }
      const ids: ReleaseId[] = []
      for (const priceMinor of [100, 200]) {
        ids.push(valueOf(await applyRelease(market.core, priced(priceMinor))).releaseId)
      }
      const fence = { expectedNumber: 1 }
      const answers = await Promise.all([
        activateRelease(market.core, ids[0] as ReleaseId, fence),
        activateRelease(core, ids[1] as ReleaseId, fence),
      ])
      const words = answers.map((answer) => (answer.ok ? answer.value.number : answer.error.code))
      deepEqual(new Set(words), new Set([2, 'activation_moved']))
    },
  },
]

/** What a release weighs inside the text of a journal entry, inside the JSON of an exchange. */
function bytesOf(release: Release): number {
  return Buffer.byteLength(JSON.stringify(canonicalJson(release as unknown as Json)))
}
