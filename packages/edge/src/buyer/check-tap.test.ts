import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'

import { buyerPassPayload, tapText, type BuyerPass } from '@nightmarket/kernel'
import { SoftPasskey } from '@nightmarket/sync/testing'

import { BUYER_HEADER } from '../edge-deps.ts'
import { askForToken, openEveningEdge, orderOf, type EveningEdge } from '../testing/evening-edge.ts'

const ORIGIN = 'https://north.example'
const METHOD = 'stored.visa'
const PRICE = 1_250

function passOf(evening: EveningEdge, passkey: SoftPasskey, change: object = {}): BuyerPass {
  const pass = {
    methodId: METHOD,
    label: 'Visa ·· 4242',
    credentialId: passkey.credentialId,
    publicKey: passkey.publicKey,
    origin: ORIGIN,
    expiresAtMs: evening.host.now().atMs + 60_000,
    ...change,
  }
  return { ...pass, signature: evening.market.signAsMarket(buyerPassPayload(pass)) }
}

interface Tapped {
  readonly orderId: string
  readonly amountMinor?: number
  readonly change?: object
}

/** An order that its buyer tapped for, before a test spoils it. */
async function tapped(evening: EveningEdge, passkey: SoftPasskey, wanted: Tapped) {
  const { orderId, amountMinor = PRICE, change = {} } = wanted
  const order = orderOf(orderId, await askForToken(evening))
  const { payKey } = order.payment
  const text = tapText({ orderId, payKey, methodId: METHOD, amountMinor })
  const challenge = createHash('sha256').update(text).digest('base64url')
  const pass = passOf(evening, passkey, change)
  const proof = { pass, amountMinor, assertion: passkey.assert(challenge) }
  return { ...order, payment: { ...order.payment, reference: METHOD, proof } }
}

async function reasonOf(answer: Response): Promise<string> {
  const body = (await answer.json()) as { code?: string; reason?: string }
  return answer.status === 201 ? 'sold' : `${answer.status} ${body.code} ${body.reason}`
}

test('[OT1] one tap sells with no word from the core, and leaves no proof behind', async () => {
  await using evening = await openEveningEdge({ units: 3, hasStage: true })
  const passkey = new SoftPasskey(ORIGIN)
  const order = await tapped(evening, passkey, { orderId: 'o1' })
  const answer = await evening.post('/v1/orders', order)
  equal(answer.status, 201)
  const sold = await answer.text()
  ok(!/assertion|credential|4242/.test(sold), 'neither in the receipt nor in its entry')
  const again = await evening.post('/v1/orders', order)
  deepEqual([again.status, await again.text()], [201, sold])
  equal(evening.stall.state.orders.size, 1)
})

test('[OT1] without proof, pass, market, owner or origin a kept method pays nothing', async () => {
  await using evening = await openEveningEdge({ units: 3, hasStage: true })
  const passkey = new SoftPasskey(ORIGIN)
  const good = await tapped(evening, passkey, { orderId: 'o1' })
  const { proof } = good.payment
  const send = async (change: object) => {
    const order = { ...good, payment: { ...good.payment, ...change } }
    return reasonOf(await evening.post('/v1/orders', order))
  }
  const spoiled = (change: object) => send({ proof: { ...proof, ...change } })
  const { payKey } = good.payment
  const challenge = createHash('sha256')
    .update(tapText({ orderId: 'o1', payKey, methodId: METHOD, amountMinor: PRICE }))
    .digest('base64url')
  const no = (reason: string) => `403 tap_unproven ${reason}`
  equal(await send({ proof: undefined }), no('proof_missing'))
  equal(await send({ reference: 'stored.mastercard' }), no('other_method'))
  equal(await send({ reference: 'pm_card_visa' }), no('other_method'))
  const forged = { ...proof.pass, origin: 'https://evil.example' }
  equal(await spoiled({ pass: forged }), no('pass_not_signed'))
  const unverified = passkey.assert(challenge, { isUnverified: true })
  equal(await spoiled({ assertion: unverified }), no('signature'))
  const elsewhere = passkey.assert(challenge, { origin: 'https://evil.example' })
  equal(await spoiled({ assertion: elsewhere }), no('signature'))
  const other = new SoftPasskey(ORIGIN)
  equal(await spoiled({ assertion: other.assert(challenge) }), no('signature'))
  const late = await tapped(evening, passkey, { orderId: 'o2', change: { expiresAtMs: 1 } })
  equal(await reasonOf(await evening.post('/v1/orders', late)), no('pass_expired'))
  equal(evening.stall.state.orders.size, 0)
})

test('[OT2] a tap for one order, key, method or amount proves nothing of another', async () => {
  await using evening = await openEveningEdge({ units: 3, hasStage: true })
  const passkey = new SoftPasskey(ORIGIN)
  const good = await tapped(evening, passkey, { orderId: 'o1' })
  const { payment } = good
  const send = async (order: object) => reasonOf(await evening.post('/v1/orders', order))
  const no = '403 tap_unproven signature'
  equal(await send({ ...good, orderId: 'o2' }), no)
  equal(await send({ ...good, payment: { ...payment, payKey: 'another-key' } }), no)
  const more = { ...payment.proof, amountMinor: PRICE * 2 }
  equal(await send({ ...good, payment: { ...payment, proof: more } }), no)
  equal(await send({ ...good, quantity: 2 }), '403 tap_unproven over')
  equal(await send(good), 'sold')
})

test('[OT1] another payment of an order wants a tap of its own', async () => {
  await using evening = await openEveningEdge({ units: 3, hasStage: true })
  const first = orderOf('o1', await askForToken(evening))
  await evening.post('/v1/orders', first)
  const passkey = new SoftPasskey(ORIGIN)
  const { payment } = await tapped(evening, passkey, { orderId: 'o1' })
  const pay = (change: object) =>
    evening.post(
      '/v1/orders/o1/payment',
      { payment: { ...payment, ...change } },
      { [BUYER_HEADER]: 'ann' },
    )
  equal(await reasonOf(await pay({ proof: undefined })), '403 tap_unproven proof_missing')
  equal(await reasonOf(await pay({})), '409 pay_key_reused undefined')
})
