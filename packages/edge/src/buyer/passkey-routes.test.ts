import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

import { BUYER_PATHS } from '@nightmarket/sync'

import { BUYER_HEADER } from '../edge-deps.ts'
import { askForToken, openEveningEdge, orderOf } from '../testing/evening-edge.ts'

test('[BY2] only an order’s buyer is remembered, on the origin that this edge has', async () => {
  const asked: { path: string; body: unknown }[] = []
  await using evening = await openEveningEdge({
    units: 2,
    deps: {
      signedCore: async (path, body) => {
        asked.push({ path, body: JSON.parse(body) })
        return Response.json({ challenge: 'Y2hhbGxlbmdl' })
      },
    },
  })
  await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
  const send = (path: string, body: object, buyerId: string) =>
    evening.post(path, body, { [BUYER_HEADER]: buyerId, origin: 'https://evil.example' })
  equal((await send('/v1/passkeys/options', { orderId: 'o1' }, 'eve')).status, 403)
  equal((await send('/v1/passkeys/options', { orderId: 'o2' }, 'ann')).status, 403)
  const remember = { orderId: 'o1', reference: 'pm_card_visa', response: { id: 'one' } }
  equal((await send('/v1/passkeys', remember, 'eve')).status, 403)
  deepEqual(asked, [])
  const origin = 'http://localhost'
  equal((await send('/v1/passkeys/options', { orderId: 'o1' }, 'ann')).status, 200)
  equal((await send('/v1/passkeys', remember, 'ann')).status, 200)
  equal((await send('/v1/passkeys/challenge', {}, 'ann')).status, 200)
  deepEqual(asked, [
    { path: BUYER_PATHS.passkey, body: { orderId: 'o1', origin } },
    { path: BUYER_PATHS.remember, body: { ...remember, origin } },
    { path: BUYER_PATHS.challenge, body: { origin } },
  ])
})
