import type { Page } from 'playwright-core'

import { assertAccessible } from '../till-look.ts'
import { said, tap } from '../till-words.ts'
import type { Walk } from './walk.ts'

/** Open one of the three tabs at the bottom. */
export async function openTab(page: Page, tab: 'sell' | 'sales' | 'till'): Promise<void> {
  const names = { sell: 'navSell', sales: 'navSales', till: 'navTill' } as const
  const button = { name: said(names[tab]), exact: true }
  await page.locator('nav.pages').getByRole('button', button).click()
}

/** Choose the practice reader, and what is held to it. */
export async function choosePractice(page: Page, card: string): Promise<void> {
  await openTab(page, 'till')
  await page.locator('select[name=reader]').selectOption('practice')
  await page.locator('select[name=practice]').selectOption(card)
  await openTab(page, 'sell')
  await page.locator('.tiles').waitFor()
}

/** Take the `at`-th thing of the grid, and ask how it is paid. */
export async function takeAndPay(page: Page, at: number): Promise<void> {
  await page.locator('.tiles button').nth(at).click()
  await page.locator('.counter button.main').click()
  await page.locator('.tenders').waitFor()
}

/** The id of the sale on the screen, and on to the next buyer. */
export async function nextBuyer(page: Page): Promise<string> {
  const orderId = await page.locator('.sold[data-order]').getAttribute('data-order')
  await tap(page, 'next')
  return orderId ?? ''
}

/** Sell one for cash. */
export async function sellForCash(page: Page, at = 0): Promise<string> {
  await openTab(page, 'sell')
  await takeAndPay(page, at)
  await page.locator('.tenders button').first().click()
  return nextBuyer(page)
}

/** Sell one by the practice reader. */
export async function sellByCard(page: Page, at = 0): Promise<string> {
  await openTab(page, 'sell')
  await takeAndPay(page, at)
  await tap(page, 'pay.card')
  return nextBuyer(page)
}

/** The grid, the cart, the ways to pay, and what is said once it is sold. */
export async function seeSelling({ page, browser, market }: Walk): Promise<Promised> {
  await page.locator('input[name=pin]').fill(market.steward.pin)
  await tap(page, 'signInButton')
  await page.locator('[data-reason=no_release]').waitFor()
  await assertAccessible(page, 'trouble.no_release')
  await assertAccessible(page, 'grid.empty')
  await openTab(page, 'sales')
  await assertAccessible(page, 'page.sales_none')
  await openTab(page, 'till')
  await tap(page, 'goods.chore.stock')
  await assertAccessible(page, 'page.stock_nothing')
  await tap(page, 'navTill')
  await tap(page, 'goods.chore.hand')
  await assertAccessible(page, 'hand.nothing')
  await openTab(page, 'sell')
  await page.unroute('**/v1/exchange')
  await page.locator('.tiles button:enabled').nth(10).waitFor()
  await assertAccessible(page, 'page.sell')
  await seeGrid(page)
  await seeWays(page)
  await browser.context.setOffline(true)
  await page.locator('.standing.offline').waitFor()
  await assertAccessible(page, 'banner.offline')
  return seePromises(page)
}

async function seeGrid(page: Page): Promise<void> {
  const search = page.locator('input[name=search]')
  await search.fill('mond')
  await assertAccessible(page, 'grid.not_found')
  await search.fill('moon')
  await assertAccessible(page, 'grid.found')
  await search.fill('')
  await Promise.all([...'4006381333000'.split(''), 'Enter'].map((key) => page.keyboard.press(key)))
  await page.locator('.goods [role=alert]').waitFor()
  await assertAccessible(page, 'grid.unknown_code')
  await search.fill('')
  for (const at of [0, 0, 4]) await page.locator('.tiles button').nth(at).click()
  await assertAccessible(page, 'counter.cart')
  for (const at of [1, 2, 3, 5, 6, 7, 9]) await page.locator('.tiles button').nth(at).click()
  await assertAccessible(page, 'counter.cart_full')
  await tap(page, 'clear')
}

async function seeWays(page: Page): Promise<void> {
  await takeAndPay(page, 0)
  await assertAccessible(page, 'counter.paying')
  await tap(page, 'pay.card')
  await page.locator('.counter [role=alert]').waitFor()
  await assertAccessible(page, 'counter.no_reader')
  await tap(page, 'pay.voucher')
  await assertAccessible(page, 'counter.code.voucher')
  await page.locator('input[name=paycode]').fill('ABCD-EFGH-JKMN-PQRS')
  await tap(page, 'pay.take')
  await page.locator('.counter [role=alert]').waitFor()
  await assertAccessible(page, 'counter.code.refused')
  await tap(page, 'pay.otherWay')
  await tap(page, 'pay.token')
  await assertAccessible(page, 'counter.code.token')
  await tap(page, 'pay.otherWay')
  await page.locator('.tenders button').nth(1).click()
  await page.locator('.sold .slip a').waitFor()
  await assertAccessible(page, 'sold.in_drawer')
  await tap(page, 'receipt.large')
  await assertAccessible(page, 'receipt.large')
  await page.locator('dialog.large button').click()
  await tap(page, 'receipt.print')
  await page.getByText(said('receipt.none')).waitFor()
  await assertAccessible(page, 'receipt.print')
  await page.locator('dialog.print > button').last().click()
  await nextBuyer(page)
}

/** Offline, what is not cash is a promise: the last of them are said, and then it is cash only. */
async function seePromises(page: Page): Promise<Promised> {
  const dear = 0
  const cheap = 1
  await choosePractice(page, 'chargeDeclined')
  await takeAndPay(page, cheap)
  await tap(page, 'pay.card')
  await page.locator('.sold .slip a').waitFor()
  await assertAccessible(page, 'sold.stored')
  const declined = [await nextBuyer(page)]
  while (declined.length < 3) declined.push(await sellByCard(page, cheap))
  await takeAndPay(page, dear)
  await payByCode(page, 'pm_card_createDispute')
  await page.locator('[data-payment=promised]').waitFor()
  await assertAccessible(page, 'sold.promised')
  const disputed = await nextBuyer(page)
  await assertAccessible(page, 'banner.promise_near')
  await takeAndPay(page, cheap)
  await page.locator('.counter .hint').waitFor()
  await assertAccessible(page, 'counter.cash_only')
  await tap(page, 'back')
  await tap(page, 'clear')
  return { declined, disputed }
}

/** What was sold on promise, and will be declined or disputed. */
export interface Promised {
  readonly declined: readonly string[]
  readonly disputed: string
}

async function payByCode(page: Page, code: string): Promise<void> {
  await tap(page, 'pay.token')
  await page.locator('input[name=paycode]').fill(code)
  await tap(page, 'pay.take')
}

/** Online, the screen goes on to say what the books made of a payment; the sale that was paid. */
export async function seeAnswers({ page }: Walk): Promise<string> {
  await choosePractice(page, 'none')
  await takeAndPay(page, 2)
  await tap(page, 'pay.card')
  await page.getByRole('heading', { name: said('pay.hold') }).waitFor()
  await assertAccessible(page, 'counter.reader')
  await tap(page, 'pay.cancel')
  await page.getByText(said('pay.canceled')).waitFor()
  await tap(page, 'back')
  await tap(page, 'clear')
  await choosePractice(page, 'visa')
  await takeAndPay(page, 2)
  await tap(page, 'pay.card')
  await page.locator('[data-payment=paid]').waitFor()
  await assertAccessible(page, 'sold.paid')
  const paid = await nextBuyer(page)
  await takeAndPay(page, 2)
  await payByCode(page, 'pm_card_chargeDeclined')
  await page.locator('[data-payment=refused]').waitFor()
  await assertAccessible(page, 'sold.refused')
  await nextBuyer(page)
  return paid
}
