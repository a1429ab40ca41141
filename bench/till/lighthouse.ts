import { snapshot } from 'lighthouse'
import { connect, type Page as MeasuredPage } from 'puppeteer-core'
import type { Page } from 'playwright-core'

import { openTillMarket } from '../../test/e2e/till/till-market.ts'
import { openTill } from '../../test/e2e/till/till-page.ts'
import { createProfile, openChromium } from '../../scripts/browser-lab.ts'

/** Where it begins to be wrong. */
const SCORE_MIN = 95

/** The scores of one screen of the till, 0 to 100. */
interface ScreenScores {
  readonly screen: string
  readonly accessibility: number
  readonly 'best-practices': number
  /** Audits that were not passed, by their titles. */
  readonly failed: readonly string[]
}

const CATEGORIES = ['accessibility', 'best-practices'] as const

for await (const { screen, failed, ...scores } of measureTill()) {
  const { accessibility, 'best-practices': practices } = scores
  const line = `accessibility ${accessibility}, best-practices ${practices}`
  process.stdout.write(`${screen.padEnd(12)} ${line}\n`)
  for (const title of failed) process.stdout.write(`  ${title}\n`)
  if (Math.min(accessibility, practices) < SCORE_MIN) process.exitCode = 1
}

/**
 * Measure the screens behind a till's sign-in as they stand after some taps: Lighthouse loads pages
 * and knows nothing of codes and PINs, so that each screen is opened first and then looked at.
 */
async function* measureTill(): AsyncGenerator<ScreenScores> {
  await using market = await openTillMarket()
  using profile = createProfile()
  await using browser = await openChromium(profile)
  const watcher = await connect({ browserWSEndpoint: browser.endpoint, defaultViewport: null })
  const page = await openTill(browser, (await market.enrolment('bar')).url)
  await page.getByRole('button', { name: 'Enrol' }).click()
  await page.getByRole('button', { name: market.steward.name }).waitFor()
  const measured = (await watcher.pages()).find((each) => each.url().includes('/till/'))
  if (measured === undefined) throw new Error('the till has no page to measure')
  for (const [screen, open] of stepsOf(market.steward.pin)) {
    await open(page)
    yield await measureScreen(measured, screen)
  }
  await watcher.disconnect()
}

type Step = readonly [screen: string, open: (page: Page) => Promise<void>]

function stepsOf(pin: string): readonly Step[] {
  const tap = (name: string) => (page: Page) =>
    page.getByRole('button', { name, exact: true }).click()
  return [
    ['sign in', async () => undefined],
    ['grid', async (page) => {
      await page.locator('input[name=pin]').fill(pin)
      await tap('Sign in')(page)
      await page.locator('.tiles button:enabled').first().waitFor()
    }],
    ['cart', (page) => page.locator('.tiles button').first().click()],
    ['payment', (page) => page.locator('.counter button.main').click()],
    ['receipt', async (page) => {
      await page.locator('.tenders button').first().click()
      await page.locator('.sold .slip a').waitFor()
    }],
    ['sales', tap('Sales')],
    ['sale', (page) => page.locator('.sales li button').first().click()],
    ['this till', tap('This till')],
  ]
}

async function measureScreen(page: MeasuredPage, screen: string): Promise<ScreenScores> {
  const flags = { onlyCategories: [...CATEGORIES], logLevel: 'error' as const }
  const result = await snapshot(page, { flags })
  if (result === undefined) throw new Error(`Lighthouse did not look at ${screen}`)
  const { categories, audits } = result.lhr
  const scoreOf = (name: string) => Math.round((categories[name]?.score ?? 0) * 100)
  const failed = Object.values(audits).flatMap(({ score, title }) => {
    return score !== null && score < 0.9 ? [title] : []
  })
  const scores = { accessibility: scoreOf('accessibility') }
  return { screen, ...scores, 'best-practices': scoreOf('best-practices'), failed }
}
