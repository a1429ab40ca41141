import type { Page } from 'playwright-core'

import type { ScreenName } from '../screens.ts'
import { assertAccessible } from '../till-look.ts'
import { said, tap } from '../till-words.ts'
import { openTab } from './selling.ts'
import type { Walk } from './walk.ts'

/** A till that is on no tablet: a slip for it shows what a slip looks like. */
const OTHER_TILL = '0b7c0a2e-6a0e-4a53-9a57-0f6f2f6f8f11/1'

async function openChore(page: Page, chore: string): Promise<void> {
  await openTab(page, 'till')
  await page
    .locator('nav.chores')
    .getByRole('button', { name: said(`goods.chore.${chore}`), exact: true })
    .click()
}

/** A steward says yes beside whoever is signed in. */
async function standFor({ page, market }: Walk): Promise<void> {
  await page.locator('input[name=steward-pin]').fill(market.steward.pin)
  await tap(page, 'order.stewardConfirm')
}

/** Goods, drawer, slips and receipts: everything under “This till” but its end. */
export async function seeChores(walk: Walk): Promise<void> {
  const { page } = walk
  await openTab(page, 'till')
  await assertAccessible(page, 'page.till')
  await seeStock(walk)
  await seeDrawer(walk)
  const slip = await seeHandOver(walk)
  await seeTaking(walk, slip)
  await seeRestore(walk)
}

async function seeStock({ page, browser }: Walk): Promise<void> {
  await openChore(page, 'stock')
  await assertAccessible(page, 'page.stock')
  await tap(page, 'goods.stock.check')
  await page.getByText(said('goods.stock.agrees')).waitFor()
  await assertAccessible(page, 'stock.agrees')
  await browser.context.setOffline(true)
  await tap(page, 'goods.stock.check')
  await page.getByText(said('goods.stock.unreachable')).waitFor()
  await assertAccessible(page, 'stock.unreachable')
  await browser.context.setOffline(false)
  for (const [at, by] of [[0, -2], [1, 1], [2, 0]] as const) {
    const input = page.locator('.counts input').nth(at)
    await input.fill(String(Number(await input.getAttribute('placeholder')) + by))
  }
  await assertAccessible(page, 'stock.differs')
}

async function seeDrawer(walk: Walk): Promise<void> {
  const { page } = walk
  await openChore(page, 'drawer')
  await page.locator('input[name=amount]').fill('12,00')
  await assertAccessible(page, 'page.drawer')
  for (const kind of ['opening', 'in', 'out'] as const) {
    await tap(page, `night.cashbox.${kind}`)
    await assertAccessible(page, `drawer.${kind}`)
  }
  await tap(page, 'goods.stock.record')
  await standFor(walk)
  await page.locator('form p[aria-live]:not(:empty)').waitFor()
  await assertAccessible(page, 'drawer.recorded')
}

async function seeHandOver(walk: Walk): Promise<string> {
  const { page } = walk
  await openChore(page, 'hand')
  await page.locator('.chips button').nth(1).click()
  await assertAccessible(page, 'page.hand')
  await tap(page, 'goods.hand.scan')
  await page.locator('dialog input[name=code]').fill(OTHER_TILL)
  await tap(page, 'camera.take')
  await page.locator('dialog').waitFor({ state: 'detached' })
  await tap(page, 'goods.hand.make')
  await page.locator('input[name=steward-pin]').waitFor()
  await assertAccessible(page, 'hand.steward')
  await standFor(walk)
  await page.locator('img.qr').waitFor()
  await assertAccessible(page, 'hand.slip')
  return page.locator('textarea[name=slip]').inputValue()
}

async function seeTaking(walk: Walk, slip: string): Promise<void> {
  const { page } = walk
  await openChore(page, 'take')
  await page.locator('.slip.own').waitFor()
  await assertAccessible(page, 'page.take')
  await page.locator('textarea[name=slip]').fill(slip)
  await tap(page, 'goods.take.read')
  await page.locator('p.sum').waitFor()
  await assertAccessible(page, 'take.offer')
  await standFor(walk)
  await page.getByText(said('goods.take.slip_foreign')).waitFor()
  await assertAccessible(page, 'take.outcome')
}

async function seeRestore(walk: Walk): Promise<void> {
  const { page } = walk
  await openTab(page, 'sales')
  await page.locator('.sales li button').last().click()
  const link = (await page.locator('.slip a').first().getAttribute('href')) ?? ''
  await openChore(page, 'restore')
  await page.locator('input[name=steward-pin]').waitFor()
  await assertAccessible(page, 'page.restore')
  await standFor(walk)
  await assertAccessible(page, 'restore.ready')
  for (const [at, text] of ['no receipt', link].entries()) {
    await page.locator('textarea[name=receipt]').fill(text)
    await tap(page, 'night.restore.bring')
    await page.locator('.facts li').nth(at).waitFor()
  }
  await assertAccessible(page, 'restore.outcomes')
}

/** The end of the night: what it came to, and then nothing more is sold. */
export async function seeClosing(walk: Walk): Promise<void> {
  const { page } = walk
  await openChore(page, 'close')
  await assertAccessible(page, 'page.close')
  await tap(page, 'night.close.button')
  await page.locator('input[name=steward-pin]').waitFor()
  await assertAccessible(page, 'close.asked')
  await standFor(walk)
  await page.getByRole('heading', { name: said('night.close.closed') }).waitFor()
  await page.locator('[data-unsynced="0"]').waitFor()
  await assertAccessible(page, 'close.closed')
  await openTab(page, 'sell')
  await page.locator('[data-reason=closed]').waitFor()
  await assertAccessible(page, 'trouble.closed' satisfies ScreenName)
}
