import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'

import type { StageFile } from './page/stage-parts.ts'
import { tillRoutes } from './page/till-routes.ts'

function file(contentType: string, isImmutable: boolean): StageFile {
  const identity = new TextEncoder().encode('till')
  return { contentType, etag: '"1"', isImmutable, identity, brotli: null, gzip: null }
}

test('[TI1] the till is served under /till/ with a policy that lets in nobody else', async () => {
  const app = tillRoutes(
    new Map([
      ['index.html', file('text/html; charset=utf-8', false)],
      ['assets/index-1.js', file('text/javascript; charset=utf-8', true)],
    ]),
  )
  const page = await app.request('/till/')
  equal(page.status, 200)
  equal(await page.text(), 'till')
  const policy = page.headers.get('content-security-policy') ?? ''
  match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/)
  match(policy, /connect-src 'self';.*frame-ancestors 'none'$/)
  match(page.headers.get('cache-control') ?? '', /max-age=1,/)
  const script = await app.request('/till/assets/index-1.js')
  match(script.headers.get('cache-control') ?? '', /immutable/)
  equal((await app.request('/till/../secret')).status, 404)
  equal((await app.request('/till')).headers.get('location'), '/till/')
})
