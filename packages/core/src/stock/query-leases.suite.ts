import { equal } from 'node:assert/strict'

import { CLOCK_SKEW_MS_MAX } from '@nightmarket/kernel'

import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket } from '../testing/field-market.ts'
import { queryOverdueLeases } from './query-leases.ts'

/** When nodes are asked about their leases, on either engine. */
export const queryLeasesSuite: readonly BooksCase[] = [
  {
    title: '[LE8] a node that is not there is asked once about its leases, not every minute',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 10, prints: 0 })
      const edge = await market.enrol('edge')
      await edge.sync()
      const asked = async () => queryOverdueLeases(market.core)
      market.travel(3_600_000 + 3 * 60_000 + CLOCK_SKEW_MS_MAX)
      equal(await asked(), 1)
      for (let minute = 0; minute < 5; minute++) {
        market.travel(61_000)
        equal(await asked(), 0)
      }
      // An answer that is lost on the way: the node was there, and may be asked again.
      await edge.exchangeAndLose()
      market.travel(1)
      equal(await asked(), 1)
      await edge.sync()
      equal((await market.item('mug')).free, 10)
    },
  },
]
