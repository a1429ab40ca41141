import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { test } from 'node:test'

import type { PreparedRequest } from '../prepared-answer.ts'
import { createLampApp } from '../testing.ts'
import { createPinoLog } from './pino-log.ts'
import { createPrometheusMetrics } from './prometheus-metrics.ts'
import { serve } from './serve.ts'

const LOCAL = { port: 0, hostname: '127.0.0.1' }

test('[HB13] a free port is taken and told; a busy one is named with the way out', async () => {
  const { app } = createLampApp()
  await using server = await serve(app, LOCAL)
  equal(server.url, `http://127.0.0.1:${server.port}`)
  equal((await fetch(`${server.url}/healthz`)).status, 200)
  await rejects(serve(app, { ...LOCAL, port: server.port }), {
    name: 'ServeFault',
    code: 'port_busy',
    message: new RegExp(`port ${server.port} .*another program`),
  })
  await rejects(serve(app, { port: 0, hostname: '203.0.113.7' }), { code: 'address_unavailable' })
})

test('[HB14] closing finishes what is in flight and takes nothing new', async () => {
  const entered = Promise.withResolvers<void>()
  const leave = Promise.withResolvers<void>()
  const { app } = createLampApp({
    onRequest() {
      entered.resolve()
      return leave.promise
    },
  })
  const server = await serve(app, LOCAL)
  const answer = postJson(`${server.url}/v1/lamps`, { name: 'moon', watts: 5 })
  await entered.promise
  const closed = server.close()
  await rejects(fetch(`${server.url}/healthz`))
  leave.resolve()
  equal((await answer).status, 201)
  await closed
  await server.close()
})

test('[HB14] what does not finish is cut after the patience', async () => {
  const entered = Promise.withResolvers<void>()
  const { app } = createLampApp({
    onRequest() {
      entered.resolve()
      return new Promise(() => undefined)
    },
  })
  const server = await serve(app, { ...LOCAL, closePatienceMs: 20 })
  const answer = postJson(`${server.url}/v1/lamps`, { name: 'moon', watts: 5 })
  const cut = rejects(answer)
  await entered.promise
  await server.close()
  await cut
})

test('[HB15] a text route answers alike from the app and straight from the socket', async () => {
  const { app, border, fast } = createLampApp()
  await using slow = await serve(app, LOCAL)
  await using quick = await serve(app, { ...LOCAL, border, textRoutes: [fast] })
  const bodies = [
    '{"name":"moon","watts":5}',
    '{"name":"mön","watts":5}',
    '{"name":"moon","watts":0.5}',
    '{"name":"broken","watts":5}',
    '{',
    '',
    `{"name":"${'x'.repeat(300)}"}`,
  ]
  for (const body of bodies) {
    const answers = await Promise.all(
      [slow, quick].map(({ url }) => describeAnswer(`${url}/v1/fast-lamps`, body)),
    )
    deepEqual(answers[1], answers[0], body)
  }
  const plain = { method: 'POST', body: 'x' }
  equal((await fetch(`${quick.url}/v1/fast-lamps`, plain)).status, 415)
  equal((await fetch(`${quick.url}/v1/fast-lamps`)).status, 405)
  equal((await fetch(`${quick.url}/v1/fast-lamps?x=1`, plain)).status, 415)
})

test('[HB16] what lies ready is sent from memory and counted; the rest is the app’s', async () => {
  const metrics = createPrometheusMetrics({ gauges: [] })
  const { app, border } = createLampApp({ metrics })
  const body = new TextEncoder().encode('<p>light</p>')
  const fields = ['Content-Type', 'text/html', 'Content-Length', String(body.length)]
  const ready = { route: '/lamp-page', status: 200, fields, body }
  const prepared = ({ target, header }: PreparedRequest) =>
    target === '/lamp-page' && header('x-asked') === 'yes' ? ready : null
  await using server = await serve(app, { ...LOCAL, border, prepared })
  const ask = (method: string) =>
    fetch(`${server.url}/lamp-page`, { method, headers: { 'x-asked': 'yes' } })
  equal(await (await ask('GET')).text(), '<p>light</p>')
  equal((await ask('DELETE')).status, 404)
  equal((await fetch(`${server.url}/lamp-page`)).status, 404)
  equal((await fetch(`${server.url}/healthz`)).status, 200)
  const { body: text } = await metrics.scrape()
  match(text, /duration_seconds_count\{method="GET",route="\/lamp-page",status="200"\} 1/)
})

test('[HB3] a body whose length nobody announced is cut off at the limit', async () => {
  const { app, border, fast } = createLampApp()
  await using server = await serve(app, { ...LOCAL, border, textRoutes: [fast] })
  const socket = connect(server.port, '127.0.0.1')
  socket.write(
    'POST /v1/fast-lamps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
      'Transfer-Encoding: chunked\r\n\r\n' +
      `190\r\n${'x'.repeat(400)}\r\n`,
  )
  const [answer] = (await once(socket, 'data')) as [Buffer]
  match(answer.toString(), /^HTTP\/1\.1 413 /)
  socket.destroy()
})

test('[HB9] health, readiness with reasons, and durations by route pattern', async () => {
  const metrics = createPrometheusMetrics({
    gauges: [
      { name: 'lamps_lit', help: 'How many shine.', read: () => 3 },
      {
        name: 'lamps_kept',
        help: 'By colour.',
        labelNames: ['colour'],
        read: async () => [{ labels: { colour: 'red' }, value: 2 }],
      },
    ],
  })
  const checks = [
    { name: 'oil', isReady: false, reason: 'empty' },
    { name: 'wick', isReady: true, reason: null },
  ]
  const { app, border, fast } = createLampApp({ metrics, readiness: () => checks })
  await using server = await serve(app, { ...LOCAL, border, textRoutes: [fast] })
  equal(await (await fetch(`${server.url}/healthz`)).text(), 'ok\n')
  const ready = await fetch(`${server.url}/readyz`)
  equal(ready.status, 503)
  deepEqual(await ready.json(), { isReady: false, checks })
  await fetch(`${server.url}/v1/lamps/moon?watts=7`)
  await postJson(`${server.url}/v1/fast-lamps`, { name: 'moon', watts: 5 })
  const text = await (await fetch(`${server.url}/metrics`)).text()
  match(text, /^lamps_lit 3$/m)
  match(text, /^lamps_kept\{colour="red"\} 2$/m)
  match(text, /duration_seconds_count\{method="GET",route="\/v1\/lamps\/:name",status="200"\} 1/)
  match(text, /duration_seconds_count\{method="POST",route="\/v1\/fast-lamps",status="201"\} 1/)
  equal((await createLampApp().app.request('/metrics')).status, 404)
})

test('[HB10] a line names the route and nobody', async () => {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  const log = createPinoLog({ name: 'lamps', level: 'debug', destination })
  const { app } = createLampApp({ log })
  const headers = { authorization: 'Bearer hunter2', 'nightmarket-buyer': 'ann' }
  await app.request('/v1/lamps/ann?watts=7', { headers })
  const [line = ''] = lines
  const record = JSON.parse(line) as Record<string, unknown>
  equal(record['route'], '/v1/lamps/:name')
  equal(record['status'], 200)
  ok(!/hunter2|ann|watts/.test(line), line)
  lines.length = 0
  const quiet = createPinoLog({ name: 'lamps', level: 'nonsense', destination })
  await createLampApp({ log: quiet }).app.request('/v1/lamps/ann')
  deepEqual(lines, [])
})

async function postJson(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function describeAnswer(url: string, body: string) {
  const headers = { 'content-type': 'application/json', 'x-asked': 'yes' }
  const response = await fetch(url, { method: 'POST', headers, body })
  const kept = [...response.headers].filter(
    ([name]) => !/^(date|connection|keep-alive|transfer-encoding|content-length)$/.test(name),
  )
  return { status: response.status, headers: Object.fromEntries(kept), body: await response.text() }
}
