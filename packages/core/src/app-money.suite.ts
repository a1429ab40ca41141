import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHmac } from 'node:crypto'

import type { OrderId } from '@nightmarket/kernel'

import type { BooksCase } from './testing/books-suites.ts'
import { admin, openFieldApp, refused } from './testing/field-app.ts'
import { WEBHOOK_SECRET } from './testing/money-core.ts'
import { MoneyMarket } from './testing/money-market.ts'

/** The core's money over HTTP, with the real sandbox behind the real client, on either engine. */
export const appMoneySuite: readonly BooksCase[] = [
  {
    title: '[CR3] money goes back: refused without capture, decided once, and paid',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const app = await openFieldApp(market.core)
      const { v1 } = app.client
      const orderId = await market.sell()
      const param = { orderId: orderId as OrderId }
      const refund = () => v1.orders[':orderId'].refund.$post({ param, json: { reason: 'broken' } })
      deepEqual(await refused(await refund()), [409, 'nothing_to_refund'])
      await market.runner.runDue()
      const decided = await refund()
      ok(decided.status === 202)
      const [first] = (await decided.json()).refunds
      equal(first?.reason, 'person: broken')
      ok(app.wakes.length > 0)
      deepEqual(await refused(await refund()), [409, 'nothing_to_refund'])
      await market.runner.runDue()
      const view = await v1.orders[':orderId'].$get({ param })
      ok(view.status === 200)
      equal((await view.json()).state, 'refunded')
      deepEqual(await refused(await v1.orders[':orderId'].fulfil.$post({ param })), [
        409,
        'move_refused',
      ])
      const { balances } = await (await v1.ledger.balances.$get()).json()
      equal(
        balances.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0),
        0,
      )
      const statement = await v1.ledger.statement.$get({ query: { party: 'creator', limit: '1' } })
      ok(statement.status === 200)
      const page = await statement.json()
      equal(page.lines.length, 1)
      const query = { party: 'creator', after: page.next ?? '' }
      const rest = await v1.ledger.statement.$get({ query })
      ok(rest.status === 200)
      equal((await rest.json()).lines[0]?.amountMinor, -(page.lines[0]?.amountMinor ?? 0))
      const done = await v1.reconcile.$post()
      ok(done.status === 200)
      equal((await done.json()).processorFault, null)
      equal((await admin(app, '/v1/mismatches')).status, 200)
    },
  },
  {
    title: '[CR4] a notice is taken once when it is signed, and refused when it is not',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const app = await openFieldApp(market.core)
      const body = JSON.stringify({
        id: 'evt_1',
        object: 'event',
        type: 'customer.created',
        data: { object: {} },
      })
      const send = (signature: string) =>
        app.request('/webhooks/stripe', {
          method: 'POST',
          headers: { 'stripe-signature': signature },
          body,
        })
      const at = Math.floor(market.nowMs / 1_000)
      const seal = createHmac('sha256', WEBHOOK_SECRET).update(`${at}.${body}`).digest('hex')
      const taken = await send(`t=${at},v1=${seal}`)
      deepEqual([taken.status, await taken.json()], [200, { end: 'unrelated' }])
      deepEqual(await refused(await send(`t=${at},v1=${'0'.repeat(64)}`)), [400, 'notice_refused'])
      deepEqual(await refused(await send('')), [400, 'notice_refused'])
    },
  },
]
