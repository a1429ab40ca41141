import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { openEveningEdge, OPERATOR } from '../testing/evening-edge.ts'
import { RELAY_BYTES_MAX, RELAY_WAITS_MAX } from './relay-routes.ts'

interface Carried {
  readonly path: string
  readonly init: RequestInit
}

/** An edge whose way up is a function of the test's. */
async function openRelay(answer: (carried: Carried) => Promise<Response>) {
  const carried: Carried[] = []
  const evening = await openEveningEdge({
    deps: {
      parent: (path, init) => {
        carried.push({ path, init })
        return answer({ path, init })
      },
    },
  })
  return { ...evening, carried }
}

const SIGNED = {
  'nightmarket-node': 'till-1/1',
  'nightmarket-signature': 'c2lnbmF0dXJl',
  'content-type': 'application/json',
}

test('[RY1] [S3] what is signed crosses unchanged, and nothing else does', async () => {
  const edge = await openRelay(async () =>
    Response.json(
      { status: 'ack' },
      { status: 409, headers: { 'set-cookie': 'a=b', server: 'core', connection: 'close' } },
    ),
  )
  await using _ = edge
  const headers = { ...SIGNED, authorization: OPERATOR, cookie: 'c=d', 'x-forwarded-for': '::1' }
  const body = '{ "entries" : ["ü€"] }'
  const answered = await edge.request('/v1/exchange?x=1', { method: 'POST', headers, body })
  equal(answered.status, 409)
  deepEqual(await answered.json(), { status: 'ack' })
  deepEqual(
    [answered.headers.get('set-cookie'), answered.headers.get('server')],
    [null, null],
  )
  const [sent] = edge.carried
  equal(sent?.path, '/v1/exchange?x=1')
  deepEqual([sent?.init.method, sent?.init.body, sent?.init.headers], ['POST', body, SIGNED])
  await edge.request('/v1/feed/wait?after=7', { headers })
  deepEqual([edge.carried[1]?.path, edge.carried[1]?.init.method], ['/v1/feed/wait?after=7', 'GET'])
  for (const path of ['/v1/till/restore', '/v1/buyers/aid']) {
    await edge.request(path, { method: 'POST', headers, body })
    const last = edge.carried.at(-1)
    deepEqual([last?.path, last?.init.body, last?.init.headers], [path, body, SIGNED])
  }
})

test('[RY2] without a core the answer is a problem that says so, and why', async () => {
  const alone = await openEveningEdge()
  await using _ = alone
  const none = await alone.post('/v1/exchange', {}, SIGNED)
  equal(none.status, 503)
  const away = await openRelay(() =>
    Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })),
  )
  await using _away = away
  for (const path of ['/v1/market', '/v1/till/holdings', '/v1/feed/wait?after=0']) {
    const answered = await away.request(path, { headers: SIGNED })
    const problem = (await answered.json()) as { code: string; detail: string }
    deepEqual([answered.status, problem.code], [503, 'uplink_down'], path)
    match(problem.detail, /ECONNREFUSED/)
  }
  const strange = await openRelay(async () => new Response('<h1>Bad gateway</h1>', { status: 502 }))
  await using _strange = strange
  const answered = await strange.post('/v1/enrol', { code: 'x' })
  equal(((await answered.json()) as { code: string }).code, 'uplink_down')
})

test('[RY3] bodies, durations and calls under way are bounded', async () => {
  const edge = await openRelay(
    ({ init }) =>
      new Promise((_, reject) => {
        init.signal?.addEventListener('abort', () => reject(new Error('given up')))
      }),
  )
  await using _ = edge
  const huge = 'x'.repeat(RELAY_BYTES_MAX + 1)
  const tooMuch = { method: 'POST', headers: SIGNED, body: huge }
  equal((await edge.request('/v1/exchange', tooMuch)).status, 413)
  equal((await edge.post('/v1/enrol', 'x'.repeat(5_000))).status, 413)
  equal(edge.carried.length, 0)
  const before = edge.host.timers()
  const waits = Array.from({ length: RELAY_WAITS_MAX }, async () =>
    edge.request('/v1/feed/wait?after=0', { headers: SIGNED }),
  )
  while (edge.carried.length < RELAY_WAITS_MAX) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  const oneMore = await edge.request('/v1/feed/wait?after=0', { headers: SIGNED })
  match(((await oneMore.json()) as { detail: string }).detail, /1000 calls/)
  edge.host.pass(35_000)
  const late = await Promise.all(waits)
  ok(late.every(({ status }) => status === 503))
  equal(edge.host.timers(), before, 'no timer of a call is left')
})
