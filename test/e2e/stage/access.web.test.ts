import { deepEqual, match, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'

import type { Page } from 'playwright-core'

import { buyOnPage, openSheet, openStageBrowser, ticketAt } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds on a page, by rule and place. */
async function findings(page: Page): Promise<readonly string[]> {
  const found: unknown = await page.evaluate(
    `(async () => { ${AXE}; const { violations } = await axe.run(document, {}); return violations
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.join(' '))) })()`,
  )
  return found as string[]
}

test('axe finds nothing on any page, in light and in dark', async () => {
  await using market = await StageMarket.open({ units: 12 })
  await using browser = await openStageBrowser()
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.visit(market.edgeUrl, { colorScheme, reducedMotion: 'reduce' })
    const check = async (name: string) =>
      deepEqual([name, ...(await findings(page))], [name], colorScheme)
    await check('show')
    await openSheet(page)
    await check('sheet')
    await page.locator('.sheet-close').tap()
    await buyOnPage(page, 'pm_card_chargeDeclined')
    await ticketAt(page, 'rescue')
    await check('rescue')
    for (const path of ['/drops/mugs', '/drops/none', '/receipt', '/privacy']) {
      await page.goto(market.edgeUrl + path)
      await check(path)
    }
    await page.goto(market.edgeUrl)
    const buy = (await page.locator('a[data-buy]').getAttribute('href')) ?? ''
    await page.goto(market.edgeUrl + buy)
    await check('buy')
  }
})

test('whatever a person can write is text: nothing runs, nothing is broken', async () => {
  const attack =
    `"'><img src=x onerror="alert(1)"><svg onload=alert(2)>` +
    '</script><script>alert(3)</script>'
  await using market = await StageMarket.open({
    title: attack,
    host: attack,
    place: attack,
    product: attack,
  })
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl)
  match((await page.locator('h1').textContent()) ?? '', /<img src=x/)
  await openSheet(page)
  await page.locator('dialog input[value="voucher"]').check()
  await page.locator('dialog input[name="voucherCode"]').fill(attack.slice(0, 60))
  await page.locator('dialog button.buy').tap()
  await page.locator('.ticket[data-stage="refused"]').waitFor()
  await page.getByRole('button', { name: 'Put away' }).tap()
  await buyOnPage(page)
  await ticketAt(page, 'accepted')
  await page.getByRole('button', { name: 'Receipt' }).tap()
  await page.locator('.sheet-slip .slip-code svg').waitFor()
  await page.goto(`${market.edgeUrl}/receipt`)
  await page.locator('textarea').fill(attack)
  await page.getByRole('button', { name: 'Check' }).tap()
  await page.locator('.verdict-bad').waitFor()
  await page.goto(`${market.edgeUrl}/privacy?next=${encodeURIComponent(attack)}`)
  ok(!page.complaints.some((text) => text.startsWith('dialog')), page.complaints.join())
  const images = await page.locator('img[src="x"]').count()
  deepEqual([images, page.complaints.filter((text) => /Refused to|CSP/.test(text))], [0, []])
})
