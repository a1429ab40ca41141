import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'

import type { Page } from 'playwright-core'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { openStageBrowser } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

const TERMS = `terms:
  wallet: { amount: 20, tips: [1, 2], purchase: 10 }
`

/** Agree to the amount and wait until the bank has set it aside. */
async function keepReady(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Tips and small things' }).tap()
  await page.getByLabel(/Yes, set €20\.00 aside/).check()
  await page.getByRole('button', { name: 'Keep €20.00 ready' }).tap()
  await page.locator('[data-wallet="open"]').waitFor()
}

function leftOn(page: Page, minor: number) {
  return page.locator(`[data-left="${minor}"]`).waitFor()
}

interface Checked {
  readonly violationCount: number
  readonly checks: readonly { readonly id: string; readonly covered: Record<string, number> }[]
}

test('tips and a small thing without JavaScript, and the rest is given back', async () => {
  await using market = await StageMarket.open({ terms: TERMS })
  await using browser = await openStageBrowser()
  const page = await browser.visit(market.edgeUrl, { javaScriptEnabled: false })
  await keepReady(page)
  await page.getByRole('button', { name: '€2.00 tip' }).tap()
  await leftOn(page, 1_800)
  await page.getByRole('button', { name: 'Buy for €9.50' }).tap()
  await leftOn(page, 850)
  const text = (await page.locator('main').textContent()) ?? ''
  match(text, /You pay €11\.50\. €8\.50 is given back/)
  await page.getByRole('button', { name: 'End it now' }).tap()
  await page.getByText('€11.50; €8.50 is given back to your card').waitFor()
  const summary = await until(
    async () => (await (await fetch(`${market.sandboxUrl}/sandbox/state`)).json()) as Sums,
    ({ sums }) => capturedIn(sums) > 0,
  )
  equal(capturedIn(summary.sums), 1_150)
  await page.getByRole('link', { name: 'Night Mug' }).tap()
  await page.locator('.slip').waitFor()
})

interface Sums {
  readonly sums: Readonly<Record<string, { readonly capturedMinor: number }>>
}

function capturedIn(sums: Sums['sums']): number {
  return Object.values(sums).reduce((sum, { capturedMinor }) => sum + capturedMinor, 0)
}

test('an edge killed in the middle of a tip, and cut off, spends nothing twice', async () => {
  await using market = await StageMarket.open({ units: 20, terms: TERMS })
  await using browser = await openStageBrowser()
  const hall = await market.addEdge('hall')
  const url = hall.addresses['edge'] ?? ''
  await until(
    async () => (await fetch(`${url}/wallet`)).status,
    (status) => status === 200,
  )
  const page = await browser.visit(url)
  await keepReady(page)
  // The core, the other edge and the processor are gone; this edge goes on.
  process.kill(market.pid, 'SIGSTOP')
  try {
    await page.getByRole('button', { name: '€2.00 tip' }).tap()
    await leftOn(page, 1_800)
    const killed = Promise.withResolvers<void>()
    await page.route(`${url}/wallet`, async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      await route.fetch({ maxRedirects: 0 })
      await hall.stop('SIGKILL')
      await route.abort('connectionreset')
      killed.resolve()
    })
    const tip = await page.locator('input[name="tipId"]').inputValue()
    await page.getByRole('button', { name: '€2.00 tip' }).tap()
    await killed.promise
    await page.unroute(`${url}/wallet`)
    process.kill(market.pid, 'SIGCONT')
    await using again = await market.startEdge('hall', new URL(url).port)
    equal(again.addresses['edge'], url)
    await page.goto(`${url}/wallet`)
    await leftOn(page, 1_600)
    // The page that had no answer is sent again: the same tip.
    const sent = await page.context().request.post(`${url}/wallet`, {
      form: { do: 'tip', tipId: tip, amountMinor: '200' },
      headers: { origin: url },
    })
    equal(sent.status(), 200)
    await page.reload()
    await leftOn(page, 1_600)
    await page.getByRole('button', { name: 'End it now' }).tap()
    await page.getByText('€4.00; €16.00 is given back').waitFor()
    const checked = await until(
      () => market.ask<Checked>('verify'),
      ({ checks }) =>
        checks.some(({ id, covered }) => id === 'ledger_balanced' && covered['entries'] === 3),
    )
    equal(checked.violationCount, 0)
    equal((await market.ask<{ tipsMinor: number }>('show', 'status')).tipsMinor, 400)
    const wallets = checked.checks.find(({ id }) => id === 'wallets_add_up')
    deepEqual(wallets?.covered, { wallets: 1 })
  } finally {
    process.kill(market.pid, 'SIGCONT')
  }
})
