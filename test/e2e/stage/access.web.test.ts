import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Route } from 'playwright-core'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import {
  openTestFolder,
  runForJson,
  startNightmarket,
} from '../../../apps/nightmarket/src/testing/process.ts'
import { takeHold } from './other-buyers.ts'
import { buyOnPage, openSheet, openStageBrowser, ticketAt } from './stage-browser.ts'
import { look } from './stage-look.ts'
import { StageMarket } from './stage-market.ts'

/** A thing of which units come and go, one that is sold out, and drops before and after. */
const DROPS = `  - { id: line, title: Two left, listings: [{ variant: MUG-R, units: 1 }] }
  - { id: gone, title: The last one, listings: [{ variant: MUG-G }] }
  - { id: later, title: After ten, opensAt: end-10m, listings: [{ variant: MUG-R, units: 1 }] }
`

const OVERLAYS = `overlays:
  - { id: card, kind: buy_card, drop: mugs, variant: MUG-B }
  - { id: sold, kind: sold_counter, drop: mugs, text: sold tonight }
  - { id: call, kind: countdown, drop: mugs, text: Last call }
  - { id: words, kind: banner, text: Welcome }
  - { id: won, kind: winner, text: The mug goes to }
`

const TERMS = 'terms:\n  rescue: 12s\n'
const WALLET = 'terms:\n  wallet: { amount: 20, tips: [1, 2, 15], purchase: 10 }\n'

/** What the core says to a buyer whose unit was not there, which takes a lost node to happen. */
const AID = {
  cause: 'units',
  rescueUntilMs: null,
  voucher: {
    code: '7KQ4M-2ZD9X-VB3TC-8',
    amountMinor: 500,
    remainingMinor: 500,
    currency: 'EUR',
    expiresAtMs: Date.now() + 30 * 86_400_000,
  },
}

test('axe finds nothing on a page of the show, and nothing on what comes up there', async () => {
  await using market = await StageMarket.open({ units: 20, drops: DROPS, overlays: OVERLAYS })
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl)
  const found: string[] = []
  const check = async (name: string) => found.push(...(await look(page, name)))
  await check('show')
  for (const [name, path] of [
    ['drop', '/drops/mugs'],
    ['product', '/drops/mugs/mug:blue'],
    ['drop-later', '/drops/later'],
    ['missing', '/drops/none'],
    ['verifier', '/receipt'],
    ['privacy', '/privacy'],
    ['buy-form', '/buy/mugs/mug:blue'],
    ['go-live', '/go-live'],
  ] as const) {
    await page.goto(market.edgeUrl + path)
    await check(name)
  }
  const last = await takeHold(market.edgeUrl, 'ann', 'gone')
  await last.buy()
  await page.goto(`${market.edgeUrl}/drops/gone`)
  await page.locator('.card[data-stock="sold_out"]').waitFor()
  await check('sold-out')
  await page.goto(market.edgeUrl)
  for (const id of ['card', 'sold', 'call', 'words']) await market.ask('overlay', 'show', id)
  await market.ask('overlay', 'show', 'won', '--name', 'Ilse')
  await page.locator('.overlay').nth(4).waitFor()
  await check('overlays')
  await page.goto(`${market.edgeUrl}/overlay`)
  await page.locator('.overlay').nth(4).waitFor()
  await check('overlay-source')
  deepEqual(found, [])
})

test('axe finds nothing on what a buyer goes through', async () => {
  await using market = await StageMarket.open({ units: 20, drops: DROPS, terms: TERMS })
  await using browser = await openStageBrowser()
  const url = market.edgeUrl.replace('127.0.0.1', 'localhost')
  const page = await browser.visit(url)
  const found: string[] = []
  const check = async (name: string) => found.push(...(await look(page, name)))
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await page.reload()
  await page.locator('a[data-buy]').first().tap()
  await page.locator('dialog .consent').waitFor()
  await check('consent')
  await page.locator('dialog .consent button').last().tap()
  await page.locator('dialog button.buy').waitFor()
  await check('sheet')
  await page.locator('.sheet-close').tap()
  await buyOnPage(page, 'pm_card_chargeDeclined')
  await ticketAt(page, 'rescue')
  await check('rescue')
  await page.route('**/aid', (route) => route.fulfill({ json: AID }))
  await ticketAt(page, 'released')
  await page.locator('.ticket .voucher').waitFor()
  await check('voucher')
  const away = async (name: string) => {
    await page.getByRole('button', { name: 'Put away' }).tap()
    await page.locator(`.ticket[data-stage="${name}"]`).waitFor({ state: 'detached' })
  }
  await away('released')

  await openSheet(page)
  await page.locator('dialog input[value="voucher"]').check()
  await page.locator('dialog input[name="voucherCode"]').fill('NO-SUCH-VOUCHER')
  await page.locator('dialog button.buy').tap()
  await ticketAt(page, 'refused')
  await check('refused')
  await away('refused')

  await page.context().setOffline(true)
  await buyOnPage(page)
  await ticketAt(page, 'queued')
  await check('queued')
  await page.context().setOffline(false)
  await ticketAt(page, 'accepted')
  await check('accepted')
  await page.getByRole('button', { name: 'Receipt' }).tap()
  await page.locator('.sheet-slip .slip-code svg').waitFor()
  await check('receipt')
  const link = await page.getByRole('link', { name: 'Check it' }).getAttribute('href')
  await page.locator('.sheet-close').tap()
  await page.getByRole('button', { name: 'Remember me on this phone' }).tap()
  await page.locator('dialog button.buy').waitFor()
  await check('remember')
  await page.locator('.sheet-close').tap()
  await away('accepted')

  const other = await takeHold(url, 'ann', 'line')
  await page.locator('[data-variant="mug:red"] a.buy-line').first().tap()
  await page.locator('dialog button.buy').tap()
  await ticketAt(page, 'waiting')
  await check('line')
  await other.letGo()
  await ticketAt(page, 'held')
  await check('hold')

  await page.goto(link ?? '')
  await page.locator('.verdict-good').waitFor()
  await check('verdict-good')
  await page.locator('textarea').fill('no receipt')
  await page.getByRole('button', { name: 'Check', exact: true }).tap()
  await page.locator('.verdict-bad').waitFor()
  await check('verdict-bad')
  deepEqual(found, [])
})

test('axe finds nothing on a wallet, however it stands', async () => {
  await using market = await StageMarket.open({ units: 20, terms: WALLET })
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl)
  const found: string[] = []
  const check = async (name: string) => found.push(...(await look(page, `wallet-${name}`)))
  const standsAt = (state: string) => page.locator(`[data-wallet="${state}"]`).waitFor()
  const open = async (reference: string) => {
    await page.locator(`input[value="${reference}"]`).check()
    await page.getByLabel(/Yes, set €20\.00 aside/).check()
    await page.getByRole('button', { name: 'Keep €20.00 ready' }).tap()
  }
  const tap = (name: string) => page.getByRole('button', { name }).tap()
  await page.getByRole('link', { name: 'Tips and small things' }).tap()
  await standsAt('none')
  await check('none')
  await open('pm_card_chargeDeclined')
  await standsAt('refused')
  await check('refused')
  await tap('Keep an amount ready again')
  const isAsking = (route: Route) =>
    route.request().resourceType() === 'fetch' ? route.abort() : route.continue()
  await page.route('**/wallet', isAsking)
  await open('pm_card_visa')
  await standsAt('asked')
  await check('asked')
  await page.unroute('**/wallet', isAsking)
  await standsAt('open')
  // With enough left for a small thing.
  await tap('€2.00 tip')
  await page.locator('[data-left="1800"]').waitFor()
  await check('open')
  await tap('€15.00 tip')
  await page.locator('[data-left="300"]').waitFor()
  // As from a page that was opened before the last tip.
  const first = page.locator('button[name="amountMinor"]').first()
  await first.evaluate((button) => button.setAttribute('value', '1500'))
  await first.tap()
  await page.getByRole('alert').waitFor()
  await check('short')
  await tap('End it now')
  await standsAt('closed')
  await check('closed')
  deepEqual(found, [])
})

test('axe finds nothing without a show, before it begins and when it is over', async () => {
  using folder = openTestFolder()
  const data = ['--data', join(folder.path, 'market')]
  await using market = await startNightmarket(['up', '--port', '0', ...data])
  const edgeUrl = market.addresses['edge'] ?? ''
  await using browser = await openStageBrowser()
  const page = await browser.visit(edgeUrl)
  const found: string[] = []
  found.push(...(await look(page, 'empty')))
  const csv = join(folder.path, 'mugs.csv')
  writeFileSync(csv, 'Handle,Title,Variant Inventory Qty,Variant Price\nmug,Night Mug,5,9.50\n')
  await runForJson(['import', csv, ...data])
  for (const [name, times, words] of [
    ['before', 'startsAt: now+1h, duration: 2h', 'Before the evening'],
    ['ended', 'startsAt: now, duration: 1s', 'After the evening'],
  ] as const) {
    const file = join(folder.path, `${name}.yaml`)
    const place = 'timeZone: UTC, place: Hall, hosts: [Ada]'
    const show = `{ id: ${name}, title: ${words}, ${times}, ${place} }`
    const drops = 'drops:\n  - { id: mugs, title: Mugs, listings: [{ variant: mug }] }\n'
    writeFileSync(file, `format: 1\nshow: ${show}\n${drops}`)
    await runForJson(['show', 'apply', file, ...data])
    const phase = name === 'before' ? 'data-phase="upcoming"' : 'data-phase="closed"'
    await until(
      async () => (await fetch(edgeUrl)).text(),
      (text) => text.includes(words) && text.includes(phase),
    )
    await page.goto(edgeUrl)
    await page.locator(`[${phase}]`).waitFor()
    found.push(...(await look(page, name)))
  }
  deepEqual(found, [])
})
