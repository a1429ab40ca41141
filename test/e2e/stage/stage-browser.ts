import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  chromium,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core'

import { CHROMIUM_ARGUMENTS, findChromium } from '../../../scripts/chromium.ts'

/** A phone as most viewers hold it. */
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  locale: 'en-GB',
}

/** How long a page may take for what a journey waits for; the machine is shared. */
const PATIENCE_MS = 30_000

/** A browser that is closed after its test. */
export interface StageBrowser extends AsyncDisposable {
  /** One person's phone: cookies, stores and workers of its own. */
  phone(options?: BrowserContextOptions): Promise<BrowserContext>
  /** A page on a phone of its own. What the page complains about is kept. */
  visit(url: string, options?: BrowserContextOptions): Promise<Page & { complaints: string[] }>
}

/** Start the system's Chromium with an empty profile. */
export async function openStageBrowser(): Promise<StageBrowser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('no Chromium: set NIGHTMARKET_TEST_CHROMIUM')
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-stage-'))
  const browser = await chromium.launch({
    executablePath,
    args: [...CHROMIUM_ARGUMENTS],
    artifactsDir: folder,
  })
  const phone = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ ...PHONE, ...options })
    context.setDefaultTimeout(PATIENCE_MS)
    return context
  }
  return {
    phone,
    async visit(url, options) {
      const context = await phone(options)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      await page.goto(url)
      return Object.assign(page, { complaints })
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Tap the first thing on sale, and answer the question about offers with no. */
export async function openSheet(page: Page): Promise<void> {
  await page.locator('a[data-buy]').first().tap()
  const no = page.locator('dialog .consent button').last()
  await page.locator('dialog[open]').waitFor()
  if (await no.isVisible()) await no.tap()
}

/** Tap, and pay with a card of the sandbox. */
export async function buyOnPage(page: Page, reference = 'pm_card_visa'): Promise<void> {
  await openSheet(page)
  await page.locator(`dialog input[value="${reference}"]`).check()
  await page.locator('dialog button.buy').tap()
}

/** Wait until a ticket says so. */
export async function ticketAt(page: Page, stage: string): Promise<void> {
  await page.locator(`.ticket[data-stage="${stage}"]`).first().waitFor()
}
