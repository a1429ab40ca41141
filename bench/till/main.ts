import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { unpackText } from '@nightmarket/kernel'
import { encode } from 'uqr'
import type { Page } from 'playwright-core'

import { createProfile, openChromium } from '../../scripts/browser-lab.ts'
import { openTillMarket, type TillMarket } from '../../test/e2e/till/till-market.ts'
import { openNewTill, openTill, untilKept } from '../../test/e2e/till/till-page.ts'

const HELP = `npm run bench:till -- [--quick] [--json]

A till in this machine's Chromium, cut off from its market: how long from the tap on a sum of cash
to "Sold" on the screen, when the sale is on disk and its frame is drawn, at the median and at p95;
and how long the page takes from cold, in a browser that has just been started without a network,
until it asks who is selling. Then the size of a receipt: as JSON, in its address, and as a QR code.
`

/** Sales and starts that are measured, after as many sales as a tablet needs to be warm. */
interface Rounds {
  readonly warm: number
  readonly sales: number
  readonly starts: number
}

const FULL: Rounds = { warm: 20, sales: 200, starts: 7 }
const QUICK: Rounds = { warm: 3, sales: 20, starts: 2 }

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
})
if (values.help === true) process.stdout.write(HELP)
else await main(values.quick === true ? QUICK : FULL)

async function main(rounds: Rounds): Promise<void> {
  await using market = await openTillMarket()
  using profile = createProfile()
  const { soldMs, link } = await sellOffline(market, profile, rounds)
  const coldMs: number[] = []
  for (let start = 1; start <= rounds.starts; start += 1) {
    process.stderr.write(`start ${start}/${rounds.starts} …\n`)
    coldMs.push(await startCold(market, profile))
  }
  const figures = [describe('tap to sold', soldMs), describe('cold start offline', coldMs)]
  const cores = cpus()
  const machine = { node: process.version, cpu: cores[0]?.model ?? '', cores: cores.length }
  const receipt = sizeOf(link)
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify({ machine, figures, receipt })}\n`)
    return
  }
  for (const figure of figures) process.stdout.write(`${lineOf(figure)}\n`)
  const { jsonBytes, linkBytes, modules } = receipt
  process.stdout.write(`receipt ${jsonBytes} bytes, address ${linkBytes}, ${modules} modules\n`)
}

async function sellOffline(
  market: TillMarket,
  profile: ReturnType<typeof createProfile>,
  { warm, sales }: Rounds,
): Promise<{ readonly soldMs: readonly number[]; readonly link: string }> {
  await using browser = await openChromium(profile)
  const page = await openNewTill(browser, market)
  await untilKept(page)
  await browser.context.setOffline(true)
  await page.locator('.standing.offline').waitFor()
  process.stderr.write(`${warm + sales} sales …\n`)
  const tookMs = await page.evaluate(timeSales, warm + sales)
  await tapTo(page, '.tiles button', '.counter button.main', '.tenders button')
  const link = await page.locator('.sold .slip a').getAttribute('href')
  return { soldMs: tookMs.slice(warm), link: link ?? '' }
}

/** In the page: tap through sales, each timed from its last tap to the frame that shows it sold. */
async function timeSales(count: number): Promise<number[]> {
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
  const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve))
  const tap = async (selector: string) => (await shown(selector)).click()
  const tookMs: number[] = []
  for (let sale = 0; sale < count; sale += 1) {
    await tap('.tiles button:enabled')
    await tap('.counter:has(.lines) button.main')
    const tender = await shown('.tenders button')
    await drawn()
    const tappedMs = performance.now()
    tender.click()
    const sold = await shown('.sold[data-order]')
    await drawn()
    tookMs.push(performance.now() - tappedMs)
    sold.querySelector<HTMLElement>('button.main')?.click()
    await shown('.counter:not(:has(.sold))')
  }
  return tookMs
}

/** A new browser without a network: from the start of the page's load to a screen one can tap. */
async function startCold(
  market: TillMarket,
  profile: ReturnType<typeof createProfile>,
): Promise<number> {
  await using browser = await openChromium(profile)
  await browser.context.setOffline(true)
  const page: Page = await openTill(browser, `${market.edgeUrl}/till/`)
  await page.locator('.people button').first().waitFor()
  // The page's clock began with the navigation; what the driver takes to notice is in it.
  return await page.evaluate(
    () => new Promise<number>((resolve) => requestAnimationFrame(() => resolve(performance.now()))),
  )
}

async function tapTo(page: Page, ...selectors: readonly string[]): Promise<void> {
  for (const selector of selectors) await page.locator(selector).first().click()
}

function sizeOf(link: string) {
  const jsonBytes = JSON.stringify(unpackText(link)).length
  return { jsonBytes, linkBytes: link.length, modules: encode(link, { ecc: 'L', border: 0 }).size }
}

interface Figure {
  readonly name: string
  readonly count: number
  readonly medianMs: number
  readonly p95Ms: number
}

function describe(name: string, tookMs: readonly number[]): Figure {
  const sorted = tookMs.toSorted((left, right) => left - right)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return { name, count: sorted.length, medianMs: at(0.5), p95Ms: at(0.95) }
}

function lineOf({ name, count, medianMs, p95Ms }: Figure): string {
  const figures = `median ${medianMs.toFixed(1)} ms, p95 ${p95Ms.toFixed(1)} ms, of ${count}`
  return `${name.padEnd(20)} ${figures}`
}
