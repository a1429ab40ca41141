import assert from 'node:assert/strict'
import { test } from 'node:test'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { awaitPicture, awaitState, openMediaBrowser, openMediaMarket } from './media-market.ts'

interface KeyAnswer {
  readonly phone: string
  readonly key: string
}

interface StatusAnswer {
  readonly encoder: { readonly via: string | null; readonly reading: { size: object } | null }
}

test('a phone goes live from its page, with a key that no server log ever has', async () => {
  await using market = await openMediaMarket()
  await using browser = await openMediaBrowser()
  const { phone, key } = await market.ask<KeyAnswer>('show', 'key')
  const wrong = await browser.visit(`${market.edgeUrl}/go-live#nobody`)
  await wrong.getByRole('button', { name: 'Go live' }).click()
  await wrong.locator('[data-state="key_wrong"]').waitFor()
  await wrong.close()

  const old = await browser.visit('about:blank')
  await old.addInitScript(() => {
    RTCRtpSender.getCapabilities = () => ({ codecs: [], headerExtensions: [] })
  })
  await old.goto(phone)
  await old.getByText('cannot send H.264. Open this page in').waitFor()
  await old.close()

  const sender = await browser.visit(phone)
  assert.equal(new URL(sender.url()).hash, '')
  await sender.getByRole('button', { name: 'Go live' }).click()
  await sender.locator('[data-state="live"]').waitFor()
  const viewer = await browser.visit(`${market.edgeUrl}/`)
  await awaitState(viewer, 'live')
  await awaitPicture(viewer, 3)
  const status = () => market.ask<StatusAnswer>('show', 'status')
  const isMeasured = (told: StatusAnswer) => (told.encoder.reading?.size ?? null) !== null
  const { encoder } = await until(status, isMeasured, 60_000)
  assert.equal(encoder.via, 'whip')
  await sender.getByRole('button', { name: 'Stop' }).click()
  await sender.locator('[data-state="stopped"]').waitFor()
  await until(status, (told) => told.encoder.via === null, 60_000)
  assert.deepEqual([...sender.complaints, ...viewer.complaints], [])
  assert.ok(!market.log().includes(key))
})
