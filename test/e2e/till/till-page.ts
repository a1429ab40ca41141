import { ok } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'

import type { LabBrowser } from '../../../scripts/browser-lab.ts'
import type { Steward, TillMarket } from './till-market.ts'

/** A tablet, lying. */
export const TABLET = { width: 1_024, height: 768 } as const

/** How long a page may take for what a journey waits for; the machine is shared. */
const PATIENCE_MS = 90_000

/** Open the till's page as it is on a tablet that may have been a till before. */
export async function openTill({ context }: LabBrowser, url: string): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  await page.setViewportSize(TABLET)
  await page.goto(url)
  return page
}

/** Wait until the app's worker has all of it, and gives it to this page: it may be unplugged. */
export async function untilKept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
}

/** A new device becomes a till of this market, below the edge `at`, and Ada signs in. */
export async function openNewTill(
  browser: LabBrowser,
  market: TillMarket,
  { name = 'bar', at = market.edgeUrl } = {},
): Promise<Page> {
  const page = await openTill(browser, (await market.enrolment(name, '--at', at)).url)
  await page.locator('input[name=name]').fill(name)
  await page.getByRole('button', { name: 'Enrol' }).click()
  await signIn(page, market.steward)
  return page
}

/** Sign in by PIN, as after each start of the app. Throws what is on the screen when it fails. */
export async function signIn(page: Page, { name, pin }: Steward): Promise<void> {
  try {
    await page.getByRole('button', { name }).waitFor()
    await page.locator('input[name=pin]').fill(pin)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('.tiles button:enabled').first().waitFor()
  } catch (cause) {
    const shown = await page.locator('body').innerText()
    throw new Error(`the till does not sell; on its screen: ${shown}`, { cause })
  }
}

/** Sell one mug for the exact sum; the id of the sale that the screen says is sold. */
export async function sellMug(page: Page): Promise<string> {
  await page.locator('.tiles button').first().click()
  await page.locator('.counter button.main').click()
  await page.locator('.tenders button').first().click()
  const sold = page.locator('.sold')
  await sold.waitFor()
  const orderId = await sold.getAttribute('data-order')
  ok(orderId !== null)
  await page.getByRole('button', { name: 'Next buyer' }).click()
  return orderId
}

/**
 * Tap through sales on the screen as fast as it shows them, `count` of them or until the tab dies,
 * and say each once the screen has said that it is sold. The taps are made in the page, so that a
 * sale takes as long as the app takes, and a kill can come between any two of its steps.
 */
export async function sellMany(
  page: Page,
  count: number,
  say: (orderId: string) => void,
): Promise<void> {
  const name = `say${randomUUID()}`
  await page.exposeFunction(name, say)
  await page.evaluate(tapThroughSales, { count, name })
}

async function tapThroughSales({ count, name }: { count: number; name: string }): Promise<void> {
  const hosts = globalThis as unknown as Record<string, (orderId: string) => Promise<void>>
  const shown = (selector: string) =>
    new Promise<HTMLElement>((resolve) => {
      const look = () => {
        const found = document.querySelector<HTMLElement>(selector)
        if (found === null) return
        observer.disconnect()
        resolve(found)
      }
      const observer = new MutationObserver(look)
      observer.observe(document.body, { subtree: true, childList: true, attributes: true })
      look()
    })
  for (let sale = 0; sale < count; sale += 1) {
    const tile = await shown('.tiles button:enabled')
    tile.click()
    const pay = await shown('.counter:has(.lines) button.main')
    pay.click()
    const tender = await shown('.tenders button')
    tender.click()
    const sold = await shown('.sold[data-order]')
    await hosts[name]?.(sold.dataset['order'] ?? '')
    sold.querySelector<HTMLElement>('button.main')?.click()
    await shown('.counter:not(:has(.sold))')
  }
}

/** The orders in the journal that this browser has, read past the app. */
export function ordersIn(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const settled = <Answer>(request: IDBRequest<Answer>) =>
      new Promise<Answer>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await settled(indexedDB.open('till'))
    const records: unknown = await settled(
      database.transaction('entry').objectStore('entry').getAll(),
    )
    database.close()
    return (records as { readonly text: string }[])
      .map(({ text }) => JSON.parse(text) as { type: string; body: { orderId: string } })
      .flatMap(({ type, body }) => (type === 'order.accepted' ? [body.orderId] : []))
  })
}
