import { CACHE, describe, type TextRoute } from '@nightmarket/http'
import { Hono, type MiddlewareHandler } from 'hono'
import { z } from 'zod'

import { BUYER_HEADER, type EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS } from '../edge-problem.ts'

const TAG = 'Show'

type Deps = Pick<EdgeDeps, 'stall' | 'siblings'>

const edges = z
  .strictObject({
    nodeId: z.string().meta({ description: 'This edge.', examples: ['edge-1'] }),
    edges: z.array(
      z.strictObject({
        nodeId: z.string().meta({ examples: ['edge-2'] }),
        url: z.string().meta({ examples: ['https://north.example'] }),
      }),
    ),
  })
  .meta({ ref: 'Edges' })

/**
 * What a page needs to choose its edge.
 *
 * - [SI1] An edge names every edge of its market that has an address, as its core last told it, and
 *   goes on doing so while the core is away.
 * - [SI2] A probe costs nothing and is never cached.
 */
export function siblingRoutes({ stall, siblings }: Deps) {
  return new Hono()
    .get(
      '/v1/edges',
      describe(EDGE_PROBLEMS, {
        summary: 'The edges of this market',
        description: 'For a page that looks for the quickest, or for another when one is away.',
        tag: TAG,
        answers: { 200: { description: 'Where they are.', schema: edges } },
        problems: [],
      }),
      (c) => {
        const known = { nodeId: stall.state.nodeId as string, edges: [...(siblings?.() ?? [])] }
        return c.json(known, 200, { 'Cache-Control': CACHE.brief })
      },
    )
    .get(
      '/v1/probe',
      describe(EDGE_PROBLEMS, {
        summary: 'How far away is this edge',
        description: 'A few bytes, for measuring the way.',
        tag: TAG,
        answers: { 200: { description: 'Here.', schema: z.strictObject({ ok: z.literal(true) }) } },
        problems: [],
      }),
      (c) => c.json({ ok: true as const }, 200, { 'Cache-Control': CACHE.never }),
    )
}

/** How long a browser remembers that a sibling may ask, in seconds. */
const PREFLIGHT_SECONDS = 600

/**
 * Let pages of sibling edges use the interface.
 *
 * - [SI3] Only an origin that is a sibling's own is allowed, never any other and never `*`; without
 *   cookies, so that nothing is done in a viewer's name.
 */
export function allowSiblings({ siblings }: Pick<EdgeDeps, 'siblings'>): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin')
    const isSibling =
      origin !== undefined && siblings?.().some(({ url }) => originOf(url) === origin)
    if (isSibling !== true) return next()
    const headers = { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' }
    if (c.req.method === 'OPTIONS') {
      return c.body(null, 204, {
        ...headers,
        'Access-Control-Allow-Methods': 'GET, POST, DELETE',
        'Access-Control-Allow-Headers': `content-type, ${BUYER_HEADER}`,
        'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
      })
    }
    await next()
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
    return undefined
  }
}

/** The same for a route that is answered straight from the socket. */
export function withSiblings(route: TextRoute, deps: Pick<EdgeDeps, 'siblings'>): TextRoute {
  const isSibling = (origin: string) =>
    deps.siblings?.().some(({ url }) => originOf(url) === origin) === true
  return {
    ...route,
    async handle(request) {
      const answer = await route.handle(request)
      const origin = request.header('origin')
      if (origin === null || !isSibling(origin)) return answer
      const headers = { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' }
      return { ...answer, headers: { ...answer.headers, ...headers } }
    },
  }
}

function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null
}
