import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { buyOnPage, openStageBrowser, ticketAt } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

interface Edges {
  readonly edges: readonly { readonly url: string }[]
}

test('an edge killed while it sells sells once, and the page moves on meanwhile', async () => {
  await using market = await StageMarket.open({ units: 20 })
  await using browser = await openStageBrowser()
  const hall = await market.addEdge('hall')
  const url = hall.addresses['edge'] ?? ''
  const { port } = new URL(url)
  await until(
    async () => (await (await fetch(`${url}/v1/edges`)).json()) as Edges,
    ({ edges }) => edges.length === 2 || edges.some((each) => each.url === market.edgeUrl),
    40_000,
  )
  await until(
    async () =>
      (await (await fetch(`${url}/v1/drops/mugs`)).json()) as { listings: { unitsHere: number }[] },
    ({ listings }) => (listings[0]?.unitsHere ?? 0) > 0,
  )
  const page = await browser.visit(url)
  const accepted = Promise.withResolvers<void>()
  await page.route(`${url}/v1/orders`, async (route) => {
    await route.fetch()
    await hall.stop('SIGKILL')
    accepted.resolve()
    await route.abort('connectionreset')
  })
  await buyOnPage(page)
  await accepted.promise
  await page.unroute(`${url}/v1/orders`)
  await ticketAt(page, 'edge_away')
  await page.getByText('Another stall serves you now').waitFor()
  await using again = await market.startEdge('hall', port)
  equal(again.addresses['edge'], url)
  await ticketAt(page, 'accepted')
  const orders = await until(
    () => market.orders(),
    (all) => all[0]?.state === 'captured',
  )
  deepEqual(orders.length, 1)
})
