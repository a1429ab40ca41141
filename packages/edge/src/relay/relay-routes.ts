import { createValidate, describe, documentBody, isJsonType, readText } from '@nightmarket/http'
import {
  BUYER_PATHS,
  CERTIFICATE_PATH,
  ENROL_PATH,
  EXCHANGE_PAGE_BYTES_MAX,
  EXCHANGE_PATH,
  FEED_WAIT_PATH,
  MARKET_PATH,
  NODE_HEADER,
  OPERATORS_PATH,
  SIGNATURE_HEADER,
  TILL_PATHS,
} from '@nightmarket/sync'
import { Hono, type Context } from 'hono'
import { z } from 'zod'

import type { EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS } from '../edge-problem.ts'
import { callParent, type RelayLimits } from './call-parent.ts'

const TAG = 'Tills to the core'

/** What crosses this hop besides the body: the rest belongs to one connection, or to nobody. */
const REQUEST_HEADERS = [NODE_HEADER, SIGNATURE_HEADER, 'content-type'] as const

/** The longest exchange taken: what the core takes itself. */
export const RELAY_BYTES_MAX = 2 * EXCHANGE_PAGE_BYTES_MAX

/** The longest request of a device that nobody knows yet. */
const ENROL_BYTES_MAX = 4_096

/** The longest receipt that a till brings in. */
const RESTORE_BYTES_MAX = 256 * 1024

/** How many calls of each kind may be under way: a till sends one exchange at a time. */
export const RELAY_EXCHANGES_MAX = 64
/** How many tills may wait for their feeds; the answer to one more is to ask by heartbeat. */
export const RELAY_WAITS_MAX = 1_000

/** Longer than a till's own patience for an exchange would be of no use to it. */
const EXCHANGE_MS = 15_000
/** The core keeps a child for 25 s. */
const WAIT_MS = 35_000

/**
 * Carry what tills and the core say to each other, as it is. [S3]
 *
 * The edge is a wire here: it checks no signature, keeps nothing and answers for nobody. What it
 * may not do is stay silent, take more than it can carry, or pass its own credentials on.
 *
 * - [RY1] Method, path, body and a till's two signature headers cross unchanged; so do the core's
 *   status, media type and body. No other header does.
 * - [RY2] Without a core in reach the answer is `uplink_down`, which a till takes for what it is.
 * - [RY3] Bodies, calls under way and their durations are bounded.
 */
export function relayRoutes(deps: Pick<EdgeDeps, 'parent' | 'setTimer' | 'closing'>) {
  const exchanges = limitsOf(deps, RELAY_EXCHANGES_MAX, EXCHANGE_MS)
  const waits = limitsOf(deps, RELAY_WAITS_MAX, WAIT_MS)
  const asks = limitsOf(deps, RELAY_EXCHANGES_MAX, EXCHANGE_MS)
  const validate = createValidate(EDGE_PROBLEMS)
  const relay = (limits: RelayLimits, bytesMax: number) => (c: Context) =>
    relayTo(deps.parent, c, { ...limits, bytesMax })
  return new Hono()
    .post(ENROL_PATH, described('Become a node'), documentBody(z.looseObject({})), (c) =>
      relay(asks, ENROL_BYTES_MAX)(c),
    )
    .post(EXCHANGE_PATH, described('Journal up, feed down', 'node'), (c) =>
      relay(exchanges, RELAY_BYTES_MAX)(c),
    )
    .get(
      FEED_WAIT_PATH,
      described('Wait for a decision', 'node'),
      validate('query', z.strictObject({ after: z.coerce.number().int().min(0) })),
      (c) => relay(waits, 0)(c),
    )
    .get(CERTIFICATE_PATH, described('A node’s own certificate', 'node'), (c) => relay(asks, 0)(c))
    .get(OPERATORS_PATH, described('Who works at tills', 'node'), (c) => relay(asks, 0)(c))
    .get(TILL_PATHS.holdings, described('What a till holds by the books', 'node'), (c) =>
      relay(asks, 0)(c),
    )
    .post(
      TILL_PATHS.restore,
      described('Book a sale of a lost till from its receipt', 'node'),
      documentBody(z.looseObject({})),
      (c) => relay(asks, RESTORE_BYTES_MAX)(c),
    )
    .post(
      BUYER_PATHS.aid,
      described('What a buyer whose order went wrong may count on', 'node'),
      documentBody(z.looseObject({})),
      (c) => relay(asks, ENROL_BYTES_MAX)(c),
    )
    .get(MARKET_PATH, described('Whose books these are'), (c) => relay(asks, 0)(c))
}

function described(summary: string, security?: 'node') {
  return describe(EDGE_PROBLEMS, {
    summary,
    description: 'Carried to the core and back, as it is. The core’s reference says what it means.',
    tag: TAG,
    ...(security === undefined ? {} : { security }),
    answers: { 200: { description: 'What the core says.', schema: z.looseObject({}) } },
    problems: ['uplink_down', 'body_too_large'],
  })
}

function limitsOf(
  { setTimer, closing }: Pick<EdgeDeps, 'setTimer' | 'closing'>,
  callsMax: number,
  durationMs: number,
): RelayLimits {
  return { callsMax, durationMs, setTimer, closing: closing ?? null, underWay: { count: 0 } }
}

async function relayTo(
  parent: EdgeDeps['parent'],
  c: Context,
  limits: RelayLimits & { readonly bytesMax: number },
): Promise<Response> {
  if (parent === null) return down('This edge has no core.')
  const text = await readText(c.req.raw, limits.bytesMax)
  if (!text.ok) return EDGE_PROBLEMS.respond(text.error)
  const { pathname, search } = new URL(c.req.url)
  const { method } = c.req
  const headers = REQUEST_HEADERS.flatMap((name) => {
    const value = c.req.header(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const body = method === 'GET' ? {} : { body: text.value }
  const init = { method, headers: Object.fromEntries(headers), ...body }
  const called = await callParent(limits, c.req.raw.signal, (signal) =>
    parent(pathname + search, { ...init, signal }),
  )
  return 'answer' in called ? passOn(called.answer) : down(called.detail)
}

/** Only what the core itself would say goes on: a proxy’s error page is no answer of a parent. */
function passOn(answer: Response): Response {
  const contentType = answer.headers.get('content-type')
  if (!isJsonType(contentType)) return down(`The core answered ${answer.status} without JSON.`)
  return new Response(answer.body, {
    status: answer.status,
    headers: { 'Content-Type': contentType ?? '', 'Cache-Control': 'no-store' },
  })
}

function down(detail: string): Response {
  return EDGE_PROBLEMS.respond({ code: 'uplink_down', detail } as const, { 'Retry-After': '1' })
}
