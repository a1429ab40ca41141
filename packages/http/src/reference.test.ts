import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'

import type { ApiDocument } from './reference/document.ts'
import { createLampApp, digest } from './testing.ts'
import { bearerToken, isBearer, isTextEqual } from './bearer.ts'
import { matchesTag } from './cache.ts'

const { app } = createLampApp()

test('[HB6] the document is OpenAPI 3.1 and has every route with its schemas', async () => {
  const document = (await (await app.request('/openapi.json')).json()) as ApiDocument & {
    openapi: string
  }
  match(document.openapi, /^3\.1\./)
  deepEqual(Object.keys(document.paths).toSorted(), [
    '/healthz',
    '/metrics',
    '/readyz',
    '/v1/fast-lamps',
    '/v1/lamps',
    '/v1/lamps/{name}',
  ])
  const light = document.paths['/v1/lamps']?.post
  equal(
    light?.requestBody?.content['application/json']?.schema?.$ref,
    '#/components/schemas/LampRequest',
  )
  deepEqual(Object.keys(light?.responses ?? {}), ['201', '400', '409', '422'])
  const { properties } = document.components?.schemas?.['LampRequest'] ?? {}
  equal(properties?.['watts']?.maximum, 100)
})

test('[HB7] the page shows routes, fields and codes, and asks nobody for anything', async () => {
  const response = await app.request('/reference')
  equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
  const page = await response.text()
  for (const text of ['Light a lamp', '/v1/lamps/<em>{name}</em>', 'at most 100', 'sold_out']) {
    ok(page.includes(text), text)
  }
  ok(page.includes('With a <code>name</code> &amp; &lt;watts&gt;.'))
  doesNotMatch(page, /<script|https?:\/\/|style="|onclick/)
  const style = await app.request('/reference.css')
  equal(style.headers.get('content-type'), 'text/css; charset=utf-8')
  doesNotMatch(await style.text(), /url\(|@import/)
})

test('[HB7] every code has its page, and there are no others', async () => {
  const page = await (await app.request('/problems/sold_out')).text()
  ok(page.includes('Come <code>earlier</code> &amp; &lt;often&gt;.'))
  equal((await app.request('/problems/internal')).status, 200)
  equal((await app.request('/problems/toString')).status, 404)
  equal((await app.request('/problems/nothing')).status, 404)
})

test('[HB8] pages may load our style sheet and nothing more', async () => {
  const policy = (await app.request('/reference')).headers.get('content-security-policy') ?? ''
  match(policy, /default-src 'none'; style-src 'self'/)
  doesNotMatch(policy, /unsafe|script-src|\*/)
})

test('[HB11] what may be cached has a tag, and whoever has it already is told so', async () => {
  const first = await app.request('/openapi.json')
  const etag = first.headers.get('etag') ?? ''
  match(etag, /^"[0-9a-f]{32}"$/)
  const again = await app.request('/openapi.json', { headers: { 'if-none-match': `W/${etag}` } })
  equal(again.status, 304)
  equal(await again.text(), '')
  equal(again.headers.get('etag'), etag)
  equal(matchesTag('"a", W/"b"', '"b"'), true)
  equal(matchesTag('*', '"b"'), true)
  equal(matchesTag('"a"', '"b"'), false)
  equal(matchesTag(null, '"b"'), false)
})

test('[HB12] a bearer token is known by its hash', () => {
  const hash = digest(new TextEncoder().encode('secret-1')).toHex()
  equal(isBearer('Bearer secret-1', hash, digest), true)
  equal(isBearer('bearer  secret-1', hash, digest), true)
  for (const header of ['Bearer secret-2', 'Basic secret-1', 'Bearer ', '', null, undefined]) {
    equal(isBearer(header, hash, digest), false, String(header))
  }
  equal(bearerToken(`Bearer ${'x'.repeat(513)}`), null)
  equal(isTextEqual('abc', 'abd'), false)
  equal(isTextEqual('abc', 'ab'), false)
  equal(isTextEqual('', ''), true)
})
