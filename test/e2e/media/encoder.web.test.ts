import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { awaitPicture, awaitState, openMediaBrowser, openMediaMarket } from './media-market.ts'

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
  await first.stop()
  await using again = encode(`${server}/${key}`)
  await awaitState(page, 'live')
  await awaitPicture(page, 3)
  assert.deepEqual(page.complaints, [])
  await again.stop()
})

function encode(address: string) {
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30']
  const sound = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000']
  const speed = ['-preset', 'ultrafast', '-tune', 'zerolatency', '-threads', '1']
  const video = ['-c:v', 'libx264', ...speed, '-g', '30', '-pix_fmt', 'yuv420p', '-b:v', '600k']
  const words = [...picture, ...sound, ...video, '-c:a', 'aac', '-b:a', '64k', '-f', 'flv', address]
  const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', ...words], { stdio: 'ignore' })
  const closed = once(child, 'close')
  const stop = async () => {
    child.kill('SIGKILL')
    await closed
  }
  return { stop, [Symbol.asyncDispose]: stop }
}
