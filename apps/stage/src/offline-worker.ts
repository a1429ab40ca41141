/**
 * Keeps the last page and what it loads, so that an order waiting to be sent can be seen, and goes
 * out, although the page was opened without a connection. Pages come from the network first.
 */
const worker = globalThis as unknown as WorkerScope
const CACHE = 'nightmarket-stage-1'

/** How long the network may take before the kept page is shown. */
const PATIENCE_MS = 4_000

interface WorkerScope {
  readonly location: Location
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
  addEventListener(type: string, listener: (event: WorkerEvent) => void): void
}

interface WorkerEvent {
  readonly request: Request
  respondWith(response: Promise<Response>): void
  waitUntil(work: Promise<unknown>): void
}

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname, search } = new URL(request.url)
  if (request.method !== 'GET' || origin !== worker.location.origin) return
  if (pathname.startsWith('/stage/')) event.respondWith(kept(request))
  else if (request.mode === 'navigate' && isPublic(pathname, search))
    event.respondWith(fresh(request))
})

/** Pages that are the same for everybody. Somebody's order is never kept by the worker. */
function isPublic(pathname: string, search: string): boolean {
  if (pathname === '/receipt') return search === ''
  return pathname === '/' || pathname.startsWith('/drops/')
}

/** A page that was kept in one form is shown in that one: `Vary` is about the network. */
const AS_KEPT = { ignoreVary: true } as const

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  return (await cache.match(request)) ?? fetchAndKeep(request, cache)
}

async function fresh(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  try {
    return await fetchAndKeep(request, cache, AbortSignal.timeout(PATIENCE_MS))
  } catch (error) {
    const found = (await cache.match(request, AS_KEPT)) ?? (await cache.match('/', AS_KEPT))
    if (found !== undefined) return found
    throw error
  }
}

async function fetchAndKeep(
  request: Request,
  cache: Cache,
  signal?: AbortSignal,
): Promise<Response> {
  const response = await fetch(request, signal === undefined ? {} : { signal })
  if (response.ok && !response.redirected) await cache.put(request, response.clone())
  return response
}
