import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'

import type { CDPSession, Page } from 'playwright-core'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { buyOnPage, openStageBrowser, ticketAt } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

/** A phone with a finger on its sensor: Chromium's own virtual authenticator. */
async function addAuthenticator(page: Page): Promise<{ devtools: CDPSession; id: string }> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId: id } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { devtools, id }
}

/** Buy by card, then let the page remember that card. */
async function buyAndBeRemembered(page: Page): Promise<void> {
  await buyOnPage(page)
  await ticketAt(page, 'accepted')
  await page.getByRole('button', { name: 'Remember me on this phone' }).tap()
  await page.locator('dialog input[value="pm_card_mastercard"]').check()
  await page.locator('dialog button.buy').tap()
  await page.locator('.remember-done', { hasText: 'Mastercard ·· 4444' }).waitFor()
  await page.locator('.sheet-close').tap()
}

test('who was remembered buys with one tap, and is forgotten on request', async () => {
  await using market = await StageMarket.open({ units: 8 })
  await using browser = await openStageBrowser()
  const url = market.edgeUrl.replace('127.0.0.1', 'localhost')
  const page = await browser.visit(url)
  const { devtools, id } = await addAuthenticator(page)
  await buyAndBeRemembered(page)
  await page.getByRole('button', { name: 'Put away' }).tap()
  await page.locator('a[data-buy]').first().tap()
  await ticketAt(page, 'accepted')
  const orders = await until(
    () => market.orders(),
    (all) => all.length === 2 && all.every(({ state }) => state === 'captured'),
  )
  equal(orders.length, 2)
  const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId: id })
  equal(credentials.length, 1)
  await page.evaluate("localStorage.removeItem('nightmarket-pass')")
  await page.reload()
  await page.locator('a[data-buy]').first().tap()
  await page.getByRole('button', { name: 'I was remembered here before' }).tap()
  await page.locator('.ticket[data-stage="accepted"]').nth(1).waitFor()
  await page.goto(`${url}/privacy`)
  await page.getByRole('button', { name: 'Forget it' }).tap()
  await page.locator('[data-remembered]', { hasText: 'Forgotten' }).waitFor()
  equal(await page.evaluate("localStorage.getItem('nightmarket-pass')"), null)
  deepEqual(page.complaints, [])
})

test('a tap that is not confirmed buys nothing, and leaves every other way to pay', async () => {
  await using market = await StageMarket.open({ units: 8 })
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl.replace('127.0.0.1', 'localhost'))
  const { devtools, id: authenticatorId } = await addAuthenticator(page)
  await buyAndBeRemembered(page)
  await page.getByRole('button', { name: 'Put away' }).tap()
  await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  await page.locator('a[data-buy]').first().tap()
  const sheet = page.locator('dialog[open]')
  await sheet.locator('button.buy:not(:disabled)').waitFor()
  match((await sheet.textContent()) ?? '', /Mastercard ·· 4444, with one tap/)
  equal((await market.orders()).length, 1)
  await sheet.locator('input[value="pm_card_visa"]').check()
  await sheet.locator('button.buy:not(:disabled)').tap()
  await ticketAt(page, 'accepted')
  const orders = await until(
    () => market.orders(),
    (all) => all.length === 2,
  )
  ok(orders.every(({ state }) => state === 'captured' || state === 'accepted'))
})
