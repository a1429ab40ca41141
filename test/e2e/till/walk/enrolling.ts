import type { Page } from 'playwright-core'

import type { SmallMarket } from '../../../../apps/nightmarket/src/testing/small-market.ts'
import type { LabBrowser } from '../../../../scripts/browser-lab.ts'
import type { ScreenName } from '../screens.ts'
import { assertAccessible } from '../till-look.ts'
import { openTill } from '../till-page.ts'
import { LANGUAGE, said, tap } from '../till-words.ts'
import { plugInTablet } from './tablet.ts'
import { addOperators, type Seller, type Walk } from './walk.ts'

const CAMERA_FAULTS = {
  denied: 'NotAllowedError',
  absent: 'NotFoundError',
  busy: 'NotReadableError',
  failed: 'UnknownError',
  insecure: null,
} as const

/** A camera that this tablet does not have, or that is not given: as the browser would say it. */
async function breakCamera(page: Page, fault: string | null): Promise<void> {
  await page.evaluate((name) => {
    const refuse = () => Promise.reject(new DOMException('', name ?? ''))
    const value = name === null ? undefined : { getUserMedia: refuse }
    Object.defineProperty(navigator, 'mediaDevices', { value, configurable: true })
  }, fault)
}

/** From a browser that never was a till to one that asks who is selling. */
export async function enrolTill(
  browser: LabBrowser,
  market: SmallMarket,
): Promise<Walk & { readonly seller: Seller }> {
  await plugInTablet(browser.context)
  await browser.context.addInitScript(
    (language) => localStorage.setItem('nightmarket language', language),
    LANGUAGE,
  )
  const page = await openTill(browser, `${market.edgeUrl}/till/`)
  await page.locator('input[name=code]').waitFor()
  await assertAccessible(page, 'enrol.fresh')
  await seeCameras(page, browser)
  await page.locator('input[name=code]').fill('WXYZ-WXYZ-WXYZ')
  await tap(page, 'enrolButton')
  await page.locator('form [role=alert]').waitFor()
  await assertAccessible(page, 'enrol.refused')
  await browser.context.setOffline(true)
  await tap(page, 'enrolButton')
  await page.getByText(said('enrolUnreachable')).waitFor()
  await assertAccessible(page, 'enrol.unreachable')
  await browser.context.setOffline(false)

  const { code } = await market.ask<{ code: string }>('enrol', '--till', '--name', 'quay')
  await page.locator('input[name=code]').fill(code)
  await page.locator('input[name=name]').fill('Quay, front table')
  // Nothing of the market reaches the till yet: it knows who it is, and no more.
  await page.route('**/v1/exchange', (route) => route.abort())
  await tap(page, 'enrolButton')
  await page.getByText(said('nobody')).waitFor()
  await assertAccessible(page, 'sign-in.nobody')
  const [tillMarket, seller] = await addOperators(market)
  while ((await page.locator('input[name=pin]').count()) === 0) {
    await tap(page, 'again')
    await page.locator('input[name=pin], .alone > .main').first().waitFor()
  }
  await assertAccessible(page, 'sign-in.asked')
  await page.locator('[data-trouble=may-be-cleared] button').click()
  await page.getByText(said('trouble.stillMayBeCleared')).waitFor()
  await assertAccessible(page, 'sign-in.may_be_cleared')
  await page.locator('input[name=pin]').fill('000000')
  await tap(page, 'signInButton')
  await page.locator('form [role=alert]').waitFor()
  await assertAccessible(page, 'sign-in.wrong')
  return { browser, page, market: tillMarket, seller }
}

async function seeCameras(page: Page, { context }: LabBrowser): Promise<void> {
  for (const [trouble, fault] of Object.entries(CAMERA_FAULTS)) {
    await breakCamera(page, fault)
    await tap(page, 'enrolling.scan')
    await page.locator('dialog [role=alert]').waitFor()
    await assertAccessible(page, `camera.${trouble}` as ScreenName)
    await closeScanner(page)
  }
  await page.reload()
  await context.grantPermissions(['camera'])
  await tap(page, 'enrolling.scan')
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0)
  await assertAccessible(page, 'camera.picture')
  await closeScanner(page)
}

async function closeScanner(page: Page): Promise<void> {
  await page.locator('dialog > button').click()
  await page.locator('dialog').waitFor({ state: 'detached' })
}
