import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { createPrometheusMetrics } from '@nightmarket/http/host'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'

import { serveEdge } from '../host/serve-edge.ts'
import { askForToken, openEveningEdge, orderOf, type EveningEdge } from '../testing/evening-edge.ts'

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
