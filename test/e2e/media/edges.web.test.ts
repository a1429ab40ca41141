import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { buyOne, until } from '../../../apps/nightmarket/src/testing/buy.ts'
import {
  awaitPicture,
  awaitState,
  encode,
  openMediaBrowser,
  openMediaMarket,
  startHall,
} from './media-market.ts'

/** A part that was not on disk yet, and what rounding makes of it. */
const LOST_MS_MAX = 600

test('viewers of one edge see what another films, and go on after it was killed', async () => {
  await using market = await openMediaMarket()
  await using browser = await openMediaBrowser()
  const { code } = await market.ask<{ code: string }>('enrol', '--name', 'hall')
  const joining = ['--core', market.coreUrl, '--enrol', code]
  await using hall = await startHall(market.folder, '0', joining)
  const hallUrl = hall.addresses['edge'] ?? ''
  const key = ['show', 'key', '--edge', 'hall'] as const
  const sending = await until(
    () => market.ask<{ server: string; key: string }>(...key).catch(() => null),
    (told) => told !== null,
    60_000,
  )
  await using camera = encode(`${sending?.server}/${sending?.key}`)
  const source = async () => (await fetch(`${market.edgeUrl}/media/source`)).json()
  await until(source, isFrom('origin', false), 60_000)
  const page = await browser.visit(`${market.edgeUrl}/`)
  await awaitState(page, 'live')
  await awaitPicture(page, 2)

  const status = await market.ask<{ picture: unknown }>('show', 'status')
  assert.deepEqual(status.picture, { source: 'origin', isLost: false })

  await sellAt(hallUrl)
  const listed = await (await fetch(`${hallUrl}/media/live/index.m3u8`)).text()
  await hall.stop('SIGKILL')
  await camera.stop()
  await until(source, isFrom('origin', true), 60_000)
  assert.equal((await fetch(`${market.edgeUrl}/media/live/index.m3u8`)).status, 503)
  await awaitState(page, 'reconnecting')
  assert.equal((await buyOne(market.edgeUrl, 'mug:blue')).status, 201)

  await using again = await startHall(market.folder, new URL(hallUrl).port)
  const stream = join(market.folder, 'edges', 'hall', 'media', 'stream')
  const recorded = readFileSync(join(stream, 'index.m3u8'), 'utf8')
  assert.ok(endOf(recorded) >= endOf(listed) - LOST_MS_MAX, `${recorded}\n${listed}`)
  await sellAt(again.addresses['edge'] ?? '')
  await using back = encode(`${again.addresses['rtmp']}/${sending?.key}`)
  await awaitState(page, 'live')
  await awaitPicture(page, 2)
  assert.deepEqual(page.complaints, [])
  await back.stop()
})

/** An edge that films sells as well, once it has units. */
async function sellAt(edgeUrl: string): Promise<void> {
  const buy = () => buyOne(edgeUrl, 'mug:red').catch(() => null)
  await until(buy, (bought) => bought?.status === 201, 60_000)
}

function isFrom(source: string, isLost: boolean) {
  return (told: unknown) => JSON.stringify(told) === JSON.stringify({ source, isLost })
}

/** When the last frame of a playlist ends, by the edge's clock. */
function endOf(playlist: string): number {
  const at = playlist.lastIndexOf('#EXT-X-PROGRAM-DATE-TIME:')
  const [, date = ''] = /^#EXT-X-PROGRAM-DATE-TIME:(.*)$/m.exec(playlist.slice(at)) ?? []
  const rest = playlist.slice(at)
  const parts = [...rest.matchAll(/#EXT-X-PART:DURATION=([\d.]+)/g)].map(([, each]) => Number(each))
  const [, whole] = /#EXTINF:([\d.]+)/.exec(rest) ?? []
  const seconds = whole === undefined ? parts.reduce((sum, each) => sum + each, 0) : Number(whole)
  return Date.parse(date) + seconds * 1_000
}
