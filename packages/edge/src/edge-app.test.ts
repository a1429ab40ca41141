import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'

import type { UplinkStatus } from '@nightmarket/sync'
import { createPrometheusMetrics } from '@nightmarket/http/host'

import { edgeGauges } from './edge-readiness.ts'
import { serveEdge } from './host/index.ts'
import { askForToken, openEveningEdge, orderOf } from './testing/evening-edge.ts'

const CUT_OFF: UplinkStatus = {
  isConnected: false,
  connectedSinceMs: null,
  offlineSinceMs: 1_790_000_000_000,
  acknowledged: 3,
  unsynced: 7,
  heardThrough: 0,
  skewMs: null,
  refused: null,
  lastError: { code: 'unreachable', detail: 'ECONNREFUSED', atMs: 1 },
}

test('[ED10] an edge that sells is ready, also when it is cut off, and says so', async () => {
  await using evening = await openEveningEdge({ units: 1, deps: { uplink: () => CUT_OFF } })
  const response = await evening.request('/readyz')
  equal(response.status, 200)
  const { checks } = (await response.json()) as { checks: { name: string; reason: string }[] }
  match(checks[1]?.reason ?? '', /since 2026-.*unreachable.*7 entries/)
  await evening.stall.run({ type: 'freeze', reason: 'closed' })
  const frozen = await evening.request('/readyz')
  equal(frozen.status, 503)
  const selling = ((await frozen.json()) as { checks: { reason: string }[] }).checks[0]
  equal(selling?.reason, 'closed')
})

test('[ED10] what the edge has is told to whoever scrapes', async () => {
  await using evening = await openEveningEdge({ units: 4 })
  const gauges = edgeGauges({ stall: evening.stall, uplink: () => CUT_OFF })
  await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
  const { body } = await createPrometheusMetrics({ gauges }).scrape()
  for (const line of [
    'stall_is_selling 1',
    'stall_orders 1',
    'stall_unsold_units 3',
    'uplink_is_connected 0',
    'uplink_unsynced_entries 7',
  ]) {
    ok(body.split('\n').includes(line), line)
  }
})

test('[ED1] over real sockets a rush on the last units sells each of them once', async () => {
  await using evening = await openEveningEdge({ units: 10 })
  await using server = await serveEdge(evening.edge, { port: 0, hostname: '127.0.0.1' })
  const buy = async (buyer: number) => {
    const token = await askForToken(evening, `buyer-${buyer}`)
    const body = JSON.stringify(orderOf(`o${buyer}`, token))
    const headers = { 'content-type': 'application/json' }
    const send = () => fetch(`${server.url}/v1/orders`, { method: 'POST', headers, body })
    const [first, again] = await Promise.all([send(), send()])
    equal(first.status, again.status)
    return first.status
  }
  const statuses = await Promise.all(Array.from({ length: 60 }, (_, buyer) => buy(buyer)))
  equal(statuses.filter((status) => status === 201).length, 10)
  equal(statuses.filter((status) => status === 202).length, 50)
  equal(evening.stall.state.orders.size, 10)
})

test('[ED1] every code that the reference lists has a page', async () => {
  await using evening = await openEveningEdge({ units: 1 })
  const page = await (await evening.request('/reference')).text()
  const codes = new Set([...page.matchAll(/\/problems\/([a-z_]+)"/g)].map(([, code = '']) => code))
  ok(codes.size > 25)
  for (const code of codes) {
    equal((await evening.request(`/problems/${code}`)).status, 200, code)
  }
  const document = (await (await evening.request('/openapi.json')).json()) as { paths: object }
  deepEqual(Object.keys(document.paths).toSorted(), [
    '/healthz',
    '/metrics',
    '/readyz',
    '/v1/buyers/aid',
    '/v1/certificate',
    '/v1/drops/{dropId}',
    '/v1/edges',
    '/v1/enrol',
    '/v1/exchange',
    '/v1/feed/wait',
    '/v1/handovers',
    '/v1/holds',
    '/v1/holds/{holdId}',
    '/v1/live/events',
    '/v1/market',
    '/v1/offers',
    '/v1/offers/decisions',
    '/v1/orders',
    '/v1/orders/{orderId}',
    '/v1/orders/{orderId}/aid',
    '/v1/orders/{orderId}/payment',
    '/v1/orders/{orderId}/receipt',
    '/v1/overlays',
    '/v1/overlays/{overlayId}',
    '/v1/passkeys',
    '/v1/passkeys/challenge',
    '/v1/passkeys/forget',
    '/v1/passkeys/options',
    '/v1/passkeys/recognise',
    '/v1/probe',
    '/v1/show',
    '/v1/tickets/{ticketId}',
    '/v1/till/holdings',
    '/v1/till/operators',
    '/v1/till/restore',
  ])
})
