import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { RefundId } from '@nightmarket/kernel'

import { requestOf } from '../contract/processor.ts'
import type { ProcessorNotice } from '../processor.ts'
import { createStripeProcessor } from '../stripe/stripe-processor.ts'
import { openWorld, REFERENCES, WEBHOOK_SECRET, type SandboxWorld } from '../testing.ts'
import { startSandbox } from './host.ts'

/** A real webhook receiver; it answers what `statuses` says next, then 200. */
async function openReceiver(onBody: (body: string) => void = () => undefined) {
  const received: { body: string; signature: string }[] = []
  const statuses: number[] = []
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      received.push({ body, signature: String(request.headers['stripe-signature']) })
      response.writeHead(statuses.shift() ?? 200).end()
      onBody(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    received,
    statuses,
    url: `http://127.0.0.1:${port}/notices`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

/** A world whose webhooks go to a receiver, when `deliverDue` is called. */
async function openWired(receiver: { readonly url: string }) {
  const endpoints = [{ url: receiver.url, secret: WEBHOOK_SECRET }]
  return openWorld({ endpoints, retryDelaysMs: [1_000, 5_000] })
}

function noticesOf(
  world: SandboxWorld,
  received: readonly { readonly body: string; readonly signature: string }[],
): ProcessorNotice[] {
  return received.map(({ body, signature }) => world.processor.parseNotice(body, signature))
}

/** Deliver what is due now, and then what is due once every retry delay has passed. */
async function settle(world: SandboxWorld): Promise<void> {
  await world.deliverDue()
  world.advance(5_000)
  await world.deliverDue()
}

test('[SB8] every movement of a charge is told, signed, and leads back to it', async () => {
  await using receiver = await openReceiver()
  await using world = await openWired(receiver)
  const request = requestOf(world)
  const { chargeId } = await world.processor.authorize(request)
  await world.processor.capture(chargeId, request.payKey)
  const refundId = world.freshId() as RefundId
  await world.processor.refund({ refundId, chargeId, amountMinor: 100 })
  await world.openDispute(chargeId)
  await settle(world)
  const notices = noticesOf(world, receiver.received)
  ok(notices.every((notice) => notice.chargeId === chargeId))
  deepEqual(new Set(notices.map(({ type }) => type)), new Set([
    'payment_intent.amount_capturable_updated',
    'payment_intent.succeeded',
    'refund.created',
    'charge.refunded',
    'charge.dispute.created',
  ]))
})

test('[SB8] a webhook that is not acknowledged comes again, with a new signature', async () => {
  await using receiver = await openReceiver()
  await using world = await openWired(receiver)
  receiver.statuses.push(500, 500)
  await world.processor.authorize(requestOf(world, { capture: true }))
  await settle(world)
  await settle(world)
  equal(receiver.received.length, 3)
  const [first, , third] = receiver.received
  equal(first?.body, third?.body)
  ok(first?.signature !== third?.signature)
  const { webhooks } = await world.pull('GET', '/sandbox/state')
  deepEqual(webhooks, { endpoints: 1, waiting: 0, delivered: 1, abandoned: 0, lost: 0 })
})

test('[SB8] after the last attempt a webhook is abandoned', async () => {
  await using receiver = await openReceiver()
  await using world = await openWired(receiver)
  receiver.statuses.push(500, 500, 500, 500)
  await world.processor.authorize(requestOf(world))
  for (let attempt = 0; attempt < 4; attempt += 1) await settle(world)
  equal(receiver.received.length, 3)
  const { webhooks } = await world.pull('GET', '/sandbox/state')
  equal((webhooks as Record<string, number>)['abandoned'], 1)
})

test('[SB9] lost, duplicate and late webhooks', async () => {
  await using receiver = await openReceiver()
  await using world = await openWired(receiver)
  await world.pull('POST', '/sandbox/faults', { kind: 'lost_webhook', count: 1 })
  await world.processor.authorize(requestOf(world))
  await settle(world)
  equal(receiver.received.length, 0)

  await world.pull('POST', '/sandbox/faults', { kind: 'duplicate_webhook', count: 1, copies: 2 })
  await world.processor.authorize(requestOf(world))
  await settle(world)
  const notices = noticesOf(world, receiver.received)
  equal(notices.length, 3)
  equal(new Set(notices.map(({ noticeId }) => noticeId)).size, 1)

  const late = { kind: 'late_webhook', count: 1, delayMs: 10_000_000 }
  await world.pull('POST', '/sandbox/faults', late)
  await world.processor.authorize(requestOf(world))
  await settle(world)
  equal(receiver.received.length, 3)
  world.advance(10_000_000)
  await world.deliverDue()
  equal(receiver.received.length, 4)
})

test('[PR5] a webhook that was captured on the way cannot be played again later', async () => {
  await using receiver = await openReceiver()
  await using world = await openWired(receiver)
  await world.processor.authorize(requestOf(world))
  await settle(world)
  equal(noticesOf(world, receiver.received).length, 1)
  world.advance(301_000)
  let refusal = ''
  try {
    noticesOf(world, receiver.received)
  } catch (error) {
    refusal = error instanceof Error ? error.name : ''
  }
  equal(refusal, 'NoticeRefused')
})

test('[SB8] a host delivers by itself, as soon as something happened', async () => {
  const told = Promise.withResolvers<string>()
  await using receiver = await openReceiver((body) => told.resolve(body))
  const endpoints = [{ url: receiver.url, secret: WEBHOOK_SECRET }]
  await using host = await startSandbox({ port: 0, endpoints })
  const settings = { secretKey: 'sk_test_x', webhookSecret: WEBHOOK_SECRET, baseUrl: host.url }
  const processor = createStripeProcessor(settings)
  let ids = 0
  const subject = { freshId: () => `own-${++ids}`, references: REFERENCES }
  const { chargeId } = await processor.authorize(requestOf(subject))
  match(await told.promise, new RegExp(chargeId))
})

test('[SB8] one URL is one endpoint, and it gets the events it asked for', async () => {
  await using receiver = await openReceiver()
  await using world = await openWired(receiver)
  const headers = { authorization: 'Bearer sk_test_nightmarket' }
  const body = new URLSearchParams({ url: receiver.url, 'enabled_events[0]': 'refund.created' })
  const init = { method: 'POST', headers, body }
  const response = await fetch(`${world.url}/v1/webhook_endpoints`, init)
  const endpoint = (await response.json()) as { secret: string }
  ok(endpoint.secret.startsWith('whsec_'))
  const { webhooks } = await world.pull('GET', '/sandbox/state')
  equal((webhooks as Record<string, number>)['endpoints'], 1)
  const { chargeId } = await world.processor.authorize(requestOf(world, { capture: true }))
  const refundId = world.freshId() as RefundId
  await world.processor.refund({ refundId, chargeId, amountMinor: 100 })
  await settle(world)
  const events = receiver.received.map(({ body: text }) => JSON.parse(text) as { type: string })
  deepEqual(events.map(({ type }) => type), ['refund.created'])
})

test('[SB15] webhooks go to the endpoints that were put last, with the secret given', async () => {
  await using before = await openReceiver()
  await using after = await openReceiver()
  await using world = await openWired(before)
  const endpoints = [{ url: after.url, secret: WEBHOOK_SECRET }]
  deepEqual(await world.pull('PUT', '/sandbox/endpoints', { endpoints }), { endpoints: 1 })
  await world.pull('PUT', '/sandbox/endpoints', { endpoints })
  await world.processor.authorize(requestOf(world))
  await settle(world)
  equal(before.received.length, 0)
  equal(noticesOf(world, after.received).length, 1)
})
