import { deepEqual, equal } from 'node:assert/strict'

import { revokeNode } from '../node/close-node.ts'
import { moveOrderRow } from '../order/move-order-row.ts'
import { findOrder } from '../order/order-row.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket } from '../testing/field-market.ts'

/** How units come back of nodes that are not there any more, on either engine. */
export const returnUnitsSuite: readonly BooksCase[] = [
  {
    title: '[LE7] units of orders whose node cannot be told come back at the core',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 10, prints: 0 })
      const edge = await market.enrol('edge')
      await edge.sync()
      for (const id of ['told', 'later', 'gone', 'kept']) edge.buy(id)
      await edge.sync()
      const { core } = market
      const end = (orderId: string) =>
        core.books.transact('end', async (trx) => {
          const order = await findOrder(trx, orderId)
          if (order !== undefined) await moveOrderRow(trx, order, 'void')
        })
      const holding = async () => {
        const ids = ['told', 'later', 'gone', 'kept']
        const rows = await Promise.all(ids.map((id) => market.order(id)))
        return rows.map((row) => row.holds_units)
      }
      await end('told')
      deepEqual(await holding(), [1, 1, 1, 1])
      const next = await market.enrol('edge', edge.nodeId)
      deepEqual(await holding(), [0, 1, 1, 1])
      await end('later')
      deepEqual(await holding(), [0, 0, 1, 1])
      deepEqual(await market.violations(), [])
      await next.sync()
      equal(next.buy('new').status, 'accepted')
      await next.sync()
      await end('new')
      equal((await market.order('new')).holds_units, 1)
      await revokeNode(core, next.nodeId, 'stolen')
      equal((await market.order('new')).holds_units, 0)
      deepEqual(await market.violations(), [])
    },
  },
]
