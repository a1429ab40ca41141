import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { createPrometheusMetrics } from '@nightmarket/http/host'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'

import { serveEdge } from '../host/serve-edge.ts'
import { askForToken, openEveningEdge, orderOf, type EveningEdge } from '../testing/evening-edge.ts'
import type { StageImages } from './stage-parts.ts'

const { dropId } = EVENING

const tagOf = async (edge: EveningEdge, path = '/') =>
  (await edge.request(path)).headers.get('etag')

test('[PF7] a page is the same, tag and all, until what it tells changes', async () => {
  await using edge = await openEveningEdge({ units: 7, hasStage: true })
  const first = await tagOf(edge)
  edge.host.pass(9_000)
  equal(await tagOf(edge), first, 'seconds change nothing')
  await edge.post('/v1/orders', orderOf('o1', await askForToken(edge)))
  equal(await tagOf(edge), first, 'what was kept is good for a second')
  edge.host.pass(1_000)
  const text = await (await edge.request('/')).text()
  match(text, /6 left/)
  notEqual(await tagOf(edge), first)
})

test('[PF7] a drop that ends is another page in that instant', async () => {
  const opensAtMs = EVENING.startMs - 1_000
  const release = releaseOfEvening({ drop: { opensAtMs, closesAtMs: EVENING.startMs + 60_000 } })
  await using edge = await openEveningEdge({ units: 7, release, hasStage: true })
  const phase = async () => {
    const text = await (await edge.request(`/drops/${dropId}`)).text()
    return /data-phase="(\w+)"/.exec(text)?.[1]
  }
  equal(await phase(), 'open')
  edge.host.pass(59_999)
  equal(await phase(), 'open')
  edge.host.pass(1)
  equal(await phase(), 'closed')
})

test('[PF7] a moment on a page can be read without a script', async () => {
  await using edge = await openEveningEdge({ units: 7, hasStage: true })
  const text = await (await edge.request('/')).text()
  const [, atMs = ''] = /data-clock="(\d+)"/.exec(text) ?? []
  match(text, new RegExp(`<time datetime="${new Date(Number(atMs)).toISOString()}">Closes `))
  match(text, /"nowMs":null/)
})

test('[PF7] from the socket a page is what the app says, in every form', async () => {
  const metrics = createPrometheusMetrics({ gauges: [] })
  await using evening = await openEveningEdge({
    units: 7,
    hasStage: true,
    deps: { metrics },
    publicUrl: 'https://night.example',
  })
  const { edge } = evening
  const local = { port: 0, hostname: '127.0.0.1' }
  await using quick = await serveEdge(edge, local)
  await using slow = await serveEdge({ ...edge, prepared: () => null }, local)
  const answerOf = async (url: string, headers: Record<string, string>) => {
    const { port } = new URL(url)
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers })
    const kept = [...response.headers].filter(
      ([name]) => !/^(date|keep-alive|connection)$/.test(name),
    )
    return {
      status: response.status,
      headers: Object.fromEntries(kept),
      text: await response.text(),
    }
  }
  const etag = (await answerOf(quick.url, {})).headers['etag'] ?? ''
  for (const headers of [
    { 'accept-encoding': 'identity' },
    { 'accept-encoding': 'gzip, br;q=0', 'accept-language': 'de' },
    { 'if-none-match': etag },
  ]) {
    const [first, second] = [await answerOf(slow.url, headers), await answerOf(quick.url, headers)]
    deepEqual(first.status, 'if-none-match' in headers ? 304 : 200)
    equal(second.headers['x-frame-options'], 'DENY')
    deepEqual(second, first)
  }
  ok(edge.prepared({ target: '/', header: () => null }) !== null)
  ok(edge.prepared({ target: '/drops/none', header: () => null }) === null)
  const { body } = await metrics.scrape()
  match(body, /count\{method="GET",route="\/",status="304"\} 2/)
})

test('[PF11] a picture comes from the edge, in the width and format that suits', async () => {
  const imageId = 'ab'.repeat(32)
  const imageUrl = `/images/${imageId}/640.jpg?w=700&h=500&tone=7`
  const evening = releaseOfEvening()
  const variants = evening.variants.map((variant) => ({ ...variant, imageUrl }))
  const asked: object[] = []
  const images: StageImages = {
    async read(wanted) {
      asked.push(wanted)
      return wanted.name === '320.webp' ? new Uint8Array([1, 2]) : null
    },
  }
  const release = { ...evening, variants }
  await using edge = await openEveningEdge({ units: 7, release, hasStage: true, images })
  const text = await (await edge.request('/')).text()
  const path = `/images/${imageId}`
  match(text, new RegExp(`${path}/160.webp 160w, ${path}/320.webp 320w, ${path}/640.webp 640w"`))
  match(text, /data-tone="7"\s+src="[^"]+\/640.jpg"\s+alt=""\s+width="700"\s+height="500"/)
  const picture = await edge.request(`${path}/320.webp`)
  deepEqual(
    ['content-type', 'cache-control'].map((name) => picture.headers.get(name)),
    ['image/webp', 'public, max-age=31536000, immutable'],
  )
  deepEqual(asked, [{ imageId, name: '320.webp', mayFetch: true }])
  equal((await edge.request(`/images/${'cd'.repeat(32)}/320.webp`)).status, 200)
  deepEqual(asked.at(-1), { imageId: 'cd'.repeat(32), name: '320.webp', mayFetch: false })
  for (const wrong of [`${path}/1280.webp`, `${path}/320.svg`, '/images/ab/320.webp']) {
    equal((await edge.request(wrong)).status, 404, wrong)
  }
})
