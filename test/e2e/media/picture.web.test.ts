import assert from 'node:assert/strict'
import { test } from 'node:test'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { awaitPicture, awaitState, openMediaBrowser, openMediaMarket } from './media-market.ts'

test('the picture comes to who waits, goes back, and says when it is lost', async () => {
  await using market = await openMediaMarket()
  await using browser = await openMediaBrowser()
  const early = await browser.visit(`${market.edgeUrl}/`)
  await early.getByText('No picture right now. You can still buy').waitFor()
  const publisher = await market.publish()
  const live = `${market.edgeUrl}/media/live/index.m3u8`
  const isThere = async () => (await (await fetch(live)).text()).includes('.m4s')
  await until(isThere, (there) => there, 60_000)
  await awaitState(early, 'live')
  assert.deepEqual(early.complaints, [])
  await early.close()
  const page = await browser.visit(`${market.edgeUrl}/`)
  await awaitState(page, 'live')
  await awaitPicture(page)
  const shot = async (name: string) => {
    const path = process.env['NIGHTMARKET_SHOTS']
    if (path !== undefined) await page.screenshot({ path: `${path}/media-player-${name}.png` })
  }
  await shot('live')
  await page.getByRole('button', { name: 'Back 30 s' }).click()
  await awaitState(page, 'replay')
  await awaitPicture(page)
  await shot('replay')
  await page.getByRole('button', { name: 'Go live' }).click()
  await awaitState(page, 'live')
  await page.locator('[data-player]').focus()
  await page.keyboard.press('m')
  const isMuted = await page.locator('video').evaluate((video: HTMLVideoElement) => video.muted)
  assert.equal(isMuted, false)
  await publisher.stop('SIGKILL')
  await awaitState(page, 'reconnecting')
  await shot('reconnecting')
  await using again = await market.publish()
  await awaitState(page, 'live')
  await awaitPicture(page)
  assert.deepEqual(page.complaints, [])
  await again.stop()
})
