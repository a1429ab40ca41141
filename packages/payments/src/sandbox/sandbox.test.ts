import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { createSandbox, type Sandbox } from './sandbox.ts'
import { KEY_LIFE_MS } from './state.ts'

interface Reply {
  readonly status: number
  readonly replayed: boolean
  readonly body: Record<string, unknown>
}

/** A sandbox without a port, and its clock. */
function openSandbox() {
  const clock = { nowMs: Date.UTC(2027, 0, 15, 20) }
  const sandbox = createSandbox({ nowMs: () => clock.nowMs })
  return { clock, sandbox, send: sender(sandbox) }
}

function sender({ app }: Sandbox) {
  return async (method: string, path: string, form = '', key?: string): Promise<Reply> => {
    const headers = new Headers({ authorization: 'Bearer sk_test_x' })
    if (key !== undefined) headers.set('idempotency-key', key)
    const body = method === 'GET' ? null : form
    const response = await app.request(path, { method, headers, body })
    const replayed = response.headers.get('idempotent-replayed') === 'true'
    return { status: response.status, replayed, body: (await response.json()) as Reply['body'] }
  }
}

function intentForm(change: Record<string, string> = {}): string {
  const fields = { amount: '1000', currency: 'eur', confirm: 'true' }
  const card = { payment_method: 'pm_card_visa' }
  return new URLSearchParams({ ...fields, ...card, ...change }).toString()
}

function errorOf({ body }: Reply): Record<string, unknown> {
  return body['error'] as Record<string, unknown>
}

test('[SB1] nested form fields, lists and expansion are understood', async () => {
  const { send } = openSandbox()
  const change = { 'metadata[a b]': 'c&d', 'expand[0]': 'latest_charge.balance_transaction' }
  const { status, body } = await send('POST', '/v1/payment_intents', intentForm(change))
  equal(status, 200)
  deepEqual(body['metadata'], { 'a b': 'c&d' })
  const charge = body['latest_charge'] as Record<string, Record<string, unknown>>
  equal(charge['balance_transaction']?.['fee'], 40)
})

test('[SB1] what the sandbox does not know is refused by name, not ignored', async () => {
  const { send } = openSandbox()
  const unknown = await send('POST', '/v1/payment_intents', intentForm({ colour: 'red' }))
  deepEqual([unknown.status, errorOf(unknown)['code']], [400, 'parameter_unknown'])
  equal(errorOf(unknown)['param'], 'colour')
  const absent = await send('POST', '/v1/payment_intents', 'currency=eur&confirm=true')
  equal(errorOf(absent)['code'], 'parameter_missing')
  const route = await send('GET', '/v1/coupons')
  equal(route.status, 404)
  match(String(errorOf(route)['message']), /GET: \/v1\/coupons/)
  const path = await send('POST', '/v1/payment_intents', intentForm({ 'expand[0]': 'secret' }))
  equal(path.status, 400)
})

test('[SB1] a name from the prototype is a name like any other', async () => {
  const { send } = openSandbox()
  const form = `${intentForm()}&__proto__[amount]=1`
  equal(errorOf(await send('POST', '/v1/payment_intents', form))['code'], 'parameter_unknown')
})

test('[SB2] test cards decline as their names say, with the intent in the error', async () => {
  const { send } = openSandbox()
  const declines = {
    pm_card_chargeDeclined: ['card_declined', 'generic_decline'],
    pm_card_visa_chargeDeclined: ['card_declined', 'generic_decline'],
    pm_card_chargeDeclinedInsufficientFunds: ['card_declined', 'insufficient_funds'],
    pm_card_chargeDeclinedExpiredCard: ['expired_card', 'expired_card'],
    pm_card_authenticationRequired: ['authentication_required', 'authentication_required'],
  }
  for (const [method, expected] of Object.entries(declines)) {
    const form = intentForm({ payment_method: method })
    const reply = await send('POST', '/v1/payment_intents', form)
    const error = errorOf(reply)
    deepEqual([reply.status, error['code'], error['decline_code']], [402, ...expected], method)
    const intent = error['payment_intent'] as Record<string, unknown>
    equal(intent['status'], 'requires_payment_method')
  }
})

test('[SB2] the disputing card is captured and disputed at once', async () => {
  const { send } = openSandbox()
  const form = intentForm({ payment_method: 'pm_card_createDispute' })
  const { body } = await send('POST', '/v1/payment_intents', form)
  const disputes = await send('GET', `/v1/disputes?payment_intent=${String(body['id'])}`)
  equal((disputes.body['data'] as unknown[]).length, 1)
})

test('[SB3] the same key with the same request gives the stored answer, errors too', async () => {
  const { send } = openSandbox()
  const first = await send('POST', '/v1/payment_intents', intentForm(), 'key-1')
  const again = await send('POST', '/v1/payment_intents', intentForm(), 'key-1')
  deepEqual([first.replayed, again.replayed], [false, true])
  deepEqual(again.body, first.body)
  const form = intentForm({ payment_method: 'pm_card_chargeDeclined' })
  const declined = await send('POST', '/v1/payment_intents', form, 'key-2')
  const repeated = await send('POST', '/v1/payment_intents', form, 'key-2')
  deepEqual([repeated.status, repeated.replayed, repeated.body], [402, true, declined.body])
})

test('[SB3] a key is forgotten after 24 hours', async () => {
  const { send, clock } = openSandbox()
  const first = await send('POST', '/v1/payment_intents', intentForm(), 'key-1')
  clock.nowMs += KEY_LIFE_MS - 1
  equal((await send('POST', '/v1/payment_intents', intentForm(), 'key-1')).replayed, true)
  clock.nowMs += 1
  const late = await send('POST', '/v1/payment_intents', intentForm(), 'key-1')
  equal(late.replayed, false)
  ok(late.body['id'] !== first.body['id'])
})

test('[SB4] the same key with another body or another path is an idempotency error', async () => {
  const { send } = openSandbox()
  const first = await send('POST', '/v1/payment_intents', intentForm(), 'key-1')
  const path = `/v1/payment_intents/${String(first.body['id'])}/cancel`
  const others = [
    await send('POST', '/v1/payment_intents', intentForm({ amount: '1001' }), 'key-1'),
    await send('POST', path, '', 'key-1'),
  ]
  for (const other of others) {
    deepEqual([other.status, errorOf(other)['type']], [400, 'idempotency_error'])
  }
})

test('[SB5] of two at once with one key, one runs and the other is to come again', async () => {
  const { send } = openSandbox()
  const body = { kind: 'latency', delayMs: 20, count: 1 }
  await send('POST', '/sandbox/faults', JSON.stringify(body))
  const replies = await Promise.all([
    send('POST', '/v1/payment_intents', intentForm(), 'key-1'),
    send('POST', '/v1/payment_intents', intentForm(), 'key-1'),
  ])
  deepEqual(replies.map(({ status }) => status), [200, 409])
  equal(errorOf(replies[1])['code'], 'idempotency_key_in_use')
})

test('[SB5] what is refused before it acts is not remembered under its key', async () => {
  const { send } = openSandbox()
  const malformed = await send('POST', '/v1/payment_intents', intentForm({ amount: 'x' }), 'key-1')
  equal(malformed.status, 400)
  equal((await send('POST', '/v1/payment_intents', intentForm(), 'key-1')).status, 200)
})

test('[SB6] an intent moves from authorized to captured or canceled, once', async () => {
  const { send } = openSandbox()
  const form = intentForm({ capture_method: 'manual' })
  const ids = await Promise.all(
    [1, 2].map(async () => String((await send('POST', '/v1/payment_intents', form)).body['id'])),
  )
  const [kept = '', freed = ''] = ids
  equal((await send('POST', `/v1/payment_intents/${kept}/capture`)).body['status'], 'succeeded')
  equal((await send('POST', `/v1/payment_intents/${freed}/cancel`)).body['status'], 'canceled')
  for (const path of [`${kept}/capture`, `${kept}/cancel`, `${freed}/capture`, `${freed}/cancel`]) {
    const reply = await send('POST', `/v1/payment_intents/${path}`)
    equal(reply.status, 400, path)
    equal(errorOf(reply)['code'], 'payment_intent_unexpected_state', path)
  }
})

test('[SB7] refunds are bounded by the capture, and refused once it is disputed', async () => {
  const { send } = openSandbox()
  const { body } = await send('POST', '/v1/payment_intents', intentForm())
  const refund = (amount: number) =>
    send('POST', '/v1/refunds', `payment_intent=${String(body['id'])}&amount=${amount}`)
  equal((await refund(600)).status, 200)
  equal(errorOf(await refund(401))['param'], 'amount')
  const dispute = JSON.stringify({ payment_intent: body['id'], amount: 400 })
  equal((await send('POST', '/sandbox/disputes', dispute)).status, 201)
  equal(errorOf(await refund(1))['code'], 'charge_disputed')
})

test('[SB11] lists are newest first, in pages, within their window', async () => {
  const { send, clock } = openSandbox()
  const ids: string[] = []
  for (let index = 0; index < 5; index += 1) {
    ids.unshift(String((await send('POST', '/v1/payment_intents', intentForm())).body['id']))
    clock.nowMs += 1_000
  }
  const idsOf = ({ body }: Reply) => (body['data'] as { id: string }[]).map(({ id }) => id)
  const first = await send('GET', '/v1/payment_intents?limit=3')
  deepEqual([idsOf(first), first.body['has_more']], [ids.slice(0, 3), true])
  const second = await send('GET', `/v1/payment_intents?limit=3&starting_after=${ids[2]}`)
  deepEqual([idsOf(second), second.body['has_more']], [ids.slice(3), false])
  const since = clock.nowMs / 1_000 - 2
  deepEqual(idsOf(await send('GET', `/v1/payment_intents?created[gte]=${since}`)), ids.slice(0, 2))
  deepEqual(idsOf(await send('GET', `/v1/payment_intents?created[lt]=${since}`)), ids.slice(2))
  equal((await send('GET', '/v1/payment_intents?starting_after=pi_none')).status, 404)
})

test('[SB13] the state page counts and sums, and a reset forgets all but its ids', async () => {
  const { send } = openSandbox()
  const first = await send('POST', '/v1/payment_intents', intentForm())
  await send('POST', '/v1/payment_intents', intentForm({ capture_method: 'manual', amount: '700' }))
  await send('POST', '/v1/refunds', `payment_intent=${String(first.body['id'])}&amount=250`)
  const { body } = await send('GET', '/sandbox/state')
  deepEqual(body['intents'], { total: 2, succeeded: 1, requires_capture: 1 })
  deepEqual((body['sums'] as Record<string, unknown>)['EUR'], {
    authorizedMinor: 700,
    capturedMinor: 1_000,
    refundedMinor: 250,
    disputedMinor: 0,
    feeMinor: 40,
  })
  await send('POST', '/sandbox/reset')
  deepEqual((await send('GET', '/sandbox/state')).body['intents'], { total: 0 })
  const later = await send('POST', '/v1/payment_intents', intentForm())
  ok(String(later.body['id']) > String(first.body['id']))
})

test('[SB14] without a key nothing is answered', async () => {
  const { sandbox } = openSandbox()
  const response = await sandbox.app.request('/v1/payment_intents')
  equal(response.status, 401)
})
