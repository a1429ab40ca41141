import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { BUYER_HEADER } from './edge-deps.ts'
import { askForToken, openEveningEdge, orderOf, type EveningEdge } from './testing/evening-edge.ts'

test('[ED1, ED5] a hold is taken, looked at by its buyer, bought, and is over then', async () => {
  await using evening = await openEveningEdge({ units: 1 })
  const taken = await hold(evening, 'h1', 'ann')
  equal(taken.status, 201)
  const { expiresAtMs } = (await taken.json()) as { expiresAtMs: number }
  equal(expiresAtMs, evening.host.now().atMs + 120_000)
  equal((await evening.request('/v1/holds/h1')).status, 404)
  equal((await evening.request('/v1/holds/h1', as('ben'))).status, 404)
  const own = (await (await evening.request('/v1/holds/h1', as('ann'))).json()) as object
  deepEqual(own, { status: 'held', holdId: 'h1', expiresAtMs })
  const { payment } = orderOf('o1', 'x')
  const buy = { orderId: 'o1', holdId: 'h1', payment }
  equal((await evening.post('/v1/orders', buy)).status, 403)
  equal((await evening.post('/v1/orders', buy, { [BUYER_HEADER]: 'ben' })).status, 404)
  equal((await evening.post('/v1/orders', buy, { [BUYER_HEADER]: 'ann' })).status, 201)
  const over = await evening.request('/v1/holds/h1', as('ann'))
  deepEqual(await over.json(), { status: 'hold_ended', holdId: 'h1', reason: 'bought' })
})

test('[ED1, ED5] whoever waits is told the place, and gets the hold that comes free', async () => {
  await using evening = await openEveningEdge({ units: 1 })
  await hold(evening, 'h1', 'ann')
  const second = await hold(evening, 'h2', 'ben')
  equal(second.status, 202)
  deepEqual(await second.json(), { status: 'waiting', ticketId: 'h2', position: 1 })
  await hold(evening, 'h3', 'cem')
  equal((await evening.request('/v1/tickets/h3')).status, 404)
  const place = (await (await evening.request('/v1/tickets/h3', as('cem'))).json()) as object
  deepEqual(place, { status: 'waiting', ticketId: 'h3', position: 2 })
  const left = await evening.request('/v1/tickets/h3', { method: 'DELETE', ...as('cem') })
  deepEqual(await left.json(), { status: 'ticket_ended', ticketId: 'h3', reason: 'left' })
  equal((await evening.request('/v1/holds/h1', { method: 'DELETE' })).status, 403)
  const released = await evening.request('/v1/holds/h1', { method: 'DELETE', ...as('ann') })
  deepEqual(await released.json(), { status: 'hold_ended', holdId: 'h1', reason: 'released' })
  const served = await evening.request('/v1/tickets/h2', as('ben'))
  deepEqual(await served.json(), { status: 'ticket_ended', ticketId: 'h2', reason: 'served' })
  const became = (await (await evening.request('/v1/holds/h2', as('ben'))).json()) as object
  ok('status' in became && became.status === 'held')
})

test('[ED11] a question waits for news and is answered when there is some', async () => {
  await using evening = await openEveningEdge({ units: 1 })
  await hold(evening, 'h1', 'ann')
  await hold(evening, 'h2', 'ben')
  const asked = evening.request('/v1/tickets/h2?wait=20000&known=waiting', as('ben'))
  await new Promise((resolve) => setImmediate(resolve))
  await evening.stall.run({ type: 'release_hold', holdId: 'h1' as never, buyerId: 'ann' as never })
  evening.host.pass(10)
  deepEqual(await (await asked).json(), {
    status: 'ticket_ended',
    ticketId: 'h2',
    reason: 'served',
  })
})

test('[ED11] a question about what is known to be otherwise is answered at once', async () => {
  await using evening = await openEveningEdge({ units: 1 })
  await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
  const response = await evening.request('/v1/orders/o1?wait=20000&known=waiting')
  equal(((await response.json()) as { state: string }).state, 'deferred')
  equal((await evening.request('/v1/orders/o1?wait=25001')).status, 422)
  equal((await evening.request('/v1/orders/o1?wait=-1')).status, 422)
})

test('[ED11] without news the answer comes when the wait or the server ends', async () => {
  const closing = new AbortController()
  await using evening = await openEveningEdge({ units: 1, deps: { closing: closing.signal } })
  await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
  const asked = evening.request('/v1/orders/o1?wait=1000')
  await new Promise((resolve) => setImmediate(resolve))
  evening.host.pass(1_000)
  equal((await asked).status, 200)
  const open = evening.request('/v1/orders/o1?wait=20000')
  await new Promise((resolve) => setImmediate(resolve))
  closing.abort()
  equal((await open).status, 200)
})

function hold(evening: EveningEdge, holdId: string, buyerId: string): Promise<Response> {
  return askForToken(evening, buyerId).then((token) =>
    evening.post('/v1/holds', { holdId, token, quantity: 1 }),
  )
}

function as(buyerId: string): RequestInit {
  return { headers: { [BUYER_HEADER]: buyerId } }
}
