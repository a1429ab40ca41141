import { deepEqual, equal, match } from 'node:assert/strict'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { test } from 'node:test'

import { appMoneySuite } from './app-money.suite.ts'
import { appSuite } from './app.suite.ts'
import { openBooks } from './database/books-database.ts'
import { createDatabase, runOnPostgres } from './testing/books-suites.ts'
import { ADMIN_TOKEN, openFieldApp } from './testing/field-app.ts'
import { FieldMarket } from './testing/field-market.ts'

runOnPostgres([...appSuite, ...appMoneySuite])

test('[CR5, CR6] books that are away make a core unready, and its answers temporary', async () => {
  const database = await createDatabase()
  try {
    const { address, cut } = await openDetour(new URL(database.url))
    await using books = await openBooks({ url: address })
    const market = await FieldMarket.open(books)
    const app = await openFieldApp(market.core)
    equal((await app.request('/readyz')).status, 200)
    await cut()
    const ready = await app.request('/readyz')
    equal(ready.status, 503)
    const { checks } = (await ready.json()) as { checks: { name: string; reason: string }[] }
    equal(checks[0]?.name, 'books')
    match(checks[0]?.reason ?? '', /^unreachable/)
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
    const stock = await app.request('/v1/stock', { headers })
    const { code } = (await stock.json()) as { code: string }
    deepEqual([stock.status, code], [503, 'books_unavailable'])
  } finally {
    await database.drop()
  }
})

/** A way to the database that can be cut while the database itself goes on. */
async function openDetour(target: URL) {
  const sockets = new Set<Socket>()
  const server = createServer((incoming) => {
    const outgoing = connect(Number(target.port), target.hostname)
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    incoming.pipe(outgoing).pipe(incoming)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = new URL(target)
  address.hostname = '127.0.0.1'
  address.port = String((server.address() as AddressInfo).port)
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return { address: address.href, cut }
}
