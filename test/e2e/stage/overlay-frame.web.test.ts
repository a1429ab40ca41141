import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import type { Page } from 'playwright-core'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { CLOCK_CELLS, CLOCK_MS, readClock } from '../../../bench/media/burnt-clock.ts'
import { openCamera } from '../../../bench/media/camera.ts'
import { watchFrames } from '../../../bench/media/frame-watch.ts'
import { openStageBrowser } from './stage-browser.ts'
import { StageMarket } from './stage-market.ts'

const OVERLAYS = `overlays:
  - { id: first, kind: banner, text: The first }
  - { id: second, kind: banner, text: The second }
`

/** What encoding, and a frame that the browser skipped, may put between two clocks. */
const APART_MS_MAX = 700

declare global {
  /** The frame that was on the screen when a banner came up, by the banner’s words. */
  var frameOfBanner: Record<string, readonly boolean[]>
}

/** Runs in the page: notes which frame is on the screen when a banner comes up. */
function watchBanners(): void {
  globalThis.frameOfBanner = {}
  const look = () => {
    for (const { textContent } of document.querySelectorAll('.overlay-banner')) {
      globalThis.frameOfBanner[textContent] ??= globalThis.frameWatch.frames.at(-1)?.cells ?? []
    }
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true })
}

/** When the frame was filmed that was on the screen as a banner came up, after a moment. */
async function filmedAfterMs(page: Page, words: string, momentMs: number): Promise<number> {
  const cells = await page.evaluate((text) => globalThis.frameOfBanner[text], words)
  const filmed = readClock(cells ?? [])
  ok(filmed !== null, 'the frame has no clock')
  const apart = (((filmed - momentMs) % CLOCK_MS) + CLOCK_MS) % CLOCK_MS
  return apart > CLOCK_MS / 2 ? apart - CLOCK_MS : apart
}

test('an overlay comes up with the frame that was being made when it was shown', async (t) => {
  await using market = await StageMarket.open({ overlays: OVERLAYS })
  await using browser = await openStageBrowser()
  const { server, key } = await market.ask<{ server: string; key: string }>('show', 'key')
  await using _ = openCamera({ address: `${server}/${key}` })
  const live = `${market.edgeUrl}/media/live/index.m3u8`
  await until(
    async () => (await (await fetch(live)).text()).includes('#EXT-X-PART:'),
    (isThere) => isThere,
    60_000,
  )
  const page = await browser.visit('about:blank')
  await page.context().addInitScript(watchFrames, CLOCK_CELLS)
  await page.context().addInitScript(watchBanners)
  await page.goto(market.edgeUrl)
  await page.locator('[data-player][data-state="live"]').waitFor()
  await page.waitForFunction(() => globalThis.frameWatch.frames.length > 30)
  const source = await browser.visit(`${market.edgeUrl}/overlay`)

  await market.ask('overlay', 'show', 'first')
  const shownAtMs = await shownAt(market, 'first')
  await page.locator('.overlay-banner', { hasText: 'The first' }).waitFor()
  const apartMs = await filmedAfterMs(page, 'The first', shownAtMs)
  t.diagnostic(`the frame was filmed ${apartMs} ms after the overlay was shown`)
  ok(Math.abs(apartMs) < APART_MS_MAX, `${apartMs} ms`)

  // Whoever stopped the picture has not seen the frame, and a page without a picture needs none.
  await page.evaluate(() => document.querySelector('video')?.pause())
  await market.ask('overlay', 'show', 'second')
  await source.locator('.overlay-banner', { hasText: 'The second' }).waitFor()
  equal(await page.locator('.overlay-banner', { hasText: 'The second' }).count(), 0)
  await page.evaluate(() => document.querySelector('video')?.play())
  await page.locator('.overlay-banner', { hasText: 'The second' }).waitFor()
  const laterMs = await filmedAfterMs(page, 'The second', await shownAt(market, 'second'))
  ok(laterMs > -APART_MS_MAX, `${laterMs} ms`)
  deepEqual([page.complaints, source.complaints], [[], []])
})

/** When an overlay was shown, by the edge’s clock, which is the camera’s here. */
async function shownAt(market: StageMarket, id: string): Promise<number> {
  const answer = await fetch(`${market.edgeUrl}/v1/overlays`)
  const { shown } = (await answer.json()) as {
    readonly shown: readonly { readonly overlayId: string; readonly shownAtMs: number }[]
  }
  const found = shown.find(({ overlayId }) => overlayId === id)
  ok(found !== undefined, `${id} is not shown`)
  return found.shownAtMs
}
