import { Hono } from 'hono'

import type { OriginFinder } from './origin-finder.ts'
import { PullCache, type Pulled } from './pull-cache.ts'

/** What an edge without an encoder gives on: the stream, and the words of the show. */
const PATHS = ['/media/live/*', '/media/captions/*', '/v1/captions/cues']

/** Longer than an origin keeps a question waiting. */
const PATIENCE_MS = 15_000

/** The largest answer that is taken: a long segment at a high rate. */
const BYTES_MAX = 32 * 2 ** 20

/** When to ask again while the origin is away, in seconds. */
const RETRY_SECONDS = '1'

/**
 * The picture of another edge, for viewers of this one: each part is fetched once however many
 * want it, and questions that wait are asked once. Nothing is here while there is no origin: mount
 * it before what is this edge's own. [PU1, PU2]
 */
export function pullRoutes(finder: Pick<OriginFinder, 'origin' | 'look'>): Hono {
  const cache = new PullCache(() => performance.now())
  const app = new Hono()
  for (const path of PATHS) {
    app.get(path, async (c, next) => {
      const { origin } = finder
      if (origin === null) return next()
      const { pathname, search } = new URL(c.req.url)
      const address = origin + pathname + search
      try {
        const pulled = await cache.get(address, () => pull(address))
        return answer(pulled)
      } catch {
        void finder.look()
        const headers = { 'Retry-After': RETRY_SECONDS, 'Cache-Control': 'no-store' }
        return c.text('The picture is lost; it comes back by itself.\n', 503, headers)
      }
    })
  }
  return app
}

async function pull(address: string): Promise<Pulled> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const response = await fetch(address, { signal, redirect: 'error' })
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > BYTES_MAX) throw new Error(`${address} is larger than ${BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? 'application/octet-stream',
    cacheControl: response.headers.get('cache-control') ?? 'no-store',
    bytes: new Uint8Array(Buffer.concat(chunks)),
  }
}

function answer({ status, contentType, cacheControl, bytes }: Pulled): Response {
  const headers = { 'Content-Type': contentType, 'Cache-Control': cacheControl }
  return new Response(bytes, { status, headers })
}
