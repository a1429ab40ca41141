import type { Page } from 'playwright-core'

import { assertAccessible } from '../till-look.ts'
import { openTill } from '../till-page.ts'
import { tap } from '../till-words.ts'
import { openTab, takeAndPay } from './selling.ts'
import { drain, turn } from './tablet.ts'
import type { Walk } from './walk.ts'

const MINUTE_MS = 60_000

/** A battery, a clock, an end that is near: each is said, and selling goes on when it is over. */
export async function seeTrouble({ page, browser }: Walk): Promise<void> {
  await drain(page, 0.07)
  await page.locator('[data-trouble=battery]').waitFor()
  await assertAccessible(page, 'banner.battery')
  await drain(page, 1)
  await page.locator('[data-trouble=battery]').waitFor({ state: 'detached' })

  await browser.context.setOffline(true)
  await page.locator('.standing.offline').waitFor()
  await turn(page, { shiftMs: 110 * MINUTE_MS })
  await page.locator('.standing b.bad').waitFor()
  await assertAccessible(page, 'banner.end_near')
  await turn(page, { shiftMs: 0 })

  await openTab(page, 'sell')
  await takeAndPay(page, 3)
  await turn(page, { shiftMs: -180 * MINUTE_MS })
  await page.locator('[data-reason=clock]').waitFor()
  await assertAccessible(page, 'trouble.clock')
  await page.locator('.tenders button').first().click()
  await page.locator('.counter h1.bad').waitFor()
  await assertAccessible(page, 'counter.refused')
  // A clock that was seen to be wrong is believed again once the market has said the time.
  await turn(page, { shiftMs: 0 })
  await browser.context.setOffline(false)
  await page.locator('[data-reason=clock]').waitFor({ state: 'detached' })
  await tap(page, 'again')
  await page.locator('.sold').waitFor()
  await tap(page, 'next')
  await page.locator('[data-unsynced="0"]').waitFor()
}

/** A second tab looks on; a storage that went back, or is gone, is never gone on with. */
export async function seeStorage({ page, browser, market }: Walk): Promise<void> {
  const address = `${market.edgeUrl}/till/`
  const second = await openTill(browser, address)
  await second.locator('.seen li').first().waitFor()
  await assertAccessible(second, 'whole.watching')
  await second.close()
  // What a profile that was restored from a copy looks like: it remembers more than it has.
  await page.evaluate(() => {
    const mark = 'nightmarket/till/mark'
    const [life] = (localStorage.getItem(mark) ?? '').split(' ')
    localStorage.setItem(mark, `${life} 100000`)
  })
  await page.reload()
  await page.locator('.alone [role=alert]').waitFor()
  await assertAccessible(page, 'enrol.rolled_back')
  await page.close()
  const beside = await openTill(browser, `${address}icon.svg`)
  await beside.evaluate(holdAndDelete)
  const opening = await openTill(browser, address)
  await opening.locator('.alone').waitFor()
  await assertAccessible(opening, 'whole.opening')
  await beside.close()
  await opening.locator('.alone [role=alert]').waitFor()
  await assertAccessible(opening, 'enrol.lost')
}

/** In a page beside the till: delete its storage, which waits for a page that still has it open. */
async function holdAndDelete(): Promise<void> {
  const opening = indexedDB.open('till')
  await new Promise((resolve) => (opening.onsuccess = resolve))
  Object.assign(globalThis, { held: opening.result, deleting: indexedDB.deleteDatabase('till') })
}

/** A printer that takes the receipt, one that does not, and a browser that has none. */
export async function seePrinting(page: Page): Promise<void> {
  await openTab(page, 'sales')
  await page.locator('.sales li button').first().click()
  await tap(page, 'receipt.print')
  await turn(page, { printer: 'out of paper' })
  await tap(page, 'receipt.usb')
  await page.locator('dialog [role=status][data-said=failed]').waitFor()
  await assertAccessible(page, 'receipt.print_failed')
  await turn(page, { printer: 'ready' })
  await page.locator('dialog .main').click()
  await page.locator('dialog [role=status][data-said=printed]').waitFor()
  await assertAccessible(page, 'receipt.printed')
  await page.locator('dialog.print > button').last().click()
  await page.locator('dialog').waitFor({ state: 'detached' })
  await page.evaluate(() => {
    for (const owner of [navigator, Navigator.prototype]) {
      for (const way of ['usb', 'serial']) Reflect.deleteProperty(owner, way)
    }
  })
  await tap(page, 'receipt.print')
  await assertAccessible(page, 'receipt.print_unsupported')
  await page.locator('dialog.print > button').last().click()
  await page.locator('dialog').waitFor({ state: 'detached' })
}
