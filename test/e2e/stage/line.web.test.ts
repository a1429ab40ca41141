import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'

import { takeHold } from './other-buyers.ts'
import { buyOnPage, openStageBrowser, ticketAt } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

/** Somebody else sets both units aside. What is returned lets the first one go. */
async function takeBoth(edgeUrl: string): Promise<() => Promise<void>> {
  const first = await takeHold(edgeUrl, 'somebody-1')
  await takeHold(edgeUrl, 'somebody-2')
  return () => first.letGo()
}

test('without units there is a place in line, then a countdown, then the receipt', async () => {
  await using market = await StageMarket.open({ units: 2 })
  await using browser = await openStageBrowser()
  const release = await takeBoth(market.edgeUrl)
  const page = await browser.visit(market.edgeUrl)
  match((await page.locator('a[data-buy]').textContent()) ?? '', /in line/)
  await buyOnPage(page)
  await ticketAt(page, 'waiting')
  match((await page.locator('.ticket h2').textContent()) ?? '', /number 1 in line/)
  await page.reload()
  await ticketAt(page, 'waiting')
  await release()
  await ticketAt(page, 'held')
  match((await page.locator('.ticket [data-countdown]').textContent()) ?? '', /^\d+:\d\d$/)
  await page.locator('.ticket button.buy').tap()
  await ticketAt(page, 'accepted')
})

test('a hold that is let go, and a line that is left, cost nothing', async () => {
  await using market = await StageMarket.open({ units: 2 })
  await using browser = await openStageBrowser()
  const release = await takeBoth(market.edgeUrl)
  const [ann, ben] = [await browser.visit(market.edgeUrl), await browser.visit(market.edgeUrl)]
  await buyOnPage(ann)
  await ticketAt(ann, 'waiting')
  await buyOnPage(ben)
  await ticketAt(ben, 'waiting')
  match((await ben.locator('.ticket h2').textContent()) ?? '', /number 2 in line/)
  await ben.getByRole('button', { name: 'Leave the line' }).tap()
  await ticketAt(ben, 'left')
  await release()
  await ticketAt(ann, 'held')
  await ann.getByRole('button', { name: 'Let it go' }).tap()
  await ticketAt(ann, 'left')
  equal((await market.orders()).length, 0)
})
