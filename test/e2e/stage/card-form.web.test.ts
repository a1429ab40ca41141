import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'

import type { Page } from 'playwright-core'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { openSheet, openStageBrowser, ticketAt } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

/** Stripe is configured by its publishable key; the sandbox stands in for its script. */
const environment = { STRIPE_PUBLISHABLE_KEY: 'pk_test_stand_in' }

async function typeCard(page: Page, place: string, number: string): Promise<void> {
  const frame = page.frameLocator(`${place} iframe`)
  await frame.getByLabel('Card number').fill(number)
  await frame.getByLabel('Expiry').fill('12 / 34')
  await frame.getByLabel('Security code').fill('123')
}

test('a card is typed into the processor’s own frame, and the page never has it', async () => {
  await using market = await StageMarket.open({ units: 5, environment })
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl)
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.url().startsWith(market.edgeUrl)) sent.push(request.postData() ?? '')
  })
  await openSheet(page)
  await page.frameLocator('dialog iframe').getByLabel('Card number').waitFor()
  await page.locator('dialog button.buy').tap()
  await page.frameLocator('dialog iframe').getByText('Fill in the whole card.').waitFor()
  equal((await market.orders()).length, 0)
  await typeCard(page, 'dialog', '4000 0000 0000 0002')
  await page.locator('dialog button.buy:not(:disabled)').tap()
  await ticketAt(page, 'rescue')
  await typeCard(page, '.ticket', '5555 5555 5555 4444')
  await page.locator('.ticket button.buy').tap()
  await ticketAt(page, 'accepted')
  const [order] = await until(
    () => market.orders(),
    (all) => all[0]?.state === 'captured',
  )
  equal(order?.state, 'captured')
  match(sent.join(), /pm_entered_mastercard_/)
  const numbers = /4000 ?0000 ?0000 ?0002|5555 ?5555 ?5555 ?4444/
  deepEqual(
    sent.filter((body) => numbers.test(body)),
    [],
  )
  deepEqual(page.complaints, [])
})

test('an amount is set aside on a card that is typed into the processor’s frame', async () => {
  const terms = 'terms:\n  wallet: { amount: 20, tips: [2], purchase: 10 }\n'
  await using market = await StageMarket.open({ environment, terms })
  await using browser = await openStageBrowser()
  const page = await browser.visit(`${market.edgeUrl}/wallet`)
  const open = page.getByRole('button', { name: 'Keep €20.00 ready' })
  await page.frameLocator('main iframe').getByLabel('Card number').waitFor()
  await page.getByLabel(/Yes, set €20\.00 aside/).check()
  await open.tap()
  await page.frameLocator('main iframe').getByText('Fill in the whole card.').waitFor()
  await typeCard(page, 'main', '5555 5555 5555 4444')
  await open.tap()
  await page.getByRole('button', { name: '€2.00 tip' }).tap()
  await page.locator('[data-left="1800"]').waitFor()
  deepEqual(page.complaints, [])
})

test('without Stripe nothing of it may be loaded, and with it only its own origins', async () => {
  await using market = await StageMarket.open()
  await using stripe = await StageMarket.open({ environment })
  const policyOf = async (url: string) =>
    (await fetch(url)).headers.get('content-security-policy') ?? ''
  const plain = await policyOf(market.edgeUrl)
  match(plain, /script-src 'self';/)
  match(plain, /frame-src 'none';/)
  const opened = await policyOf(stripe.edgeUrl)
  match(opened, new RegExp(`script-src 'self' ${stripe.sandboxUrl};`))
  match(opened, new RegExp(`frame-src ${stripe.sandboxUrl};`))
})
