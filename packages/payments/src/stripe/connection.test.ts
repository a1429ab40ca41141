import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type Stripe from 'stripe'

import { connectStripe } from './connection.ts'

/** The SDK's own settings, which its types keep to themselves. */
function addressOf(stripe: Stripe): unknown[] {
  const client = stripe as unknown as { getApiField(name: string): unknown }
  return ['protocol', 'host', 'port'].map((name) => String(client.getApiField(name)))
}

test('[PR18] without an address it is Stripe’s own, else host, port and protocol', () => {
  const address = (baseUrl?: string) => {
    const options = { secretKey: 'sk_test_x', ...(baseUrl === undefined ? {} : { baseUrl }) }
    return addressOf(connectStripe(options, 1_000))
  }
  deepEqual(address(), ['https', 'api.stripe.com', '443'])
  deepEqual(address('http://127.0.0.1:4242'), ['http', '127.0.0.1', '4242'])
  deepEqual(address('http://sandbox.local'), ['http', 'sandbox.local', '80'])
  deepEqual(address('https://sandbox.local'), ['https', 'sandbox.local', '443'])
})
