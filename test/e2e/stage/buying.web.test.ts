import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { buyOnPage, openSheet, openStageBrowser, ticketAt } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

test('a viewer opens a link, taps, and keeps a receipt that anybody can check', async () => {
  await using market = await StageMarket.open()
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl)
  await buyOnPage(page)
  await ticketAt(page, 'accepted')
  await page.getByRole('button', { name: 'Receipt' }).tap()
  const sheet = page.locator('.sheet-slip')
  await sheet.locator('.slip-code svg').waitFor()
  const saving = page.waitForEvent('download')
  await sheet.getByRole('link', { name: 'Keep the file' }).tap()
  const receipt = readFileSync(await (await saving).path(), 'utf8')
  equal((JSON.parse(receipt) as { format: string }).format, 'nightmarket-receipt/1')
  const link = (await sheet.getByRole('link', { name: 'Check it' }).getAttribute('href')) ?? ''
  const other = await browser.visit(link)
  await other.locator('.verdict-good').waitFor()
  deepEqual(page.complaints, [])
})

test('double taps and reloads in the middle of buying make one order', async () => {
  await using market = await StageMarket.open()
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl)
  await openSheet(page)
  const held = Promise.withResolvers<void>()
  await page.route('**/v1/orders', async (route) => {
    await held.promise
    await route.continue().catch(() => undefined)
  })
  await page.evaluate(`(() => {
    const button = document.querySelector('dialog button.buy')
    button.click()
    button.form.requestSubmit()
    button.click()
  })()`)
  await page.locator('.ticket').waitFor()
  await page.unroute('**/v1/orders')
  await page.reload()
  held.resolve()
  await page.reload()
  await ticketAt(page, 'accepted')
  await page.reload()
  await ticketAt(page, 'accepted')
  const orders = await until(
    () => market.orders(),
    (all) => all[0]?.state === 'captured',
  )
  equal(orders.length, 1)
})

test('an answer that was lost is asked for again, on a slow and lossy network', async () => {
  await using market = await StageMarket.open()
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 400,
    downloadThroughput: 50_000,
    uploadThroughput: 20_000,
  })
  let lost = 0
  await page.route('**/v1/orders', async (route) => {
    lost += 1
    if (lost > 3) return route.continue()
    if (lost !== 1) await route.fetch()
    return route.abort('connectionreset')
  })
  await buyOnPage(page)
  await ticketAt(page, 'accepted')
  ok(lost > 3)
  equal((await market.orders()).length, 1)
})

test('what is bought offline is kept, survives a reload, and is bought once', async () => {
  await using market = await StageMarket.open()
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl)
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await page.reload()
  await openSheet(page)
  await page.context().setOffline(true)
  await page.locator('dialog button.buy').tap()
  await ticketAt(page, 'queued')
  equal((await market.orders()).length, 0)
  await page.reload()
  await ticketAt(page, 'queued')
  match((await page.locator('#notice').textContent()) ?? '', /offline/)
  await page.context().setOffline(false)
  await ticketAt(page, 'accepted')
  equal((await market.orders()).length, 1)
})

test('a declined card leaves the unit with its buyer, who pays another way', async () => {
  await using market = await StageMarket.open()
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl)
  await buyOnPage(page, 'pm_card_chargeDeclined')
  await ticketAt(page, 'rescue')
  await page.locator('.ticket input[value="pm_card_visa"]').check()
  await page.locator('.ticket button.buy').tap()
  await ticketAt(page, 'accepted')
  const [order, ...others] = await until(
    () => market.orders(),
    (all) => all[0]?.state === 'captured',
  )
  deepEqual([order?.state, others.length], ['captured', 0])
})
