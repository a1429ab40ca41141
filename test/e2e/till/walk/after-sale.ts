import type { Page } from 'playwright-core'
import type { Remedy, Verdict } from '@nightmarket/ui/till'

import type { ScreenName } from '../screens.ts'
import { assertAccessible } from '../till-look.ts'
import { said, tap } from '../till-words.ts'
import { openTab, sellForCash, type Promised } from './selling.ts'
import type { Seller, Walk } from './walk.ts'

/** Open one sale by its id. */
async function openOrder(page: Page, orderId: string): Promise<void> {
  await openTab(page, 'sales')
  await page.locator('input[type=search]').fill(orderId)
  await page.locator('input[type=search]').press('Enter')
  await page.locator('.order header').waitFor()
}

async function seeOrder(
  page: Page,
  orderId: string,
  verdict: Exclude<Verdict, 'checking' | 'voided'>,
): Promise<void> {
  await openOrder(page, orderId)
  await page.locator(`.verdict.${verdict}`).waitFor()
  await page.locator('.slip a').first().waitFor()
  await assertAccessible(page, `order.${verdict}`)
}

/** Ben sells: whatever a steward has to stand for is asked of one. */
async function signInAsSeller({ page, market }: Walk, seller: Seller): Promise<void> {
  await openTab(page, 'till')
  await tap(page, 'signOut', { name: market.steward.name })
  await page.getByRole('button', { name: 'Ben' }).click()
  await page.locator('input[name=pin]').fill(seller.pin)
  await tap(page, 'signInButton')
  await page.locator('.house').waitFor()
}

/** Begin a remedy and say why; a steward stands for it, and it is done. */
async function remedy(walk: Walk, name: Remedy, see: readonly ScreenName[]): Promise<void> {
  const { page, market } = walk
  await tap(page, `order.remedy.${name}`)
  await tap(page, 'order.why.payment')
  await page.locator('input[name=steward-pin]').waitFor()
  for (const screen of see) await assertAccessible(page, screen)
  await page.locator('input[name=steward-pin]').fill(market.steward.pin)
  await tap(page, 'order.stewardConfirm')
  const doIt = page.locator('.remedy form .main, .remedy .ways .main')
  await doIt.waitFor()
  await assertAccessible(page, `remedy.${name}`)
  await doIt.click()
  await page.locator('.remedy').waitFor({ state: 'detached' })
}

/** What became of each sale, and what can be done about it. */
export async function seeAfterSale(
  walk: Walk,
  seller: Seller,
  { declined, disputed }: Promised,
): Promise<void> {
  const { page, browser, market } = walk
  const cash = await sellForCash(page, 3)
  await seeOrder(page, cash, 'unsent')
  await signInAsSeller(walk, seller)
  await browser.context.setOffline(false)
  await page.locator('.syncing').waitFor()
  await assertAccessible(page, 'banner.syncing')
  await page.locator('[data-unsynced="0"]').waitFor()
  await market.untilBooked(declined, 'rescue')
  await market.untilBooked([disputed], 'disputed')
  await openTab(page, 'sales')
  await page.locator('.chips .rescue').waitFor()
  await page.locator('.chips .disputed').waitFor()
  await assertAccessible(page, 'page.sales')
  await page.locator('.chips .rescue').click()
  await assertAccessible(page, 'page.sales_one_verdict')
  await page.locator('.chips .rescue').click()
  await seeOrder(page, disputed, 'disputed')
  await seeOrder(page, cash, 'kept')
  const [again = '', vouchered = '', released = ''] = declined
  await seeOrder(page, again, 'rescue')
  await seeStewards(page)
  await remedy(walk, 'pay_again', ['remedy.steward'])
  await openOrder(page, vouchered)
  await remedy(walk, 'voucher', [])
  await page.locator('.verdict.vouchered').waitFor()
  await page.locator('.slip.own').waitFor()
  await assertAccessible(page, 'order.vouchered')
  await openOrder(page, released)
  await remedy(walk, 'release', [])
  await page.locator('.verdict.given_up').waitFor()
  await assertAccessible(page, 'order.given_up')
  await seePayBack(walk, cash)
}

async function seeStewards(page: Page): Promise<void> {
  await tap(page, 'order.remedy.pay_again')
  await page.locator('input[name=steward-pin]').fill('000000')
  await tap(page, 'order.stewardConfirm')
  await page.locator('.steward [role=alert]').waitFor()
  await assertAccessible(page, 'remedy.steward_wrong')
  await page.locator('.remedy').getByRole('button', { name: said('back'), exact: true }).click()
}

/** What was paid by card only the books can send back. */
export async function seeRefund(walk: Walk, orderId: string): Promise<void> {
  await openOrder(walk.page, orderId)
  await remedy(walk, 'refund', [])
  await walk.page.locator('.verdict.refunded').waitFor()
}

/** Cash given back without a network waits for the books, and is refunded once they have it. */
async function seePayBack(walk: Walk, orderId: string): Promise<void> {
  const { page, browser, market } = walk
  await browser.context.setOffline(true)
  await page.locator('.standing.offline').waitFor()
  await openOrder(page, orderId)
  await remedy(walk, 'pay_back', [])
  await page.locator('.asked').waitFor()
  await assertAccessible(page, 'order.asked')
  await browser.context.setOffline(false)
  await market.untilBooked([orderId], 'refunded')
  await page.locator('.verdict.refunded').waitFor()
  await assertAccessible(page, 'order.refunded')
}
