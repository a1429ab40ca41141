import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { text } from 'node:stream/consumers'

import { EVENING } from '@nightmarket/kernel/testing'

import type { ExchangeRequest } from './protocol.ts'
import { isRequestSigned, parseRequestClaim } from './request-signature.ts'
import { digest, signAsNode, verifyNode } from './testing/kernel-stall.ts'
import { LedgerParent } from './testing/ledger-parent.ts'
import { createHttpWire } from './wire-http.ts'
import { parseExchangeResponse } from './wire-message.ts'

const signer = { nodeId: EVENING.nodeId, epoch: 1, sign: signAsNode, digest }
const request: ExchangeRequest = {
  protocolVersion: 1,
  nodeId: EVENING.nodeId,
  epoch: 1,
  entries: [],
  previousHash: '0'.repeat(64),
  checkpoint: null,
  feedAfter: 0,
  demand: [],
  atMs: 0,
}

test('[SY1] every request arrives with a signature over itself', async () => {
  const parent = new LedgerParent(() => 7)
  parent.openEvening(3)
  const seen: string[] = []
  await using server = await listen((incoming, outgoing) => {
    void text(incoming).then(async (body) => {
      const claim = parseRequestClaim((name) => String(incoming.headers[name] ?? ''))
      ok(claim.ok)
      const { method = '', url: path = '' } = incoming
      const by = { publicKey: '', verify: verifyNode, digest }
      ok(isRequestSigned({ method, path, body }, claim.value, by))
      seen.push(`${method} ${path}`)
      const answer = path.startsWith('/v1/exchange')
        ? await parent.exchange(JSON.parse(body) as ExchangeRequest)
        : { feedHead: await parent.awaitFeed(1) }
      outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
    })
  })
  const answer = await server.wire.exchange(request)
  equal(answer.status === 'ack' ? answer.feed.length : 0, 2)
  equal(await server.wire.awaitFeed(1), 2)
  deepEqual(seen, ['POST /v1/exchange', 'GET /v1/feed/wait?after=1'])
})

test('[SY4] an edge that cannot reach the core stands for a core that is not reached', async () => {
  const problem = { code: 'uplink_down', detail: 'connect ECONNREFUSED', title: 'No way up.' }
  await using server = await listen(answering(503, problem))
  const isUnreachable = { name: 'WireFault', code: 'unreachable', message: /ECONNREFUSED/ }
  await rejects(server.wire.exchange(request), isUnreachable)
  await rejects(server.wire.awaitFeed(0), isUnreachable)
})

test('[SY4] a parent that knows no key of ours refuses by a problem document', async () => {
  await using server = await listen(
    answering(403, { code: 'node_revoked', title: 'It was revoked.' }),
  )
  deepEqual(await server.wire.exchange(request), {
    status: 'refused',
    code: 'node_revoked',
    detail: 'It was revoked.',
  })
  await rejects(server.wire.awaitFeed(0), { code: 'refused' })
})

test('[SY4] what is not the protocol is a fault, whatever it is', async () => {
  const bodies: readonly (readonly [status: number, body: unknown, code: string])[] = [
    [200, { status: 'ack' }, 'garbled'],
    [200, { status: 'yes' }, 'garbled'],
    [200, [], 'garbled'],
    [200, null, 'garbled'],
    [502, 'not json', 'garbled'],
    [500, { code: 'internal' }, 'refused'],
  ]
  for (const [status, body, code] of bodies) {
    await using server = await listen(answering(status, body))
    await rejects(server.wire.exchange(request), { name: 'WireFault', code })
  }
})

test('[SY4] a parent that is away is unreachable, a slow one runs out of time', async () => {
  const away = createHttpWire({ parentUrl: 'http://127.0.0.1:9', signer, fetch })
  await rejects(away.exchange(request), { code: 'unreachable' })
  await using server = await listen(() => undefined)
  const leaving = new AbortController()
  const asked = server.wire.exchange(request, leaving.signal)
  leaving.abort()
  await rejects(asked, { code: 'timeout' })
})

test('[SY4] members that a newer parent adds are let pass, missing ones are named', () => {
  const want = { status: 'want', sequence: 3, parentTimeMs: 5, later: true }
  equal(parseExchangeResponse(want).ok, true)
  const parsed = parseExchangeResponse({ ...want, sequence: -1 })
  equal(parsed.ok ? '' : parsed.error.field, 'sequence')
})

function answering(status: number, body: unknown): RequestListener {
  return (_, outgoing) => {
    outgoing.writeHead(status, { 'content-type': 'application/problem+json' })
    outgoing.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

async function listen(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const wire = createHttpWire({ parentUrl: `http://127.0.0.1:${port}`, signer, fetch })
  return {
    wire,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
