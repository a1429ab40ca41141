import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { AssertionError } from '@nightmarket/kernel'

import { BODY_BYTES_MAX, FIELD_ERRORS_MAX } from './body.ts'
import { BORDER_PROBLEMS } from './problem.ts'
import { createLampApp } from './testing.ts'

const { app } = createLampApp()

test('[HB1] a refusal is a problem document with its facts as members', async () => {
  const response = await post('/v1/lamps', { name: 'none', watts: 5 })
  equal(response.headers.get('content-type'), 'application/problem+json')
  equal(response.status, 409)
  deepEqual(await response.json(), {
    type: '/problems/sold_out',
    title: 'Nothing is left.',
    status: 409,
    code: 'sold_out',
    left: 0,
  })
})

test('[HB2] text that is not JSON is told apart from JSON that does not fit', async () => {
  for (const body of ['', '  ', '{', '{"name":', 'lamp', '{"name":"a",}']) {
    const response = await post('/v1/lamps', body)
    equal(response.status, 400, body)
    equal((await problemOf(response))['code'], 'malformed_json')
  }
})

test('[HB2] each wrong field is named by its path, and never with its value', async () => {
  const cases: readonly (readonly [unknown, readonly string[]])[] = [
    [{ name: 'moon', watts: 0.5 }, ['watts']],
    [{ name: 'moon', watts: -1 }, ['watts']],
    [{ name: 'moon', watts: '5' }, ['watts']],
    [{ name: '', watts: 101 }, ['name', 'watts']],
    [{ name: 'hunter2'.repeat(9), watts: 5 }, ['name']],
    [{ watts: 5 }, ['name']],
    [{ name: 'moon', watts: 5, colour: 1 }, ['']],
    [[], ['']],
    [null, ['']],
    ['"moon"', ['']],
  ]
  for (const [body, paths] of cases) {
    const response = await post('/v1/lamps', body)
    equal(response.status, 422)
    const text = await response.text()
    const { code, errors } = JSON.parse(text) as { code: string; errors: { path: string }[] }
    equal(code, 'invalid_request')
    deepEqual(
      errors.map(({ path }) => path),
      paths,
      text,
    )
    doesNotMatch(text, /hunter2/)
  }
})

test('[HB2] many wrong fields are not all told', async () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, 1]))
  const { errors } = await problemOf(await post('/v1/lamps', many))
  ok((errors as unknown[]).length <= FIELD_ERRORS_MAX)
})

test('[HB2] parts of the address are checked like bodies', async () => {
  equal((await app.request('/v1/lamps/moon?watts=7')).status, 200)
  deepEqual(await (await app.request('/v1/lamps/moon')).json(), { name: 'moon', watts: 5 })
  for (const path of [
    '/v1/lamps/moon?watts=many',
    '/v1/lamps/moon?volts=1',
    `/v1/lamps/${'m'.repeat(21)}`,
  ]) {
    equal((await app.request(path)).status, 422, path)
  }
})

test('[HB3] a long body is refused with the limit, announced or not', async () => {
  const long = JSON.stringify({ name: 'x'.repeat(BODY_BYTES_MAX), watts: 5 })
  const headers = { 'content-type': 'application/json' }
  const announced = { ...headers, 'content-length': String(long.length) }
  const chunks = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('x'.repeat(10_000)))
    },
  })
  const requests = [
    new Request('http://lamps/v1/lamps', { method: 'POST', headers: announced, body: long }),
    new Request('http://lamps/v1/lamps', { method: 'POST', headers, body: chunks, duplex: 'half' }),
  ]
  for (const request of requests) {
    const response = await app.fetch(request)
    equal(response.status, 413)
    equal((await problemOf(response))['bodyBytesMax'], BODY_BYTES_MAX)
  }
})

test('[HB4] a wrong kind of body, address or method is told apart', async () => {
  const text = await app.request('/v1/lamps', { method: 'POST', body: 'name=moon' })
  equal(text.status, 415)
  equal((await problemOf(text))['accepted'], 'application/json')
  const typed = { 'content-type': 'application/vnd.lamp+json; charset=utf-8' }
  const body = JSON.stringify({ name: 'moon', watts: 5 })
  equal((await app.request('/v1/lamps', { method: 'POST', headers: typed, body })).status, 201)
  equal((await app.request('/v1/candles')).status, 404)
  for (const method of ['GET', 'DELETE', 'PUT', 'OPTIONS']) {
    const response = await app.request('/v1/lamps', { method })
    equal(response.status, 405, method)
    equal(response.headers.get('allow'), 'POST')
  }
  equal((await app.request('/v1/lamps/moon', { method: 'POST' })).headers.get('allow'), 'GET, HEAD')
})

test('[HB5] an unexpected error is logged, and answered without its insides', async () => {
  const logged: object[] = []
  const log = { ...silent, error: (facts: object) => logged.push(facts) }
  const response = await post('/v1/lamps', { name: 'broken', watts: 5 }, createLampApp({ log }).app)
  equal(response.status, 500)
  const text = await response.text()
  doesNotMatch(text, /wire|loose|at /)
  equal((JSON.parse(text) as { code: string }).code, 'internal')
  const [facts] = logged as { err: Error; route: string }[]
  equal(facts?.err.message, 'the wire is loose')
  equal(facts?.route, '/v1/lamps')
})

test('[HB5] a fault that the app knows is temporary, a defect is told to the host', async () => {
  const away = await post('/v1/lamps', { name: 'away', watts: 5 })
  equal(away.status, 503)
  equal(away.headers.get('retry-after'), '1')
  const defects: unknown[] = []
  const { border } = createLampApp({ onDefect: (error) => defects.push(error) })
  const defect = new AssertionError('broken')
  equal(border.fault(defect, { method: 'GET', route: '/' }).status, 500)
  deepEqual(defects, [defect])
})

test('[HB8] every answer carries the security headers', async () => {
  for (const path of ['/v1/lamps/moon', '/v1/candles', '/healthz', '/openapi.json', '/reference']) {
    const { headers } = await app.request(path)
    equal(headers.get('x-content-type-options'), 'nosniff', path)
    equal(headers.get('x-frame-options'), 'DENY', path)
    equal(headers.get('referrer-policy'), 'no-referrer', path)
    match(headers.get('content-security-policy') ?? '', /^default-src 'none'/, path)
  }
})

test('[HB1] the border’s own codes have a sentence and a way out', () => {
  for (const [code, row] of Object.entries(BORDER_PROBLEMS)) {
    match(row.title, /\.$/, code)
    match(row.help, /\.$/, code)
  }
})

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

async function post(path: string, body: unknown, to = app): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const headers = { 'content-type': 'application/json' }
  return to.request(path, { method: 'POST', headers, body: text })
}

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>
}
