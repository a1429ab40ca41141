import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'

import type { DropId, Offer, OfferId, OfferToken, Release, ReleaseId } from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'

import { OFFERS_MAX, type OffersAnswer } from './contract/show-schema.ts'
import { createTokenMac } from './host/token-mac.ts'
import { createTokenDesk, TOKENS_KEPT_MAX } from './offer/offer-token.ts'
import { askForToken, openEveningEdge, orderOf, type EveningEdge } from './testing/evening-edge.ts'

const personal: Offer = {
  offerId: 'owl' as OfferId,
  dropId: EVENING.dropId,
  variantIds: [EVENING.mug],
  discountBasisPoints: 1_000,
  fromMs: 0,
  untilMs: EVENING.endMs,
  needsConsent: true,
  audienceBasisPoints: 5_000,
  unitsMax: 1,
}

test('[ED3] without consent nothing depends on the viewer', async () => {
  await using evening = await openEveningEdge({ units: 9, release: withOffers([personal]) })
  for (let viewer = 0; viewer < 20; viewer += 1) {
    const { offers } = await ask(evening, { buyerId: `v${viewer}`, hasConsent: false })
    ok(
      offers.every(({ offerId, unitPriceMinor, listPriceMinor }) => {
        return offerId === null && unitPriceMinor === listPriceMinor
      }),
    )
  }
})

test('[ED3] with consent the offer’s share of viewers sees it, each of them always', async () => {
  await using evening = await openEveningEdge({ units: 9, release: withOffers([personal]) })
  let seen = 0
  for (let viewer = 0; viewer < 200; viewer += 1) {
    const question = { buyerId: `v${viewer}`, hasConsent: true }
    const [first] = (await ask(evening, question)).offers
    const [again] = (await ask(evening, question)).offers
    equal(first?.offerId, again?.offerId)
    if (first?.offerId === 'owl') {
      seen += 1
      equal(first.unitPriceMinor, 1_125)
      equal(first.unitsMax, 1)
    }
  }
  ok(seen > 70 && seen < 130, `${seen} of 200 saw an offer for half of them`)
})

test('[ED3] variants under one offer share a token, others have another', async () => {
  const everybody = { ...personal, needsConsent: false, audienceBasisPoints: 10_000 }
  await using evening = await openEveningEdge({ units: 9, release: withOffers([everybody]) })
  const { offers } = await ask(evening, { hasConsent: false })
  const tokens = new Map(offers.map(({ variantId, token }) => [variantId, token]))
  equal(tokens.get(EVENING.print), tokens.get(EVENING.bundle))
  ok(tokens.get(EVENING.mug) !== tokens.get(EVENING.print))
  const sold = await evening.post('/v1/orders', orderOf('o1', tokens.get(EVENING.mug) ?? ''))
  const { receipt } = (await sold.json()) as { receipt: { entry: string } }
  match(receipt.entry, /"offerHash":"[0-9a-f]{64}","offerId":"owl"/)
})

test('[ED3] a viewer without an id gets a new one; unknown things are named', async () => {
  await using evening = await openEveningEdge({ units: 9 })
  const [one, other] = [await ask(evening, {}), await ask(evening, {})]
  ok(one.buyerId !== other.buyerId)
  equal(one.expiresAtMs, EVENING.startMs + 300_000)
  const consent = { personalOffers: false }
  const wrong: readonly (readonly [object, number, string])[] = [
    [{ dropId: 'no', consent }, 404, 'drop_unknown'],
    [{ dropId: EVENING.dropId, variantIds: ['no'], consent }, 404, 'variant_unknown'],
    [{ dropId: EVENING.dropId }, 422, 'invalid_request'],
    [{ dropId: EVENING.dropId, consent: { personalOffers: 'yes' } }, 422, 'invalid_request'],
    [{ dropId: EVENING.dropId, variantIds: [], consent }, 422, 'invalid_request'],
    [
      { dropId: EVENING.dropId, variantIds: Array(OFFERS_MAX + 1).fill('mug'), consent },
      422,
      'invalid_request',
    ],
  ]
  for (const [body, status, code] of wrong) {
    const response = await evening.post('/v1/offers', body)
    equal(response.status, status)
    equal(((await response.json()) as { code: string }).code, code)
  }
})

test('[TK1] a token names what it promises, and opens as it was sealed', async () => {
  await using evening = await openEveningEdge({ units: 9 })
  const text = await askForToken(evening)
  match(text, /^[\w-]+\.[\w-]{43}$/)
  const token = payloadOf(text)
  deepEqual(
    { ...token, tokenId: '' },
    {
      tokenId: '',
      audience: 'edge-1/1',
      buyerId: 'ann',
      releaseId: 'r1',
      releaseNumber: 1,
      dropId: 'main',
      offerId: null,
      offerHash: null,
      prices: [{ variantId: 'mug', unitPriceMinor: 1_250 }],
      unitsMax: 100,
      expiresAtMs: EVENING.startMs + 300_000,
    },
  )
  const desk = createTokenDesk('edge-1/1', mac)
  deepEqual(desk.open(desk.seal(token)), { ok: true, value: token })
  const fresh = createTokenDesk('edge-1/1', mac)
  deepEqual(fresh.open(text), { ok: true, value: token })
  for (let other = 0; other < TOKENS_KEPT_MAX; other += 1) fresh.seal({ ...token, unitsMax: other })
  deepEqual(fresh.open(text), { ok: true, value: token })
})

test('[TK2] whatever was changed, cut or made elsewhere is invalid', async () => {
  await using evening = await openEveningEdge({ units: 9 })
  const text = await askForToken(evening)
  const [payload = '', seal = ''] = text.split('.')
  const cheap = { ...payloadOf(text), prices: [{ variantId: EVENING.mug, unitPriceMinor: 1 }] }
  const forger = createTokenDesk('edge-1/1', createTokenMac(new Uint8Array(32).fill(8)))
  const forged = [
    `${encode(cheap)}.${seal}`,
    forger.seal(cheap),
    `${payload}.`,
    `${payload}.${seal.slice(0, -1)}`,
    `${payload}.${seal}A`,
    `${payload}${seal}`,
    `.${seal}`,
    'x',
    '....',
  ]
  for (const token of forged) {
    const response = await evening.post('/v1/orders', orderOf('o1', token))
    equal(response.status, 403, token)
    equal(((await response.json()) as { code: string }).code, 'token_invalid')
  }
  equal(evening.stall.state.orders.size, 0)
})

test('[TK3] another edge’s token says whose it is, whoever made it', async () => {
  await using evening = await openEveningEdge({ units: 9 })
  const token = { ...payloadOf(await askForToken(evening)), audience: 'edge-2/4' }
  const elsewhere = createTokenDesk('edge-2/4', createTokenMac(new Uint8Array(32).fill(8)))
  const formerly = createTokenDesk('edge-2/4', mac)
  for (const text of [elsewhere.seal(token), formerly.seal(token)]) {
    const response = await evening.post('/v1/orders', orderOf('o1', text))
    equal(response.status, 403)
    const { code, audience } = (await response.json()) as { code: string; audience: string }
    deepEqual([code, audience], ['token_foreign', 'edge-2/4'])
  }
  const strange = elsewhere.seal({ ...token, audience: '<script>' })
  const response = await evening.post('/v1/orders', orderOf('o1', strange))
  equal(((await response.json()) as { code: string }).code, 'token_invalid')
})

test('[TK4] a token buys once, at its price, also after a rollback raised the price', async () => {
  await using evening = await openEveningEdge({ units: 9 })
  const token = await askForToken(evening)
  const kept = await askForToken(evening, 'ben')
  await evening.post('/v1/orders', orderOf('o1', token))
  const again = await evening.post('/v1/orders', orderOf('o2', token))
  equal(again.status, 409)
  equal(((await again.json()) as { code: string }).code, 'token_spent')
  await activate(evening, 2, releaseOfEvening({ priceMinor: 9_900 }))
  equal((await ask(evening, {})).offers[0]?.unitPriceMinor, 9_900)
  const honoured = await evening.post('/v1/orders', orderOf('o3', kept))
  const { receipt } = (await honoured.json()) as { receipt: { entry: string } }
  match(receipt.entry, /"totalMinor":1250\}/)
})

test('[ED13] the show is tagged and has nothing that is not for everybody', async () => {
  await using evening = await openEveningEdge({ units: 9, release: withOffers([personal]) })
  const first = await evening.request('/v1/show')
  const text = await first.text()
  for (const secret of ['split', 'deferred', 'owl', 'sumMinorMax']) ok(!text.includes(secret))
  match(first.headers.get('cache-control') ?? '', /^public/)
  const headers = { 'if-none-match': first.headers.get('etag') ?? '' }
  equal((await evening.request('/v1/show', { headers })).status, 304)
  await activate(evening, 2, withOffers([personal]))
  equal((await evening.request('/v1/show', { headers })).status, 200)
})

test('[ED13] a drop says its phase, prices, units here and the line', async () => {
  await using evening = await openEveningEdge({ units: 2 })
  const { dropId, mug, print } = EVENING
  const read = async () => {
    const response = await evening.client.v1.drops[':dropId'].$get({ param: { dropId } })
    ok(response.status === 200)
    const drop = await response.json()
    const stock = Object.fromEntries(
      drop.listings.map(({ variantId, unitsHere, stock: word }) => [variantId, [unitsHere, word]]),
    )
    return { ...drop, stock }
  }
  const before = await read()
  deepEqual([before.phase, before.lineLength], ['open', 0])
  deepEqual(before.stock[mug], [2, 'here'])
  deepEqual(before.stock[print], [0, 'line'])
  const { quantity: _, ...order } = orderOf('o1', await askForToken(evening))
  await evening.post('/v1/orders', { ...order, lines: [{ variantId: mug, quantity: 2 }] })
  await evening.post('/v1/orders', orderOf('o2', await askForToken(evening, 'ben')))
  const after = await read()
  deepEqual([after.lineLength, after.stock[mug]], [1, [0, 'line']])
  const exhausted = { dropId, itemId: EVENING.mugItem, isExhausted: true }
  const items = [
    { position: 3, atMs: EVENING.startMs, type: 'pool.reported', body: exhausted } as const,
  ]
  await evening.stall.run({ type: 'apply_feed', items, parentTimeMs: EVENING.startMs })
  const over = await read()
  deepEqual([over.lineLength, over.stock[mug]], [0, [0, 'sold_out']])
  equal((await evening.request('/v1/drops/no')).status, 404)
  evening.host.pass(EVENING.endMs)
  equal((await read()).phase, 'closed')
})

const mac = createTokenMac(new Uint8Array(32).fill(7))

function withOffers(offers: readonly Offer[]): Release {
  return { ...releaseOfEvening(), offers }
}

async function ask(
  evening: EveningEdge,
  viewer: { readonly buyerId?: string; readonly hasConsent?: boolean },
): Promise<OffersAnswer> {
  const { buyerId, hasConsent = false } = viewer
  const dropId: DropId = EVENING.dropId
  const consent = { personalOffers: hasConsent }
  const json = { ...(buyerId === undefined ? {} : { buyerId }), dropId, consent }
  const response = await evening.client.v1.offers.$post({ json })
  ok(response.status === 200)
  return response.json()
}

async function activate({ stall }: EveningEdge, number: number, release: Release): Promise<void> {
  const { startMs } = EVENING
  const body = { number, releaseId: `r${number}` as ReleaseId, release }
  const position = stall.state.feedPosition + 1
  const item = { position, atMs: startMs, type: 'release.activated', body } as const
  await stall.run({ type: 'apply_feed', items: [item], parentTimeMs: startMs })
}

function payloadOf(text: string): OfferToken {
  return JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString()) as OfferToken
}

function encode(token: OfferToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}
