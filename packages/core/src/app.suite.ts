import { deepEqual, equal, match, ok } from 'node:assert/strict'

import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'
import type { ApiDocument } from '@nightmarket/http'

import { importCatalogue } from './catalogue/import-catalogue.ts'
import { RELEASE_BYTES_MAX } from './release/apply-release.ts'
import { coreGauges } from './routes/core-gauges.ts'
import type { BooksCase } from './testing/books-suites.ts'
import { admin, ADMIN_TOKEN, openFieldApp, refused, type FieldApp } from './testing/field-app.ts'
import { FieldMarket, productOf } from './testing/field-market.ts'

const CSV = `Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price
bowl,Moon Bowl,Size,Small,BOWL-S,12,9.90
bowl,,Size,Large,BOWL-L,3,19.90
bowl,,Size,Huge,BOWL-H,3,cheap
`

/** The core over HTTP, on either engine. */
export const appSuite: readonly BooksCase[] = [
  {
    title: '[CR1] whatever is the admin’s is refused without the token, and nothing happens',
    async run(books) {
      const market = await FieldMarket.open(books)
      const app = await openFieldApp(market.core)
      const document = (await (await app.request('/openapi.json')).json()) as ApiDocument
      let refused = 0
      for (const [path, item] of Object.entries(document.paths)) {
        for (const [method, operation] of Object.entries(item)) {
          if (!operation.security?.some((one) => 'bearer' in one)) continue
          const address = path.replaceAll(/\{[^}]+\}/g, 'a'.repeat(64))
          for (const authorization of [undefined, 'Bearer wrong', `Basic ${ADMIN_TOKEN}`]) {
            const headers = authorization === undefined ? {} : { authorization }
            const response = await app.request(address, { method: method.toUpperCase(), headers })
            equal(response.status, 401, `${method} ${path}`)
            equal(response.headers.get('www-authenticate'), 'Bearer')
          }
          refused += 1
        }
      }
      ok(refused >= 25, `${refused} routes are the admin's`)
    },
  },
  {
    title: '[CR2] a node speaks for itself, signed, in its present epoch, until it is revoked',
    async run(books) {
      const market = await FieldMarket.open(books)
      const app = await openFieldApp(market.core)
      const { node, wire } = await app.enrol('north')
      const other = await app.enrol('south')
      equal((await app.request('/v1/exchange', { method: 'POST', body: '{}' })).status, 401)
      equal((await wire.exchange(node.request())).status, 'ack')
      await refuses(wire.exchange(other.node.request()), 'node_differs')
      await refuses(wire.exchange({ ...node.request(), epoch: 2 }), 'node_differs')
      const headers = {
        'nightmarket-node': `${node.nodeId}/1`,
        'nightmarket-signature': Buffer.alloc(64).toString('base64'),
      }
      const forged = await app.request('/v1/feed/wait?after=0', { headers })
      deepEqual([forged.status, await codeOf(forged)], [401, 'signature_invalid'])
      const strange = { ...headers, 'nightmarket-node': 'nobody/1' }
      equal(
        await codeOf(await app.request('/v1/feed/wait?after=0', { headers: strange })),
        'node_unknown',
      )
      const param = { nodeId: node.nodeId }
      const revoke = app.client.v1.nodes[':nodeId'].revoke
      equal((await revoke.$post({ param, json: { reason: 'stolen' } })).status, 204)
      const answer = await wire.exchange(node.request())
      equal(answer.status === 'refused' ? answer.code : '', 'node_revoked')
    },
  },
  {
    title: '[CR2] a body that is no exchange is refused by field, a huge one by its size',
    async run(books) {
      const market = await FieldMarket.open(books)
      const app = await openFieldApp(market.core)
      const { node, wire } = await app.enrol('north')
      const wrong = { ...node.request(), entries: [{ sequence: 0, hash: 'x', text: '' }] }
      await refuses(wire.exchange(wrong), 'invalid_request')
      const text = 'x'.repeat(9 * 1024 * 1024)
      const huge = { ...node.request(), entries: [{ sequence: 1, hash: '0'.repeat(64), text }] }
      await refuses(wire.exchange(huge), 'body_too_large')
    },
  },
  {
    title: '[CR3] from a product file to a sale in the books, all over HTTP',
    async run(books) {
      const market = await FieldMarket.open(books, { release: null })
      const app = await openFieldApp(market.core)
      const { v1 } = app.client
      const report = await importCsv(app, CSV)
      deepEqual(report.products, { created: 1, changed: 0, unchanged: 0 })
      deepEqual(
        report.rejected.map(({ line, field }) => [line, field]),
        [[4, 'Variant Price']],
      )
      equal((await importCsv(app, CSV)).products.unchanged, 1)
      const exported = await (await admin(app, '/v1/catalogue/export')).text()
      match(exported, /^bowl,Moon Bowl,/m)
      equal((await importCsv(app, exported)).products.unchanged, 3)
      const showFile = showOf('BOWL-S')
      const applied = await v1.releases.$post({ json: { showFile, activate: true } })
      ok(applied.status === 201)
      const { releaseId, activation } = await applied.json()
      equal(activation?.number, 1)
      const again = await v1.releases.$post({ json: { showFile } })
      ok(again.status === 200)
      equal((await again.json()).releaseId, releaseId)
      const { node, wire } = await app.enrol('north')
      const ack = await wire.exchange(node.request())
      ok(ack.status === 'ack')
      node.follow(ack.feed, ack.parentTimeMs)
      equal(node.state.active?.releaseId, releaseId)
      const page = await v1.products.$get({ query: { limit: '1' } })
      ok(page.status === 200)
      equal((await page.json()).products.length, 1)
    },
  },
  {
    title: '[CR3] a show file that is wrong is told place by place',
    async run(books) {
      const market = await FieldMarket.open(books)
      const app = await openFieldApp(market.core)
      const { v1 } = app.client
      const wrong = await v1.releases.$post({ json: { showFile: showOf('NO-SUCH-SKU') } })
      equal(wrong.status, 422)
      const { code, problems } = (await wrong.json()) as unknown as {
        code: string
        problems: { path: string }[]
      }
      equal(code, 'show_file_invalid')
      ok(problems.length > 0 && problems.every(({ path }) => path !== undefined))
      const list = await v1.releases.$post({ json: { showFile: [] as never } })
      equal(list.status, 422)
      const text = await admin(app, '/v1/catalogue/import', {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body: 'a;b\n1;2\n',
      })
      deepEqual([text.status, await codeOf(text)], [422, 'product_file_invalid'])
      const json = await admin(app, '/v1/catalogue/import', { method: 'POST', body: '{}' })
      equal(json.status, 415)
    },
  },
  {
    title: '[CR3, RL6] a show that no exchange can carry is refused with the limit',
    async run(books) {
      const market = await FieldMarket.open(books)
      const app = await openFieldApp(market.core)
      const product = productOf('poster', 5)
      const imageUrl = '"'.repeat(RELEASE_BYTES_MAX / 3)
      const variants = product.variants.map((variant) => ({ ...variant, imageUrl }))
      await importCatalogue(market.core, [{ ...product, variants }])
      const showFile = showOf('SKU-poster')
      const refused = await app.client.v1.releases.$post({ json: { showFile, activate: true } })
      equal(refused.status, 422)
      const { code, bytesMax } = (await refused.json()) as unknown as Record<string, unknown>
      deepEqual([code, bytesMax], ['release_too_large', RELEASE_BYTES_MAX])
    },
  },
  {
    title: '[CR3] a rollback rings every waiting node, and a fence keeps two people apart',
    async run(books) {
      const { bell, rings } = createListeningBell()
      const market = await FieldMarket.open(books, { bell })
      const app = await openFieldApp(market.core)
      const { v1 } = app.client
      const { node, wire } = await app.enrol('north')
      await market.activate(releaseOfEvening({ priceMinor: 990 }))
      const ack = await wire.exchange(node.request())
      ok(ack.status === 'ack')
      node.follow(ack.feed, ack.parentTimeMs)
      const waiting = wire.awaitFeed(node.state.feedPosition)
      await rings.listened
      const rolled = await v1.releases.rollback.$post({ json: { expectedNumber: 2 } })
      ok(rolled.status === 200)
      equal((await rolled.json()).number, 3)
      ok((await waiting) > node.state.feedPosition)
      const late = await v1.releases.rollback.$post({ json: { expectedNumber: 2 } })
      deepEqual(await refused(late), [409, 'activation_moved'])
      const { releases } = await (await v1.releases.$get()).json()
      equal(releases.find(({ isActive }) => isActive)?.activations.length, 2)
    },
  },
  {
    title: '[CR3] orders are listed page by page, and an audit walks the books',
    async run(books) {
      const market = await FieldMarket.open(books)
      const app = await openFieldApp(market.core)
      const { v1 } = app.client
      const { node, wire } = await app.enrol('north')
      for (let round = 0; round < 3; round += 1) {
        const ack = await wire.exchange(node.request())
        ok(ack.status === 'ack')
        node.follow(ack.feed, ack.parentTimeMs)
        if (round === 0) for (let order = 1; order <= 5; order += 1) node.buy(`o${order}`)
      }
      await wire.exchange(node.request({ entries: node.entries.slice(0, 0) }))
      await node.sync()
      const seen: string[] = []
      let after: string | null = null
      do {
        const query = { limit: '2', ...(after === null ? {} : { after }) }
        const response = await v1.orders.$get({ query })
        ok(response.status === 200)
        const page = await response.json()
        seen.push(...page.orders.map(({ orderId }) => orderId))
        after = page.next
      } while (after !== null)
      deepEqual(seen.toSorted(), ['o1', 'o2', 'o3', 'o4', 'o5'])
      const none = await v1.orders.$get({ query: { state: 'refunded,voided' } })
      ok(none.status === 200)
      equal((await none.json()).orders.length, 0)
      equal((await admin(app, '/v1/orders?state=lost')).status, 422)
      equal((await admin(app, '/v1/orders?after=x')).status, 422)
      const one = await v1.orders[':orderId'].$get({ param: { orderId: 'o1' } })
      ok(one.status === 200)
      equal((await one.json()).payments[0]?.amountMinor, 1_250)
      const journal = await v1.journal[':nodeId'].$get({
        param: { nodeId: node.nodeId },
        query: {},
      })
      ok(journal.status === 200)
      deepEqual(
        (await journal.json()).entries.map(({ hash }) => hash),
        node.entries.map(({ hash }) => hash),
      )
      const audit = await v1.audit.$post()
      ok(audit.status === 200)
      const { isSound, checks } = await audit.json()
      equal(
        isSound,
        true,
        JSON.stringify(checks.filter(({ violationCount }) => violationCount > 0)),
      )
      const headers = { accept: 'application/x-ndjson' }
      const lines = (
        await (await admin(app, '/v1/audit', { method: 'POST', headers })).text()
      ).trim()
      deepEqual(
        lines.split('\n').map((line) => JSON.parse(line) as unknown),
        checks,
      )
      const stock = await (await v1.stock.$get()).json()
      equal(stock.items.find(({ itemId }) => itemId === EVENING.mugItem)?.sold, 5)
      const gauges = coreGauges(market.core)
      deepEqual(await gauges[1]?.read(), [{ labels: { state: 'active' }, value: 1 }])
    },
  },
  {
    title: '[CR3] nodes are closed and written off over HTTP, with a count',
    async run(books) {
      const market = await FieldMarket.open(books)
      const app = await openFieldApp(market.core)
      const { v1 } = app.client
      const { node } = await app.enrol('north')
      await node.sync()
      const param = { nodeId: node.nodeId }
      const out = node.unsold()
      ok(out > 2)
      const much = [{ itemId: EVENING.mugItem, quantity: out + 1 }]
      const over = await v1.nodes[':nodeId']['write-off'].$post({ param, json: { counted: much } })
      deepEqual(await refused(over), [409, 'counted_over_outstanding'])
      const counted = [{ itemId: EVENING.mugItem, quantity: 2 }]
      const written = await v1.nodes[':nodeId']['write-off'].$post({ param, json: { counted } })
      ok(written.status === 200)
      equal((await written.json()).unitsBack, 2)
      equal((await v1.nodes[':nodeId'].close.$post({ param })).status, 204)
      const nobody = { param: { nodeId: 'nobody' } }
      equal((await v1.nodes[':nodeId'].close.$post(nobody)).status, 404)
      const { nodes } = await (await v1.nodes.$get()).json()
      deepEqual(
        nodes.map(({ name, kind }) => [name, kind]),
        [['north', 'edge']],
      )
    },
  },
  {
    title: '[CR5, CR6] a core with its books is ready; a processor that is away is temporary',
    async run(books) {
      const market = await FieldMarket.open(books)
      const app = await openFieldApp(market.core)
      equal((await app.request('/readyz')).status, 200)
      const notice = await app.request('/webhooks/stripe', { method: 'POST', body: '{}' })
      deepEqual(await refused(notice), [503, 'processor_unavailable'])
      equal(notice.headers.get('retry-after'), '1')
    },
  },
]

async function importCsv(app: FieldApp, body: string) {
  const headers = { 'content-type': 'text/csv; charset=utf-8' }
  const response = await admin(app, '/v1/catalogue/import', { method: 'POST', headers, body })
  equal(response.status, 200)
  return (await response.json()) as {
    products: { created: number; changed: number; unchanged: number }
    rejected: { line: number; field: string }[]
  }
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code
}

async function refuses(work: Promise<unknown>, code: string): Promise<void> {
  const message = await work.then(
    () => 'it was taken',
    (error: Error) => error.message,
  )
  match(message, new RegExp(`\\(${code}\\)`))
}

function showOf(variant: string): Record<string, unknown> {
  return {
    show: {
      id: 'evening',
      title: 'Evening',
      startsAt: '2026-06-01 18:00',
      endsAt: '2026-06-01 23:00',
      timeZone: 'Europe/Berlin',
      place: 'Yard',
      languages: ['en'],
      hosts: ['Ada'],
    },
    drops: [{ id: 'main', title: 'Main', listings: [{ variant, price: '9.90' }] }],
  }
}

/** A bell that one can hear being listened to. */
function createListeningBell() {
  const listened = Promise.withResolvers<void>()
  const waiting = new Set<() => void>()
  return {
    rings: { listened: listened.promise },
    bell: {
      ring: () => {
        for (const wake of waiting) wake()
      },
      wait: (_nodeId: string, _timeoutMs: number, signal?: AbortSignal) =>
        new Promise<void>((resolve) => {
          waiting.add(resolve)
          signal?.addEventListener('abort', () => resolve(), { once: true })
          listened.resolve()
        }),
    },
  }
}
