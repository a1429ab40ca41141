import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'

import { openStageBrowser } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

test('a buyer without JavaScript buys, pays another way, and has a receipt', async () => {
  await using market = await StageMarket.open()
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl, { javaScriptEnabled: false })
  await page.getByRole('link', { name: /Buy/ }).tap()
  await page.getByRole('button', { name: 'No, the same as everybody' }).tap()
  await page.getByLabel('Visa ·· 0002, is declined').check()
  await page.getByRole('button', { name: /Pay/ }).tap()
  await page.getByRole('heading', { name: 'The payment was declined' }).waitFor()
  await page.getByLabel('Visa ·· 4242, is accepted').check()
  await page.getByRole('button', { name: 'Try again' }).tap()
  await page.getByRole('heading', { name: 'Bought', exact: true }).waitFor()
  match((await page.locator('.slip').textContent()) ?? '', /Night Mug/)
  await page.getByRole('link', { name: 'Check it' }).tap()
  await page.locator('.verdict-good').waitFor()
  await page.goBack()
  equal((await market.orders()).length, 1)
})
