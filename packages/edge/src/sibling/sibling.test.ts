import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

import { askForToken, openEveningEdge, orderOf } from '../testing/evening-edge.ts'

const NORTH = { nodeId: 'edge-2', url: 'https://north.example' }

test('[SI1] an edge names the edges that it was told of', async () => {
  await using edge = await openEveningEdge({ units: 1, deps: { siblings: () => [NORTH] } })
  deepEqual(await (await edge.request('/v1/edges')).json(), { nodeId: 'edge-1', edges: [NORTH] })
  await using alone = await openEveningEdge({ units: 1 })
  deepEqual(await (await alone.request('/v1/edges')).json(), { nodeId: 'edge-1', edges: [] })
})

test('[SI2] a probe is small and never cached', async () => {
  await using edge = await openEveningEdge({ units: 1 })
  const response = await edge.request('/v1/probe')
  equal(response.headers.get('cache-control'), 'no-store')
  equal(await response.text(), '{"ok":true}')
})

test('[SI3] a sibling’s page may use the interface, any other may not', async () => {
  await using edge = await openEveningEdge({ units: 1, deps: { siblings: () => [NORTH] } })
  const allowed = (response: Response) => response.headers.get('access-control-allow-origin')
  const preflight = (origin: string) =>
    edge.request('/v1/orders', { method: 'OPTIONS', headers: { origin } })
  const known = await preflight(NORTH.url)
  deepEqual([known.status, allowed(known)], [204, NORTH.url])
  equal(known.headers.get('access-control-allow-credentials'), null)
  for (const origin of ['https://evil.example', 'null', `${NORTH.url}.evil.example`]) {
    equal(allowed(await preflight(origin)), null, origin)
  }
  equal(allowed(await edge.request('/v1/show', { headers: { origin: NORTH.url } })), NORTH.url)
  const { handle } = edge.edge.textRoutes[0] ?? {}
  const body = JSON.stringify(orderOf('o1', await askForToken(edge)))
  const buy = async (origin: string | null) =>
    handle?.({ body, header: (name) => (name === 'origin' ? origin : null) })
  equal((await buy(NORTH.url))?.headers['Access-Control-Allow-Origin'], NORTH.url)
  equal((await buy('https://evil.example'))?.headers['Access-Control-Allow-Origin'], undefined)
})
