import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { buyOne, until } from '../../../apps/nightmarket/src/testing/buy.ts'
import type { ClipView } from '../../../packages/media/src/clip/clip-schema.ts'
import { decode, openMediaFolder, probe } from '../../../packages/media/src/testing/index.ts'
import { encode, openMediaMarket, startHall } from './media-market.ts'

/** From the end of what a clip shows until everybody can see it. */
const PUBLISHED_MS_MAX = 5_000

/** A mark's clip ends so long after it, and a burst's after its last sale. */
const AFTER_MS = { mark: 8_000, burst: 10_000 }

test('clips of marks and bursts are there within seconds, at edges that pull as well', async () => {
  await using market = await openMediaMarket({ blue: 60, red: 3 })
  const { edgeUrl, coreUrl } = market
  const { code } = await market.ask<{ code: string }>('enrol', '--name', 'hall')
  const joining = ['--core', coreUrl, '--enrol', code]
  await using hall = await startHall(market.folder, '0', joining)
  const hallUrl = hall.addresses['edge'] ?? ''
  const { server, key } = await market.ask<{ server: string; key: string }>('show', 'key')
  await encode(`${server}/${key}`, ['-c:a', 'libmp3lame', '-t', '2']).closed
  assert.match((await statusOf(market)).encoder.lastRefusal?.text ?? '', /MP3.*choose AAC/)
  await using encoder = encode(`${server}/${key}`)
  const source = async () => (await fetch(`${hallUrl}/media/source`)).text()
  await until(source, (told) => told.includes('origin'), 60_000)
  const told = await until(() => sayAt(market), (status) => status === 202, 60_000)
  assert.equal(told, 202)
  const sold = await until(() => buyOne(hallUrl, 'mug:blue').catch(() => null), isSold, 60_000)
  const receipt = makeAround(market.folder, hallUrl, sold?.orderId ?? '')

  const { atMs } = await market.ask<{ atMs: number }>('clip', 'mark', '--title', 'Ada drops it')
  for (let sale = 0; sale < 8; sale++) await buyOne(edgeUrl, 'mug:blue')
  const lastSaleMs = Date.now()
  const [marked, burst] = await until(
    async () => {
      const { clips } = await market.ask<{ clips: readonly ClipView[] }>('clip', 'list')
      return ['mark', 'burst'].map((origin) => clips.find((clip) => clip.origin === origin))
    },
    (clips) => clips.every((clip) => clip !== undefined),
    60_000,
  )
  assert.ok(marked !== undefined && burst !== undefined)
  assertSoon(marked, atMs + AFTER_MS.mark)
  assertSoon(burst, lastSaleMs + AFTER_MS.burst)
  assert.equal(marked.title, 'Ada drops it')
  assert.equal(burst.products[0]?.variantId, 'mug:blue')
  assert.ok((burst.products[0]?.quantity ?? 0) >= 8, JSON.stringify(burst.products))

  const [words] = (await statusOf(market)).captions
  assert.equal(words?.language, 'en')
  assert.ok((words?.latenessMs?.median ?? -1) >= 0, JSON.stringify(words))

  const pulled = await receipt
  assert.deepEqual(pulled.products.map(({ quantity }) => quantity), [1])
  assert.deepEqual(pulled.captions.map(({ language }) => language), ['en'])
  using folder = openMediaFolder()
  const films = [edgeUrl + marked.videoPath, edgeUrl + burst.videoPath, hallUrl + pulled.videoPath]
  for (const [index, url] of films.entries()) {
    const film = join(folder.path, `${index}.mp4`)
    writeFileSync(film, Buffer.from(await (await fetch(url)).arrayBuffer()))
    const { streams, complaints } = await probe(film)
    assert.equal(complaints, '')
    assert.deepEqual(streams.map(({ codec_name }) => codec_name), ['h264', 'aac'])
    assert.equal(await decode(film), '')
  }
  assert.equal((await fetch(hallUrl + pulled.pagePath)).status, 200)
  await encoder.stop()
})

/** What `nightmarket show status` says of the encoder and the words. */
function statusOf({ ask }: Awaited<ReturnType<typeof openMediaMarket>>) {
  return ask<{
    readonly encoder: { readonly lastRefusal: { readonly text: string } | null }
    readonly captions: readonly {
      readonly language: string
      readonly latenessMs: { readonly median: number } | null
    }[]
  }>('show', 'status')
}

const isSold = (sold: { readonly status: number } | null) => sold?.status === 201

function assertSoon({ publishedAtMs, origin }: ClipView, endMs: number): void {
  const lateMs = (publishedAtMs ?? Infinity) - endMs
  assert.ok(lateMs <= PUBLISHED_MS_MAX, `the clip of a ${origin} came ${lateMs} ms after its end`)
}

/** Words from now on for half a minute; how the edge answers. */
async function sayAt({ edgeUrl, folder }: { readonly edgeUrl: string; readonly folder: string }) {
  const nowMs = Date.now()
  const cues = [{ startMs: nowMs, endMs: nowMs + 25_000, text: 'Three mugs left' }]
  const body = JSON.stringify({ clock: 'edge', cues })
  const init = { method: 'POST', headers: headersOf(folder), body }
  return (await fetch(`${edgeUrl}/v1/captions/en`, init)).status
}

async function makeAround(folder: string, url: string, aroundOrderId: string): Promise<ClipView> {
  const body = JSON.stringify({ aroundOrderId })
  const made = await fetch(`${url}/v1/clips`, { method: 'POST', headers: headersOf(folder), body })
  assert.equal(made.status, 201, await made.clone().text())
  return (await made.json()) as ClipView
}

function headersOf(folder: string) {
  const token = readFileSync(join(folder, 'admin.token'), 'utf8').trim()
  return { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
}
