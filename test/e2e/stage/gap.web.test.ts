import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import type { LiveMessage } from '@nightmarket/edge'
import type { Page } from 'playwright-core'

import { buyOne, until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { openCutLink } from './cut-link.ts'
import { openStageBrowser } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

declare global {
  /** Every message that the page got, by either wire, as text. */
  var heard: string[]
}

/** Runs in the page: notes what comes over a WebSocket and as server-sent events. */
function listenIn(): void {
  globalThis.heard = []
  const note = (event: Event) => globalThis.heard.push((event as MessageEvent<string>).data)
  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL) {
      super(url)
      this.addEventListener('message', note)
    }
  }
  globalThis.EventSource = class extends EventSource {
    constructor(url: string | URL) {
      super(url)
      this.addEventListener('message', note)
    }
  }
}

/** A way to the edge that can be cut, and a page behind it. */
async function visitByLink(market: StageMarket, page: Page) {
  const link = await openCutLink(market.edgeUrl)
  await page.addInitScript(listenIn)
  await page.goto(link.url)
  await page.waitForFunction(() => globalThis.heard.some((text) => text.includes('"snapshot"')))
  return link
}

async function heardBy(page: Page): Promise<readonly LiveMessage[]> {
  const texts = await page.evaluate(() => globalThis.heard)
  return texts.map((text) => JSON.parse(text) as LiveMessage)
}

async function unitsAt(edgeUrl: string): Promise<number> {
  const answer = await fetch(`${edgeUrl}/v1/drops/mugs`)
  const drop = (await answer.json()) as { listings: { unitsHere: number }[] }
  return drop.listings[0]?.unitsHere ?? 0
}

/** Buy, and wait until pages with a connection show it. */
async function sell(market: StageMarket, count: number, pages: readonly Page[]): Promise<void> {
  const before = await unitsAt(market.edgeUrl)
  for (let sold = 0; sold < count; sold += 1) {
    equal((await buyOne(market.edgeUrl, 'mug:blue')).status, 201)
  }
  const left = await until(
    () => unitsAt(market.edgeUrl),
    (units) => units !== before,
  )
  for (const page of pages) {
    await page.locator('[data-stock-text]', { hasText: `${left} left` }).first().waitFor()
  }
}

test('after a gap a page hears all that it missed, each once, by either wire', async () => {
  await using market = await StageMarket.open({ units: 40 })
  await using browser = await openStageBrowser()
  const [socket, events] = [await browser.visit('about:blank'), await browser.visit('about:blank')]
  await events.routeWebSocket(/\/v1\/live/, (refused) => void refused.close())
  await using socketLink = await visitByLink(market, socket)
  await using eventsLink = await visitByLink(market, events)
  const links = [socketLink, eventsLink]
  const pages = [socket, events]
  await sell(market, 2, pages)
  for (const link of links) link.cut()
  await sell(market, 3, [])
  for (const link of links) link.mend()
  await sell(market, 1, pages)
  for (const page of pages) {
    await page.waitForFunction(() => globalThis.heard.some((text) => /unitsSold":6/.test(text)))
  }
  const all = await Promise.all(pages.map(heardBy))
  for (const heard of all) {
    const hellos = heard.filter((message) => message.type === 'hello')
    deepEqual(
      hellos.map(({ isResumed }) => isResumed),
      [false, true],
    )
    equal(heard.filter(({ type }) => type === 'snapshot').length, 1)
    const offsets = heard.flatMap((message) =>
      'offset' in message && message.type !== 'hello' ? [message.offset] : [],
    )
    const [first = 0] = offsets
    deepEqual(
      offsets,
      offsets.map((_, at) => first + at),
    )
    const sold = heard.findLast((message) => message.type === 'crowd')
    ok(sold !== undefined && sold.unitsSold === 6, JSON.stringify(sold))
  }
  const complaints = pages.flatMap((page) => page.complaints)
  deepEqual(
    complaints.filter((text) => !/WebSocket|ERR_|Failed to load/.test(text)),
    [],
  )
})
