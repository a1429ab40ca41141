import { equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'

import { createProfile, openChromium, type LabBrowser } from '../../../scripts/browser-lab.ts'
import { goAndSell, openChore, openSale } from './chore-page.ts'
import { assertAccessible } from './till-look.ts'
import { openTillMarket, type TillMarket } from './till-market.ts'
import { openNewTill, openTill, signIn, untilKept } from './till-page.ts'

let market: TillMarket
const profile = createProfile()
let browser: LabBrowser

before(async () => {
  market = await openTillMarket()
  browser = await openChromium(profile)
})

after(async () => {
  await browser[Symbol.asyncDispose]()
  profile[Symbol.dispose]()
  await market[Symbol.asyncDispose]()
})

/** Sign out, and let a seller who may not give anything back sign in. */
async function signInAsSeller(page: Page): Promise<void> {
  const added = await market.market.ask<{ pin: string }>('operator', 'add', 'Ben')
  await page.locator('nav.pages button').last().click()
  await page.getByRole('button', { name: /^Sign out/ }).click()
  const reload = page.getByRole('button', { name: 'Ben' })
  await reload.click()
  await page.locator('input[name=pin]').fill(added.pin)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.house').waitFor()
}

async function nodeOf(page: Page): Promise<string> {
  await page.locator('nav.pages button').last().click()
  const text = await page.locator('dd.code').first().innerText()
  return text.split('/')[0] ?? ''
}

test('back on the network each sale has its verdict; what went wrong is put right', async () => {
  const page = await openNewTill(browser, market)
  await untilKept(page)
  await browser.context.setOffline(true)
  await page.locator('.standing.offline').waitFor()
  const sold = []
  for (let sale = 0; sale < 4; sale += 1) sold.push(await goAndSell(page))
  await page.locator('nav.pages button').nth(1).click()
  await page.getByRole('button', { name: /4 To send/ }).waitFor()
  // Somebody gives the till up for lost while it sells on: what it sells now is contested.
  const nodeId = await nodeOf(page)
  await market.market.ask('nodes', 'write-off', nodeId, '--counted', 'none')
  const contested = [await goAndSell(page), await goAndSell(page)]
  await browser.context.setOffline(false)
  await page.locator('[data-unsynced="0"]').waitFor()
  await market.untilBooked(sold, 'rescue')
  await page.locator('nav.pages button').nth(1).click()
  await page.getByRole('button', { name: /6 Rescue/ }).waitFor()

  await signInAsSeller(page)
  const [first, second] = contested
  ok(first !== undefined && second !== undefined)
  await openSale(page, first)
  await page.getByText('Sold here after it had been promised elsewhere').waitFor()
  await assertAccessible(page, 'order.contested')
  const link = (await page.locator('.slip a').getAttribute('href')) ?? ''
  await page.getByRole('button', { name: 'All sales' }).click()
  await page.getByRole('button', { name: 'Scan a receipt' }).click()
  await page.locator('dialog input[name=code]').fill(link)
  await page.getByRole('button', { name: 'Take it' }).click()
  await page.locator('.order header').waitFor()
  await page.getByRole('button', { name: 'Give the cash back' }).click()
  await page.getByRole('button', { name: 'Buyer has gone' }).click()
  await page.locator('input[name=steward-pin]').fill('000000')
  await page.getByRole('button', { name: 'I stand for this' }).click()
  await page.locator('.steward [role=alert]').waitFor()
  await page.locator('input[name=steward-pin]').fill(market.steward.pin)
  await page.getByRole('button', { name: 'I stand for this' }).click()
  await page.getByRole('button', { name: '€9.50 given back' }).click()
  await page.locator('.asked', { hasText: 'done' }).waitFor()
  await page.locator('.verdict.refunded').waitFor()

  await openSale(page, second)
  await page.getByRole('button', { name: 'Next buyer gets it' }).click()
  await page.getByRole('button', { name: 'Wrong thing' }).click()
  await page.locator('input[name=steward-pin]').fill(market.steward.pin)
  await page.getByRole('button', { name: 'I stand for this' }).click()
  await page.getByRole('button', { name: 'Give this sale up' }).click()
  await page.locator('.verdict.refunding').waitFor()
  await assertAccessible(page, 'order.refunding')
  await page.getByRole('button', { name: 'Give the cash back' }).click()
  await page.getByRole('button', { name: 'Buyer has gone' }).click()
  await page.locator('input[name=steward-pin]').fill(market.steward.pin)
  await page.getByRole('button', { name: 'I stand for this' }).click()
  await page.getByRole('button', { name: '€9.50 given back' }).click()
  await page.locator('.verdict.refunded').waitFor()
  equal((await market.booked([first, second])).join(), 'refunded,refunded')
})

test('a second tab looks on, and takes over; a revoked till says so and begins anew', async () => {
  const page = await openTill(browser, `${market.edgeUrl}/till/`)
  const held = browser.context.pages().find((each) => each !== page && each.url().includes('/till'))
  ok(held !== undefined)
  await page.getByText('open in another tab').waitFor()
  await page.locator('.seen li').first().waitFor()
  equal(await page.locator('.seen li').count(), 6)
  await held.close()
  await signIn(page, market.steward)
  const nodeId = await nodeOf(page)
  await market.market.ask('nodes', 'revoke', nodeId, '--reason', 'stolen')
  await page.locator('[data-reason=revoked]').waitFor()
  await assertAccessible(page, 'trouble.revoked')
  await page.getByRole('button', { name: 'Enrol this tablet again' }).click()
  await page.getByRole('button', { name: 'I stand for this' }).click()
  await page.getByRole('heading', { name: 'Make this tablet a till' }).waitFor()
  const { code } = await market.enrolment('bar')
  await page.locator('input[name=code]').fill(code)
  await page.getByRole('button', { name: 'Enrol' }).click()
  await signIn(page, market.steward)
  const orderId = await goAndSell(page)
  await market.untilBooked([orderId], 'captured')
})

test('receipts of a lost till bring its sales back, by a scan or by their text', async () => {
  using lost = createProfile()
  let link = ''
  let orderId = ''
  let nodeId = ''
  {
    await using gone = await openChromium(lost)
    const page = await openNewTill(gone, market)
    nodeId = await nodeOf(page)
    await untilKept(page)
    await gone.context.setOffline(true)
    await page.locator('.standing.offline').waitFor()
    orderId = await goAndSell(page)
    await openSale(page, orderId)
    link = (await page.locator('.slip a').getAttribute('href')) ?? ''
  }
  match(link, /\/receipt#/)
  using whole = createProfile()
  await using here = await openChromium(whole)
  const page = await openNewTill(here, market)
  await openChore(page, 'Restore sales')
  await page.getByRole('button', { name: 'I stand for this' }).click()
  /** Bring a receipt in; on a machine that is busy the books may be asked more than once. */
  const bring = async (text: string, says: string) => {
    for (;;) {
      const before = await page.locator('.facts li').count()
      await page.locator('textarea[name=receipt]').fill(text)
      await page.getByRole('button', { name: 'Bring it in' }).click()
      await page.locator('.facts li').nth(before).waitFor()
      const said = await page.locator('.facts li').first().innerText()
      if (!said.includes('not reached')) return ok(said.includes(says), said)
    }
  }
  await bring('no receipt', 'This is no receipt')
  await bring(link, 'still expected to send')
  await market.market.ask('nodes', 'revoke', nodeId, '--reason', 'lost')
  await bring(link, 'Restored')
  await bring(link, 'already')
  await market.untilBooked([orderId], 'captured')
  await market.nothingIsOff()
})
