import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'

import HLS from 'hls-parser'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import type { ClipView } from '../../../packages/media/src/clip/clip-schema.ts'
import { decode, openMediaFolder, probe } from '../../../packages/media/src/testing/index.ts'
import { encode, openMediaBrowser, openMediaMarket } from './media-market.ts'
import { playWithShaka } from './shaka.ts'

/** Longer than what a delta update leaves out: six target durations. */
const FILLED_SECONDS = 40

/** What an edge gives out, by what is in it. */
const MEDIA = [
  ['live/index.m3u8', ['aac', 'h264']],
  ['live/venue/index.m3u8', ['aac', 'h264']],
  ['live/sound/index.m3u8', ['aac']],
  ['live/replay.m3u8', ['aac', 'h264']],
  ['live/index.m3u8?_HLS_skip=YES', ['aac', 'h264']],
  ['captions/en/live.m3u8', ['webvtt']],
  ['captions/en/replay.m3u8', ['webvtt']],
] as const
const MASTERS = ['live/master.m3u8', 'live/venue.m3u8', 'live/replay-master.m3u8']

/** What a page plays: a delta is asked for by the player itself. */
const PLAYED = ['live/index.m3u8', 'live/venue/index.m3u8', 'live/replay.m3u8', ...MASTERS]

interface Reader {
  push(text: string): void
  end(): void
  readonly manifest: {
    readonly segments: readonly object[]
    readonly playlists?: readonly object[]
    readonly skip?: { readonly skippedSegments: number }
  }
}

const { Parser } = createRequire(import.meta.url)('m3u8-parser') as { Parser: new () => Reader }
const execute = promisify(execFile)

test('every output is taken by every reader', async (t) => {
  await using market = await openMediaMarket()
  await using browser = await openMediaBrowser()
  const { server, key } = await market.ask<{ server: string; key: string }>('show', 'key')
  const address = `${server}/${key}`
  await using filling = encode(address, ['-t', String(FILLED_SECONDS)], { isHasty: true })
  await filling.closed
  await using encoder = encode(address)
  const media = `${market.edgeUrl}/media`
  const text = async (path: string) => (await fetch(`${media}/${path}`)).text()
  const isBack = (list: string) => list.split('#EXT-X-DISCONTINUITY\n').length > 1
  await until(() => text('live/index.m3u8'), isBack, 60_000)
  await say(market)
  await acceptPlaylists(t, text)
  await acceptStreams(t, media)
  await acceptInBrowser(t, browser, market.edgeUrl)
  await acceptClip(t, market, browser)
  await encoder.stop()
})

/** hls-parser in its strict mode, and m3u8-parser. */
async function acceptPlaylists(t: TestContext, text: (path: string) => Promise<string>) {
  HLS.setOptions({ strictMode: true })
  for (const [path] of MEDIA) {
    await t.test(`hls-parser and m3u8-parser read ${path}`, async () => {
      const told = await text(path)
      const list = HLS.parse(told)
      assert.ok(!list.isMasterPlaylist && list.segments.length > 3, told)
      const { segments, skip } = readLeniently(told)
      assert.ok(segments.length > 3, told)
      const isDelta = path.endsWith('=YES')
      assert.equal(list.skip > 0, isDelta, told)
      assert.equal((skip?.skippedSegments ?? 0) > 0, isDelta)
    })
  }
  for (const path of MASTERS) {
    await t.test(`hls-parser and m3u8-parser read ${path}`, async () => {
      const told = await text(path)
      const list = HLS.parse(told)
      assert.ok(list.isMasterPlaylist && list.variants.length > 0, told)
      assert.equal(readLeniently(told).playlists?.length, list.variants.length)
    })
  }
}

function readLeniently(text: string): Reader['manifest'] {
  const parser = new Parser()
  parser.push(text)
  parser.end()
  return parser.manifest
}

/** ffmpeg's demuxer, without a complaint. */
async function acceptStreams(t: TestContext, media: string) {
  const all = [...MEDIA, ...MASTERS.map((path) => [path, ['aac', 'h264']] as const)]
  for (const [path, codecs] of all) {
    await t.test(`ffmpeg reads ${path}`, async () => {
      const entries = ['-show_entries', 'stream=codec_name', '-of', 'csv=p=0']
      const words = ['-v', 'error', ...entries, await readable(`${media}/${path}`)]
      const { stdout, stderr } = await execute('ffprobe', words, { timeout: 60_000 })
      assert.equal(stderr, '')
      const found = new Set(stdout.trim().split(/\s+/))
      for (const codec of codecs) assert.ok(found.has(codec), stdout)
    })
  }
}

/** Of words that go on ffmpeg waits for the end before it reads any: it gets the newest part. */
async function readable(address: string): Promise<string> {
  if (!address.includes('/captions/')) return address
  const list = await (await fetch(address)).text()
  const name = list.match(/^[^#\s].*\.vtt$/gm)?.at(-1) ?? ''
  return new URL(name, address).href
}

async function acceptInBrowser(
  t: TestContext,
  browser: Awaited<ReturnType<typeof openMediaBrowser>>,
  edgeUrl: string,
) {
  const page = await browser.visit(`${edgeUrl}/`)
  const deltas: string[] = []
  page.on('response', (response) => {
    if (!response.url().includes('_HLS_skip=YES')) return
    void response.text().then((told) => deltas.push(told), () => undefined)
  })
  for (const path of PLAYED) {
    await t.test(`shaka-player plays ${path}`, async () => {
      const seconds = await playWithShaka(page, `${edgeUrl}/media/${path}`)
      assert.ok(seconds > 0.5, `it played for ${seconds} s`)
    })
  }
  await t.test('shaka-player goes on by delta updates', () => {
    assert.ok(deltas.some((told) => told.includes('#EXT-X-SKIP:SKIPPED-SEGMENTS=')), deltas.join())
  })
}

async function acceptClip(
  t: TestContext,
  market: Awaited<ReturnType<typeof openMediaMarket>>,
  browser: Awaited<ReturnType<typeof openMediaBrowser>>,
) {
  const clip = await market.ask<ClipView>('clip', 'make', '--seconds', '4')
  const again = await market.ask<ClipView>('clip', 'make', '--seconds', '4')
  const reel = await market.ask<{ reelId: string }>('clip', 'reel', '--title', 'All')
  await market.ask('clip', 'publish', reel.reelId)
  const { clips } = await market.ask<{ clips: readonly ClipView[] }>('clip', 'list')
  const film = clips.find(({ clipId }) => clipId === reel.reelId)
  using folder = openMediaFolder()
  for (const { videoPath, origin } of [clip, again, film].filter((each) => each !== undefined)) {
    await t.test(`ffmpeg and shaka-player take a clip: ${origin}`, async () => {
      const path = join(folder.path, 'clip.mp4')
      const bytes = await (await fetch(market.edgeUrl + videoPath)).arrayBuffer()
      writeFileSync(path, Buffer.from(bytes))
      assert.equal((await probe(path)).complaints, '')
      assert.equal(await decode(path), '')
      const page = await browser.visit(`${market.edgeUrl}${clip.pagePath}`)
      assert.ok((await playWithShaka(page, market.edgeUrl + videoPath)) > 0.5)
    })
  }
}

async function say({ edgeUrl, folder }: { readonly edgeUrl: string; readonly folder: string }) {
  const token = readFileSync(join(folder, 'admin.token'), 'utf8').trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const cues = [{ startMs: Date.now(), endMs: Date.now() + 5_000, text: 'Three mugs left' }]
  const body = JSON.stringify({ clock: 'edge', cues })
  const taken = await fetch(`${edgeUrl}/v1/captions/en`, { method: 'POST', headers, body })
  assert.equal(taken.status, 202)
}
