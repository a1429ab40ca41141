import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { createProfile, openChromium } from '../../../scripts/browser-lab.ts'
import { assertAccessible } from './till-look.ts'
import { openTillMarket, type TillMarket } from './till-market.ts'
import { openNewTill, ordersIn, sellMany, sellMug, signIn, untilKept } from './till-page.ts'
import { buildNextTill, openFront } from './two-builds.ts'

let market: TillMarket

before(async () => {
  market = await openTillMarket()
})

after(() => market[Symbol.asyncDispose]())

test('a new version in the middle of an evening waits for the sale and loses none', async () => {
  await using front = await openFront(market.edgeUrl)
  using profile = createProfile()
  using next = await buildNextTill('next')
  await using browser = await openChromium(profile)
  const page = await openNewTill(browser, market, { at: front.url })
  await untilKept(page)
  // From its second start on the page is the worker's.
  await page.reload()
  await signIn(page, market.steward)
  const sold = [await sellMug(page)]
  front.cutApi(true)
  await page.locator('.standing.offline').waitFor()
  await sellMany(page, 3, (orderId) => sold.push(orderId))
  // In the middle of a sale.
  await page.locator('.tiles button:enabled').first().click()
  await page.locator('.counter button.main').click()
  await page.locator('.tenders').waitFor()
  front.serveTill(next.path)
  await page.evaluate(async () => {
    document.title = 'not reloaded'
    await (await navigator.serviceWorker.getRegistration())?.update()
  })
  const update = page.locator('.update button')
  await update.waitFor()
  equal(await page.locator('.tenders').count(), 1)
  await assertAccessible(page, 'banner.update')
  await page.locator('.tenders button').first().click()
  const sale = page.locator('.sold[data-order]')
  await sale.waitFor()
  sold.push((await sale.getAttribute('data-order')) ?? '')
  equal(await page.title(), 'not reloaded')
  await update.click()
  await page.locator('html[data-build="next"]').waitFor()
  await signIn(page, market.steward)
  deepEqual(await ordersIn(page), sold)
  sold.push(await sellMug(page))
  front.cutApi(false)
  await page.locator('[data-unsynced="0"]').waitFor()
  await market.untilBooked(sold, 'captured')
  await market.nothingIsOff()
})
