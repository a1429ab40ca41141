import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { buyOne, until } from '../../../apps/nightmarket/src/testing/buy.ts'
import type { ClipView } from '../../../packages/media/src/clip/clip-schema.ts'
import { decode, openMediaFolder, probe } from '../../../packages/media/src/testing/index.ts'
import { openMediaBrowser, openMediaMarket } from './media-market.ts'

test('what is sold is in a clip within seconds, and the clip sells', async () => {
  await using market = await openMediaMarket()
  await using browser = await openMediaBrowser()
  await using publisher = await market.publish()
  const live = `${market.edgeUrl}/media/live/index.m3u8`
  const segments = async () => (await (await fetch(live)).text()).split('.m4s').length
  await until(segments, (count) => count > 5, 60_000)
  const token = readFileSync(join(market.folder, 'admin.token'), 'utf8').trim()
  const says = await fetch(`${market.edgeUrl}/v1/captions/en`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      clock: 'edge',
      cues: [{ startMs: Date.now() - 2_000, endMs: Date.now() + 4_000, text: 'Three mugs left' }],
    }),
  })
  assert.equal(says.status, 202, await says.text())
  const bought = await buyOne(market.edgeUrl, 'mug:blue')
  assert.equal(bought.status, 201)
  const clip = await market.ask<ClipView>('clip', 'make', '--order', bought.orderId)
  assert.deepEqual(clip.products.map(({ variantId }) => variantId), ['mug:blue'])
  assert.equal(clip.captions.length, 1)
  assert.ok(clip.readyInMs < 5_000, `it was ready after ${clip.readyInMs} ms`)
  using folder = openMediaFolder()
  const film = join(folder.path, 'clip.mp4')
  await saveTo(film, market.edgeUrl + clip.videoPath)
  assert.equal((await probe(film)).complaints, '')
  assert.equal(await decode(film), '')
  const page = await browser.visit(market.edgeUrl + clip.pagePath)
  const seen = await page.evaluate(async () => {
    const video = document.querySelector('video')
    if (video === null) throw new Error('no film')
    video.muted = true
    await video.play()
    while (video.currentTime < 0.5) await new Promise((resolve) => setTimeout(resolve, 50))
    const tag = (name: string) =>
      document.querySelector(`meta[property="${name}"]`)?.getAttribute('content')
    const data = document.querySelector('script[type="application/ld+json"]')?.textContent ?? ''
    return { type: tag('og:video:type'), video: tag('og:video'), data, width: video.videoWidth }
  })
  assert.equal(seen.type, 'video/mp4')
  assert.equal(seen.video, market.edgeUrl + clip.videoPath)
  assert.equal(seen.width, 640)
  assert.equal((JSON.parse(seen.data) as { '@type': string })['@type'], 'VideoObject')
  const shots = process.env['NIGHTMARKET_SHOTS']
  if (shots !== undefined) await showPage(market, browser, page.url(), shots)
  await page.locator('[data-buy]').first().click()
  await page.getByRole('button', { name: /^Buy|^Pay/ }).first().click()
  await page.locator('.ticket[data-stage="accepted"], .ticket[data-stage="deferred"]').waitFor()
  const orderId = await page.locator('[data-order]').first().getAttribute('data-order')
  const own = await market.ask<ClipView>('clip', 'make', '--order', orderId ?? '')
  await page.goto(`${market.edgeUrl}/orders/${orderId}`)
  assert.equal(await page.locator('[data-clip]').getAttribute('href'), own.pagePath)
  assert.deepEqual(page.complaints, [])
  await publisher.stop()
})

/** Pictures of a clip's page, for who looks at it. */
async function showPage(
  market: Awaited<ReturnType<typeof openMediaMarket>>,
  browser: Awaited<ReturnType<typeof openMediaBrowser>>,
  url: string,
  shots: string,
): Promise<void> {
  await until(
    async () => (await market.ask<{ clips: ClipView[] }>('clip', 'list')).clips[0]?.posterPath,
    (poster) => poster !== null,
    60_000,
  )
  const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1_280, height: 900 } }
  for (const [name, viewport] of Object.entries(sizes)) {
    const page = await browser.visit(url, viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const path = `${shots}/media-clip-${name}${colorScheme === 'dark' ? '-dark' : ''}.png`
      await page.screenshot({ path, fullPage: true })
    }
  }
}

async function saveTo(path: string, url: string): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  const response = await fetch(url)
  assert.equal(response.status, 200)
  await writeFile(path, new Uint8Array(await response.arrayBuffer()))
}
