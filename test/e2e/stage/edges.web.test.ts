import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import type { Started } from '../../../apps/nightmarket/src/testing/process.ts'
import { takeHold } from './other-buyers.ts'
import { buyOnPage, openSheet, openStageBrowser, ticketAt } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

interface Edges {
  readonly edges: readonly { readonly url: string }[]
}

/** A second edge with units of its own. Both know each other: pages may move. */
async function openHall(market: StageMarket): Promise<Started> {
  const hall = await market.addEdge('hall')
  const url = hall.addresses['edge'] ?? ''
  for (const [asked, named] of [
    [url, market.edgeUrl],
    [market.edgeUrl, url],
  ] as const) {
    await until(
      async () => (await (await fetch(`${asked}/v1/edges`)).json()) as Edges,
      ({ edges }) => edges.some((each) => each.url === named),
      40_000,
    )
  }
  await until(
    () => unitsAt(url),
    (units) => units > 0,
  )
  return hall
}

async function unitsAt(edgeUrl: string): Promise<number> {
  const answer = await fetch(`${edgeUrl}/v1/drops/mugs`)
  const drop = (await answer.json()) as { listings: { unitsHere: number }[] }
  return drop.listings[0]?.unitsHere ?? 0
}

test('an edge killed while it sells sells once, and the page moves on meanwhile', async () => {
  await using market = await StageMarket.open({ units: 20 })
  await using browser = await openStageBrowser()
  const hall = await openHall(market)
  const url = hall.addresses['edge'] ?? ''
  const { port } = new URL(url)
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

test('a place in line and a hold outlive their edge, while the page buys elsewhere', async () => {
  const units = 4
  await using market = await StageMarket.open({ units })
  await using browser = await openStageBrowser()
  let hall = await openHall(market)
  const url = hall.addresses['edge'] ?? ''
  const { port } = new URL(url)
  const atHall = await takeHold(url, 'ann')
  let elsewhere = atHall
  for (let taken = 1; taken < units; taken += 1) {
    const isAtMain = (await unitsAt(market.edgeUrl)) > 0
    const hold = await takeHold(isAtMain ? market.edgeUrl : url, `other-${taken}`)
    if (isAtMain) elsewhere = hold
  }
  ok(elsewhere !== atHall, 'the first edge had no unit')

  const page = await browser.visit(url)
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await page.reload()
  await buyOnPage(page)
  await ticketAt(page, 'waiting')
  await hall.stop('SIGKILL')
  await ticketAt(page, 'edge_away')
  await page.getByText('Another stall serves you now').waitFor()
  hall = await market.startEdge('hall', port)
  await ticketAt(page, 'waiting')
  match((await page.locator('.ticket h2').textContent()) ?? '', /number 1 in line/)
  await atHall.letGo()
  await ticketAt(page, 'held')

  await hall.stop('SIGKILL')
  await page.reload()
  await ticketAt(page, 'held')
  await elsewhere.letGo()
  await page.locator('.card[data-stock="here"]').waitFor()
  await openSheet(page)
  await page.locator('dialog input[value="pm_card_visa"]').check()
  await page.locator('dialog button.buy').tap()
  await ticketAt(page, 'accepted')
  const held = page.locator('.ticket[data-stage="held"]')
  await held.locator('button.buy').tap()
  await ticketAt(page, 'edge_away')
  await using _ = await market.startEdge('hall', port)
  await page.locator('.ticket[data-stage="accepted"]').nth(1).waitFor()
  const orders = await until(
    () => market.orders(),
    (all) => all.length === 2 && all.every(({ state }) => state === 'captured'),
  )
  equal(orders.length, 2)
})
