import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import type { Page } from 'playwright-core'

import { packText } from '@nightmarket/kernel'

import { buyOne } from '../../../apps/nightmarket/src/testing/buy.ts'
import { openStageBrowser } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

async function buyReceipt(market: StageMarket): Promise<string> {
  const { answer } = await buyOne(market.edgeUrl, 'mug:blue')
  const { receipt } = answer as { readonly receipt: object }
  return JSON.stringify(receipt)
}

/** As the QR of a buyer's own page carries it, and as that of a till does. */
function linksOf(market: StageMarket, receipt: string): readonly string[] {
  const deflated = deflateRawSync(receipt).toString('base64url')
  const packed = packText(JSON.parse(receipt) as object)
  return [deflated, packed].map((code) => `${market.edgeUrl}/receipt#${code}`)
}

/** How each check of the receipt stands on the page. */
async function standings(page: Page): Promise<readonly (string | null)[]> {
  const checks = await page.locator('[data-check]').all()
  return Promise.all(checks.map((check) => check.getAttribute('data-standing')))
}

async function paste(page: Page, receipt: string): Promise<void> {
  await page.locator('textarea').fill(receipt)
  await page.getByRole('button', { name: 'Check', exact: true }).tap()
}

test('the verifier, loaded once, tells receipts apart with its server gone', async () => {
  await using elsewhere = await StageMarket.open()
  const foreign = await buyReceipt(elsewhere)
  const market = await StageMarket.open()
  await using browser = await openStageBrowser()
  let page: Awaited<ReturnType<typeof browser.visit>>
  let good: string
  try {
    good = await buyReceipt(market)
    page = await browser.visit(`${market.edgeUrl}/receipt`)
    await page.locator('[data-kept]').waitFor()
  } finally {
    await market[Symbol.asyncDispose]()
  }
  await page.context().setOffline(true)
  for (const link of linksOf(market, good)) {
    await page.goto('about:blank')
    await page.goto(link)
    await page.locator('.verdict-good').waitFor()
    deepEqual(await standings(page), ['good', 'good', 'good', 'good', 'good'])
  }
  equal(await page.locator('.slip .slip-line').count(), 1)
  await paste(page, good.replace('\\"totalMinor\\":950', '\\"totalMinor\\":1'))
  await page.locator('.verdict-bad').waitFor()
  deepEqual(await standings(page), ['good', 'good', 'good', 'bad', 'left'])
  await paste(page, foreign)
  await page.getByText('Another market issued it').waitFor()
  deepEqual(await standings(page), ['good', 'bad', 'left', 'left', 'left'])
  await paste(page, 'no receipt')
  await page.getByText('is no receipt').waitFor()
  deepEqual(await standings(page), ['bad', 'left', 'left', 'left', 'left'])
})
