import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import {
  awaitPicture,
  awaitState,
  encode,
  openMediaBrowser,
  openMediaMarket,
  type MediaBrowser,
} from './media-market.ts'

test('what an encoder sends over RTMP plays, and again after it was killed', async () => {
  await using market = await openMediaMarket()
  await using browser = await openMediaBrowser()
  const { server, key } = await market.ask<{ server: string; key: string }>('show', 'key')
  await using first = encode(`${server}/${key}`)
  const live = `${market.edgeUrl}/media/live/index.m3u8`
  const isThere = async () => (await (await fetch(live)).text()).includes('#EXT-X-PART:')
  await until(isThere, (there) => there, 60_000)
  const page = await browser.visit(`${market.edgeUrl}/`)
  await awaitState(page, 'live')
  await awaitPicture(page, 3)
  await say(market, 'Three mugs left')
  await page.waitForFunction((text) => {
    const tracks = [...(document.querySelector('video')?.textTracks ?? [])]
    const shown = tracks.flatMap(({ activeCues }) => [...(activeCues ?? [])])
    return shown.some((cue) => (cue as VTTCue).text === text)
  }, 'Three mugs left')
  await playNatively(browser, market.edgeUrl)
  await first.stop()
  await using again = encode(`${server}/${key}`)
  await awaitState(page, 'live')
  await awaitPicture(page, 3)
  assert.deepEqual(page.complaints, [])
  await again.stop()
})

/**
 * As Safari does, which has HLS of its own and on an iPhone no media source: there is no Safari on
 * the machine that tests run on, but Chromium without its media sources takes the same way.
 */
async function playNatively(browser: MediaBrowser, edgeUrl: string): Promise<void> {
  const page = await browser.visit('about:blank')
  await page.addInitScript(() => {
    for (const name of ['MediaSource', 'ManagedMediaSource', 'WebKitMediaSource']) {
      Reflect.deleteProperty(globalThis, name)
    }
  })
  await page.goto(`${edgeUrl}/`)
  await awaitState(page, 'live')
  await awaitPicture(page)
  const source = await page.locator('video').getAttribute('src')
  assert.match(source ?? '', /\/media\/live\/master\.m3u8$/)
  assert.deepEqual(page.complaints, [])
  await page.close()
}

/** Give words to the frame that is made now. */
async function say(
  { edgeUrl, folder }: { readonly edgeUrl: string; readonly folder: string },
  text: string,
): Promise<void> {
  const token = readFileSync(join(folder, 'admin.token'), 'utf8').trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const cues = [{ startMs: Date.now(), endMs: Date.now() + 5_000, text }]
  const body = JSON.stringify({ clock: 'edge', cues })
  const taken = await fetch(`${edgeUrl}/v1/captions/en`, { method: 'POST', headers, body })
  assert.equal(taken.status, 202)
}
