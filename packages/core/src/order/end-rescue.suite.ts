import { deepEqual, equal } from 'node:assert/strict'

import { releaseOfEvening, TERMS } from '@nightmarket/kernel/testing'

import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket } from '../testing/field-market.ts'
import { endDueRescues } from './end-rescue.ts'

/** How rescues end when there are many, on either engine. */
export const endRescueSuite: readonly BooksCase[] = [
  {
    title: '[VO2] rescues that wait for a payment do not hold up those that can end',
    async run(books) {
      const deferred = { ...TERMS.deferred, ordersMax: 1e3, sumMinorMax: 1e9, buyerOrdersMax: 1e3 }
      const release = releaseOfEvening({ terms: { deferred } })
      const market = await FieldMarket.open(books, { mugs: 500, prints: 0, release })
      const edge = await market.enrol('edge')
      await edge.sync()
      for (let index = 0; index < 201; index++) edge.buy(`waiting-${index}`)
      edge.buy('ready')
      await edge.sync()
      await books.transact('fail', async (trx) => {
        const rescue = { state: 'rescue', deadline_at_ms: market.nowMs - 1_000 }
        await trx.updateTable('sale_order').set(rescue).execute()
        const later = { deadline_at_ms: market.nowMs }
        await trx.updateTable('sale_order').set(later).where('order_id', '=', 'ready').execute()
        const declined = { state: 'declined', next_at_ms: null }
        await trx.updateTable('payment').set(declined).where('order_id', '=', 'ready').execute()
      })
      equal(await endDueRescues(market.core), 1)
      const [ready, waiting] = [await market.order('ready'), await market.order('waiting-0')]
      deepEqual([ready.state, waiting.state], ['released', 'rescue'])
    },
  },
]
