import { equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { createProfile, openChromium } from '../../../scripts/browser-lab.ts'
import { openTillMarket, type TillMarket } from './till-market.ts'
import { openNewTill, sellMany } from './till-page.ts'

let market: TillMarket

before(async () => {
  market = await openTillMarket()
})

after(() => market[Symbol.asyncDispose]())

test('100 sales with the server gone and the network off are each booked once', async () => {
  using profile = createProfile()
  const hall = await market.market.addEdge('hall')
  const url = hall.addresses['edge'] ?? ''
  await using browser = await openChromium(profile)
  const page = await openNewTill(browser, market, { at: url })
  const sold: string[] = []
  const sell = (count: number) => sellMany(page, count, (orderId) => sold.push(orderId))
  await sell(1)
  await page.locator('[data-unsynced="0"]').waitFor()
  await hall.stop('SIGKILL')
  await page.locator('.standing.offline').waitFor()
  await sell(50)
  await browser.context.setOffline(true)
  await sell(50)
  await browser.context.setOffline(false)
  await using _back = await market.market.startEdge('hall', new URL(url).port)
  await page.locator('[data-unsynced="0"]').waitFor()
  equal(new Set(sold).size, 101)
  await market.untilBooked(sold, 'captured')
  await market.nothingIsOff()
})
