import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { verifyReceipt, type BuyerId, type OrderId, type Receipt } from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'
import { digest, verifySignature } from '@nightmarket/stall/testing'

import { BUYER_HEADER } from './edge-deps.ts'
import {
  askForToken,
  openEveningEdge,
  OPERATOR,
  orderOf,
  VOUCHER_CODE,
} from './testing/evening-edge.ts'

test('[ED1] a sale is answered with a receipt that anyone can check offline', async () => {
  await using evening = await openEveningEdge({ units: 3 })
  const token = await askForToken(evening)
  const response = await evening.post('/v1/orders', orderOf('o1', token))
  equal(response.status, 201)
  equal(response.headers.get('cache-control'), 'no-store')
  const body = (await response.json()) as { status: string; state: string; receipt: Receipt }
  equal(body.status, 'accepted')
  equal(body.state, 'deferred')
  const proof = verifyReceipt(body.receipt, evening.market.publicKey, {
    digest,
    verify: verifySignature,
  })
  ok(proof.ok, JSON.stringify(proof))
  equal(proof.value.order.orderId, 'o1')
  equal(proof.value.order.totalMinor, 1_250)
})

test('[ED1] above the limits an order is being paid, without units it waits in line', async () => {
  const release = releaseOfEvening({ terms: { deferred: { ...NO_LIMITS, orderMinorMax: 0 } } })
  await using evening = await openEveningEdge({ units: 1, release })
  const paying = await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
  equal(paying.status, 202)
  const first = (await paying.json()) as Record<string, unknown>
  deepEqual([first['status'], first['amountMinor']], ['paying', 1_250])
  const waiting = await evening.post('/v1/orders', orderOf('o2', await askForToken(evening, 'ben')))
  equal(waiting.status, 202)
  deepEqual(await waiting.json(), { status: 'waiting', ticketId: 'o2', position: 1 })
})

test('[ED1] what the stall refuses is a problem with its facts', async () => {
  const release = releaseOfEvening({ listing: { perCustomer: 1 } })
  await using evening = await openEveningEdge({ units: 9, release })
  const { host } = evening
  const late = await askForToken(evening, 'cem')
  const two = await evening.post('/v1/orders', { ...orderOf('o0', late), quantity: 2 })
  deepEqual(await facts(two), [422, 'quantity_over_limit', 1])
  await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
  const again = await evening.post('/v1/orders', orderOf('o2', await askForToken(evening)))
  deepEqual(await facts(again), [409, 'customer_limit', 1])
  host.pass(300_000)
  deepEqual((await facts(await evening.post('/v1/orders', orderOf('o3', late)))).slice(0, 2), [
    410,
    'token_expired',
  ])
  host.pass(EVENING.endMs)
  const closed = await evening.post('/v1/offers', {
    dropId: EVENING.dropId,
    consent: { personalOffers: false },
  })
  deepEqual((await facts(closed)).slice(0, 2), [410, 'drop_closed'])
})

test('[ED1] an edge without a release, or frozen, says that it does not sell', async () => {
  await using evening = await openEveningEdge()
  const question = { dropId: EVENING.dropId, consent: { personalOffers: false } }
  const early = await evening.post('/v1/offers', question)
  equal(early.status, 503)
  equal(early.headers.get('retry-after'), '1')
  equal(((await early.json()) as { reason: string }).reason, 'no_release')
  equal((await evening.request('/v1/show')).status, 503)
  await using other = await openEveningEdge({ units: 1 })
  const token = await askForToken(other)
  await other.stall.run({ type: 'freeze', reason: 'quarantined' })
  const frozen = await other.post('/v1/orders', orderOf('o1', token))
  equal(frozen.status, 503)
  equal(((await frozen.json()) as { reason: string }).reason, 'quarantined')
})

test('[ED2] the same order again gets the same answer, in whatever spelling', async () => {
  await using evening = await openEveningEdge({ units: 5 })
  const token = await askForToken(evening)
  const first = await (await evening.post('/v1/orders', orderOf('o1', token))).text()
  const { quantity, ...rest } = orderOf('o1', token)
  const lines = [{ variantId: EVENING.mug, quantity }]
  const key = { 'idempotency-key': '"o1"' }
  equal(await (await evening.post('/v1/orders', { lines, ...rest }, key)).text(), first)
  evening.host.pass(400_000)
  equal(await (await evening.post('/v1/orders', orderOf('o1', token))).text(), first)
  equal(evening.stall.state.orders.size, 1)
})

test('[ED2] the same id with another wish is refused, and so is another key', async () => {
  await using evening = await openEveningEdge({ units: 5 })
  const token = await askForToken(evening)
  await evening.post('/v1/orders', orderOf('o1', token))
  const more = await evening.post('/v1/orders', { ...orderOf('o1', token), quantity: 2 })
  deepEqual((await facts(more)).slice(0, 2), [422, 'idempotency_key_reused'])
  const other = { 'idempotency-key': 'o2' }
  const mismatch = await evening.post('/v1/orders', orderOf('o1', token), other)
  deepEqual((await facts(mismatch)).slice(0, 2), [422, 'idempotency_key_mismatch'])
})

test('[ED7] a quantity needs a token of one variant', async () => {
  await using evening = await openEveningEdge({ units: 5 })
  const json = { buyerId: 'ann', dropId: EVENING.dropId, consent: { personalOffers: false } }
  const response = await evening.client.v1.offers.$post({ json })
  ok(response.status === 200)
  const { offers } = await response.json()
  const [first] = offers
  ok(first !== undefined && offers.every(({ token }) => token === first.token))
  const refused = await evening.post('/v1/orders', orderOf('o1', first.token))
  deepEqual((await facts(refused)).slice(0, 2), [422, 'invalid_request'])
  const { quantity, ...rest } = orderOf('o1', first.token)
  const lines = [{ variantId: EVENING.mug, quantity }]
  equal((await evening.post('/v1/orders', { ...rest, lines })).status, 201)
})

test('[ED8] a voucher’s code goes no further than its hash', async () => {
  await using evening = await openEveningEdge({ units: 5 })
  const order = orderOf('o1', await askForToken(evening))
  const voucher = (voucherCode: string) => ({
    ...order,
    payment: { payKey: 'p1', method: 'voucher', voucherCode },
  })
  const wrong = await evening.post('/v1/orders', voucher('VOUCHER-CODE-2'))
  deepEqual((await facts(wrong)).slice(0, 2), [422, 'voucher_code_invalid'])
  const right = await evening.post('/v1/orders', voucher(VOUCHER_CODE))
  equal(right.status, 201)
  const entries = await evening.stall.read(0, 100)
  ok(entries.some(({ text }) => text.includes('a'.repeat(64))))
  ok(entries.every(({ text }) => !text.includes(VOUCHER_CODE)))
})

test('[ED8] a card’s number is refused, however it is written', async () => {
  await using evening = await openEveningEdge({ units: 5 })
  const order = orderOf('o1', await askForToken(evening))
  for (const reference of ['4242424242424242', '4242-4242-4242-4242']) {
    const payment = { payKey: 'p1', method: 'card', reference }
    const response = await evening.post('/v1/orders', { ...order, payment })
    const text = await response.text()
    equal(response.status, 422)
    ok(!text.includes('4242'), text)
  }
})

test('[ED9] cash is for the operator', async () => {
  await using evening = await openEveningEdge({ units: 5 })
  const order = {
    ...orderOf('o1', await askForToken(evening)),
    payment: { payKey: 'p1', method: 'cash' },
  }
  const refused = await evening.post('/v1/orders', order)
  equal(refused.status, 401)
  equal(refused.headers.get('www-authenticate'), 'Bearer')
  const taken = await evening.post('/v1/orders', order, { authorization: OPERATOR })
  equal(taken.status, 201)
  equal(((await taken.json()) as { state: string }).state, 'captured')
})

test('[ED12] quantities and ids that cannot be are refused by field', async () => {
  await using evening = await openEveningEdge({ units: 5 })
  const order = orderOf('o1', await askForToken(evening))
  const { token: _, ...tokenless } = order
  const wrong: readonly (readonly [object, string])[] = [
    [{ ...order, quantity: 0.5 }, 'quantity'],
    [{ ...order, quantity: -1 }, 'quantity'],
    [{ ...order, quantity: 0 }, 'quantity'],
    [{ ...order, quantity: 1e9 }, 'quantity'],
    [{ ...order, quantity: '1' }, 'quantity'],
    [{ ...order, orderId: 'o'.repeat(121) }, 'orderId'],
    [{ ...order, orderId: 'o1~pay' }, 'orderId'],
    [{ ...order, orderId: 'o 1' }, 'orderId'],
    [{ ...order, orderId: '' }, 'orderId'],
    [{ ...order, lines: [] }, 'lines'],
    [{ ...tokenless, lines: [{ variantId: 'mug', quantity: 1 }] }, 'token'],
    [{ ...order, holdId: 'h1' }, 'token'],
    [{ ...order, payment: { payKey: 'p1', method: 'card' } }, 'payment.reference'],
    [{ ...order, payment: { payKey: 'p1', method: 'gold' } }, 'payment.method'],
    [{ ...order, token: 'x'.repeat(9_000) }, 'token'],
  ]
  for (const [body, path] of wrong) {
    const response = await evening.post('/v1/orders', body)
    equal(response.status, 422, JSON.stringify(body).slice(0, 200))
    const { errors } = (await response.json()) as { errors: readonly { path: string }[] }
    ok(
      errors.some((error) => error.path === path),
      `${path}: ${JSON.stringify(errors)}`,
    )
  }
  equal(evening.stall.state.orders.size, 0)
})

test('[ED5] an order id alone shows how the order stands, its buyer sees the rest', async () => {
  await using evening = await openEveningEdge({ units: 5 })
  await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
  const view = async (buyer?: string) => {
    const headers = buyer === undefined ? {} : { [BUYER_HEADER]: buyer }
    return (await (await evening.request('/v1/orders/o1', { headers })).json()) as object
  }
  const anybody = {
    orderId: 'o1',
    status: 'accepted',
    state: 'deferred',
    order: null,
    pending: null,
  }
  deepEqual(await view(), anybody)
  deepEqual(await view('ben'), anybody)
  const own = (await view('ann')) as { order: { totalMinor: number } }
  equal(own.order.totalMinor, 1_250)
  equal((await evening.request('/v1/orders/o9')).status, 404)
  equal((await evening.request('/v1/orders/o1/receipt')).status, 403)
})

test('[ED6] a receipt is the same text wherever it is asked for', async () => {
  await using evening = await openEveningEdge({ units: 5 })
  const token = await askForToken(evening)
  const sold = await (await evening.post('/v1/orders', orderOf('o1', token))).text()
  const headers = { [BUYER_HEADER]: 'ann' }
  const response = await evening.request('/v1/orders/o1/receipt', { headers })
  const text = await response.text()
  ok(sold.includes(text))
  equal(response.headers.get('cache-control'), 'private, max-age=31536000, immutable')
  const etag = response.headers.get('etag') ?? ''
  const known = { ...headers, 'if-none-match': etag }
  equal((await evening.request('/v1/orders/o1/receipt', { headers: known })).status, 304)
  deepEqual(JSON.parse(text), await evening.stall.receipt('o1' as OrderId))
})

test('[ED5] an order in rescue is paid another way by its buyer only', async () => {
  await using evening = await openEveningEdge({ units: 5 })
  const { stall } = evening
  await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
  const pay = (buyer: string, payKey = 'p2') =>
    evening.post(
      '/v1/orders/o1/payment',
      { payment: { payKey, method: 'card', reference: 'pm_card_visa' } },
      { [BUYER_HEADER]: buyer },
    )
  deepEqual((await facts(await pay('ann'))).slice(0, 2), [409, 'order_not_in_rescue'])
  const settled = {
    orderId: 'o1' as OrderId,
    payKey: 'pay-o1' as never,
    outcome: 'declined',
  } as const
  const item = {
    position: 3,
    atMs: EVENING.startMs,
    type: 'payment.settled',
    body: settled,
  } as const
  await stall.run({ type: 'apply_feed', parentTimeMs: EVENING.startMs, items: [item] })
  equal((await pay('ben')).status, 403)
  equal((await pay('ann', 'pay-o1')).status, 409)
  equal((await pay('ann')).status, 202)
  equal(stall.state.orders.get('o1' as OrderId)?.payment.payKey, 'p2')
  equal((await evening.post('/v1/orders/o9/payment', {}, {})).status, 422)
})

test('[ED14] the typed client speaks to an app without a server', async () => {
  await using evening = await openEveningEdge({ units: 5 })
  const { v1 } = evening.client
  const token = await askForToken(evening)
  const payment = { payKey: 'p1', method: 'card', reference: 'pm_card_visa' } as const
  const bought = await v1.orders.$post({ json: { orderId: 'o1', token, quantity: 1, payment } })
  ok(bought.status === 201)
  const { receipt } = await bought.json()
  ok(receipt !== null)
  const param = { orderId: 'o1' }
  const view = await v1.orders[':orderId'].$get({ param, query: {} })
  ok(view.status === 200)
  equal((await view.json()).state, 'deferred')
  const buyerId: BuyerId = 'ann' as BuyerId
  const shown = await v1.orders[':orderId'].receipt.$get(
    { param },
    { headers: { [BUYER_HEADER]: buyerId } },
  )
  ok(shown.status === 200)
  deepEqual(await shown.json(), receipt)
})

const NO_LIMITS = {
  orderMinorMax: 1e9,
  buyerOrdersMax: 1e9,
  ordersMax: 1e9,
  sumMinorMax: 1e12,
  ageMsMax: 1e9,
}

/** Status, code and the limit if there is one. */
async function facts(response: Response): Promise<readonly unknown[]> {
  const { code, limit } = (await response.json()) as { code: string; limit?: number }
  return [response.status, code, limit]
}
