import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'

import type { Page } from 'playwright-core'

import { buyOnPage, openSheet, openStageBrowser, ticketAt } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

/** How many the page says are left. */
async function leftOn(page: Page): Promise<number> {
  const text = (await page.locator('.card [data-stock-text]').textContent()) ?? ''
  return Number(/(\d+) left/.exec(text)?.[1])
}

test('a tap lowers the stock at once, and a refusal gives it back in words', async () => {
  await using market = await StageMarket.open({ units: 5 })
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl)
  await page.locator('.card[data-look]').first().waitFor()
  const before = await leftOn(page)
  const answered = Promise.withResolvers<void>()
  await page.route('**/v1/orders', async (route) => {
    await answered.promise
    await route.fulfill({ status: 409, json: { code: 'customer_limit' } })
  })
  await buyOnPage(page)
  await page.locator('.ticket h2', { hasText: 'Being sold to you' }).waitFor()
  equal(await leftOn(page), before - 1)
  answered.resolve()
  await ticketAt(page, 'refused')
  match((await page.locator('.ticket').textContent()) ?? '', /went back/)
  equal(await leftOn(page), before)
  equal((await market.orders()).length, 0)
})

test('a decline says how long the unit is kept, and what an offer sees is only sent', async () => {
  const terms = 'terms:\n  rescue: 6s\n'
  await using market = await StageMarket.open({ units: 5, terms })
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl)
  const asked = page.waitForRequest('**/v1/offers')
  await openSheet(page)
  const { dwellMs } = (await asked).postDataJSON() as { readonly dwellMs: number }
  deepEqual([Number.isInteger(dwellMs), dwellMs > 0], [true, true])
  await page.locator('dialog input[value="pm_card_chargeDeclined"]').check()
  await page.locator('dialog button.buy').tap()
  await ticketAt(page, 'rescue')
  const clock = page.locator('.ticket .clock [data-countdown]')
  await clock.waitFor()
  match((await clock.textContent()) ?? '', /^0:0\d$/)
  await ticketAt(page, 'released')
  match((await page.locator('.ticket').textContent()) ?? '', /You were not charged/)
  await page.getByRole('button', { name: 'Put away' }).waitFor()
})
