import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'

import { BUYER_PATHS } from '@nightmarket/sync'

import { BUYER_HEADER } from '../edge-deps.ts'
import { askForToken, openEveningEdge, orderOf } from '../testing/evening-edge.ts'

const AID = {
  cause: 'payment',
  rescueUntilMs: 1_790_000_000_000,
  voucher: null,
}

test('[BY1] the core is asked for the buyer of an order alone, in this edge’s name', async () => {
  const asked: { path: string; body: unknown }[] = []
  await using evening = await openEveningEdge({
    units: 2,
    deps: {
      signedCore: async (path, body) => {
        asked.push({ path, body: JSON.parse(body) })
        return Response.json(AID, { headers: { 'set-cookie': 'a=b' } })
      },
    },
  })
  await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
  const ask = (buyerId: string) =>
    evening.request('/v1/orders/o1/aid', { headers: { [BUYER_HEADER]: buyerId } })
  const eve = await ask('eve')
  deepEqual([eve.status, asked], [403, []])
  const ann = await ask('ann')
  deepEqual([ann.status, await ann.json()], [200, AID])
  equal(ann.headers.get('set-cookie'), null)
  deepEqual(asked, [{ path: BUYER_PATHS.aid, body: { orderId: 'o1' } }])
})

test('[BY1] with the core away the answer says so, as that of an edge without one', async () => {
  const away = async () => {
    throw new TypeError('fetch failed')
  }
  for (const deps of [{}, { signedCore: away }]) {
    await using evening = await openEveningEdge({ units: 2, deps })
    await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
    const headers = { [BUYER_HEADER]: 'ann' }
    const answer = await evening.request('/v1/orders/o1/aid', { headers })
    equal(answer.status, 503)
    match(await answer.text(), /uplink_down/)
  }
})
