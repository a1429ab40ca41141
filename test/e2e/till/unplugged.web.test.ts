import { equal, match, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'

import { createProfile, openChromium } from '../../../scripts/browser-lab.ts'
import { openTillMarket, type TillMarket } from './till-market.ts'
import { sellMug, signIn, untilKept } from './till-page.ts'

const root = join(import.meta.dirname, '..', '..', '..')
let market: TillMarket

before(async () => {
  market = await openTillMarket()
})

after(() => market[Symbol.asyncDispose]())

test('a till opens cold without a network and sells; its sales are booked once', async () => {
  using profile = createProfile()
  const accepted: string[] = []
  {
    await using browser = await openChromium(profile)
    const page = await browser.context.newPage()
    await page.setViewportSize({ width: 1024, height: 768 })
    await page.goto((await market.enrolment('bar')).url)
    await page.getByRole('heading', { name: 'Make this tablet a till' }).waitFor()
    await page.getByRole('button', { name: 'Enrol' }).click()
    await page.getByRole('button', { name: 'Ada' }).waitFor()
    await signIn(page, market.steward)
    await page.locator('.tiles button:enabled').first().waitFor()
    accepted.push(await sellMug(page))
    await untilKept(page)
    await browser.context.setOffline(true)
    await page.locator('.standing.offline').waitFor()
    for (let sale = 0; sale < 20; sale++) accepted.push(await sellMug(page))
    await browser.kill()
  }
  await using browser = await openChromium(profile)
  await browser.context.setOffline(true)
  const page = await browser.context.newPage()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${market.edgeUrl}/till/`)
  await signIn(page, market.steward)
  await page.locator('.tiles button').first().click()
  await page.locator('.counter button.main').click()
  await page.locator('.tenders button').nth(1).click()
  await page.locator('.sold img').waitFor()
  accepted.push((await page.locator('.sold').getAttribute('data-order')) ?? '')
  const link = (await page.locator('.slip a').getAttribute('href')) ?? ''
  match(link, /\/receipt#1\.[\w-]+$/)
  await page.getByRole('button', { name: 'Next buyer' }).click()
  await page.getByRole('button', { name: 'Sales', exact: true }).click()
  equal(await page.locator('.sales > li').count(), accepted.length)
  await page.locator('.sales > li > button').first().click()
  await page.getByRole('button', { name: 'Give the cash back' }).click()
  await page.getByRole('button', { name: 'Broken' }).click()
  await page.getByRole('button', { name: '€9.50 given back' }).click()
  await page.getByText('waits for the books').waitFor()
  await page.getByRole('button', { name: 'All sales' }).click()
  await page.getByText('Asked; answer to come').waitFor()
  await page.getByRole('button', { name: 'This till' }).click()
  await browser.context.setOffline(false)
  await page.locator('[data-unsynced="0"]').waitFor()
  const refunded = accepted.pop() ?? ''
  await market.untilBooked([refunded], 'refunded')
  await market.untilBooked(accepted, 'captured')
  await market.nothingIsOff()
})

/** What is fetched when a camera opens where the browser has no detector of its own. */
const SCANNER = /(^|\/)open-detector-[^/]+\.js$/

test('the till weighs at most 120 kB, packed: all of it but the camera scanner', () => {
  const dist = join(root, 'apps', 'till', 'dist')
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  const code = files.filter((name) => /\.(js|css)$/.test(name))
  const counted = code.filter((name) => !SCANNER.test(name))
  equal(code.length - counted.length, 1, code.join(' '))
  const bytes = counted.map((name) => gzipSync(readFileSync(join(dist, name))).byteLength)
  const sum = bytes.reduce((all, each) => all + each, 0)
  ok(sum > 0 && sum <= 120 * 1024, `${sum} bytes in ${counted.join(' ')}`)
})
