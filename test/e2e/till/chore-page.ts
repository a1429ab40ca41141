import type { Page } from 'playwright-core'

import { sellMug } from './till-page.ts'

/** Sell one mug, wherever in the app somebody is; the sale's id. */
export async function goAndSell(page: Page): Promise<string> {
  await page.locator('nav.pages button').first().click()
  await page.locator('.tiles button:enabled').first().waitFor()
  return sellMug(page)
}

/** Open a page below “This till”. */
export async function openChore(page: Page, name: string): Promise<void> {
  await page.locator('nav.pages button').last().click()
  await page.locator('nav.chores').getByRole('button', { name }).click()
}

/** Open one sale, as its code finds it. */
export async function openSale(page: Page, orderId: string): Promise<void> {
  await page.locator('nav.pages button').nth(1).click()
  await page.locator('input[type=search]').fill(orderId)
  await page.locator('input[type=search]').press('Enter')
  await page.locator('.order header').waitFor()
}
