import { deepEqual, equal, match } from 'node:assert/strict'

import { BUYER_PATHS } from '@nightmarket/sync'

import type { BooksCase } from '../testing/books-suites.ts'
import { openFieldApp, refused } from '../testing/field-app.ts'
import { releaseOf } from '../testing/money-core.ts'
import { MoneyMarket } from '../testing/money-market.ts'

/** What edges ask for their buyers, on either engine. */
export const buyerSuite: readonly BooksCase[] = [
  {
    title: '[BU1] an edge hears how long a rescue lasts and which voucher came of it, of its own',
    async run(books) {
      await using market = await MoneyMarket.open(books, releaseOf({ fallbackVoucherMinor: 500 }))
      const app = await openFieldApp(market.core)
      const [edge, other] = [await app.enrol('north'), await app.enrol('south')]
      const orderId = await market.sell({ nodeId: edge.node.nodeId, isContested: true })
      await books.transact('blame', (trx) =>
        trx.updateTable('sale_order').set({ reason: 'lease_overdrawn' }).execute(),
      )
      const ask = async () => (await edge.ask(BUYER_PATHS.aid, { orderId })).json()
      await market.runner.runDue()
      const rescue = { cause: 'units', rescueUntilMs: market.nowMs + 600_000, voucher: null }
      deepEqual(await ask(), rescue)
      const foreign = await other.ask(BUYER_PATHS.aid, { orderId })
      deepEqual(await refused(foreign), [404, 'order_unknown'])
      const unsigned = { method: 'POST', body: JSON.stringify({ orderId }) }
      const strange = await app.request(BUYER_PATHS.aid, unsigned)
      deepEqual(await refused(strange), [401, 'signature_missing'])
      market.travel(600_000)
      for (let pass = 0; pass < 3; pass += 1) await market.runner.runDue()
      const aid = (await ask()) as { rescueUntilMs: null; voucher: { code: string } }
      equal(aid.rescueUntilMs, null)
      match(aid.voucher.code, /^[0-9A-Z-]{15,}$/)
    },
  },
]
