import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'

import { requestOf } from '../contract/processor.ts'
import { createStripeVault } from '../stripe/stripe-vault.ts'
import { openWorld } from '../testing.ts'

test('[SB16] a number that was typed pays like the test card of that number', async () => {
  await using world = await openWorld()
  const make = async (number: string, key = 'pk_test_page') => {
    const fields = { type: 'card', 'card[exp_month]': '12', 'card[exp_year]': '2034' }
    const body = new URLSearchParams({ ...fields, 'card[number]': number, 'card[cvc]': '123' })
    const headers = { authorization: `Bearer ${key}` }
    return fetch(`${world.url}/v1/payment_methods`, { method: 'POST', headers, body })
  }
  const idOf = async (number: string) => ((await (await make(number)).json()) as { id: string }).id
  const pay = async (reference: string) =>
    (await world.processor.authorize(requestOf(world, { reference, capture: true }))).state
  const visa = await idOf('4242 4242 4242 4242')
  match(visa, /^pm_entered_visa_/)
  equal(await pay(visa), 'captured')
  equal(await pay(await idOf('4000000000000002')), 'declined')
  equal((await make('4111111111111111')).status, 402)
  equal((await make('4242424242424242', 'sk_test_nightmarket')).status, 401)
  const vault = createStripeVault({ secretKey: 'sk_test_nightmarket', baseUrl: world.url })
  const kept = await vault.keep({ keepKey: 'k', reference: visa })
  equal(kept.state === 'kept' ? kept.method.label : '', 'Visa ·· 4242')
})

test('[SB16] script and frame are served, and the frame may load nothing else', async () => {
  await using world = await openWorld()
  const script = await fetch(`${world.url}/stripe/v3/`)
  match(script.headers.get('content-type') ?? '', /javascript/)
  match(await script.text(), /window\.Stripe/)
  const frame = await fetch(`${world.url}/stripe/card`)
  match(frame.headers.get('content-security-policy') ?? '', /default-src 'none'/)
})
