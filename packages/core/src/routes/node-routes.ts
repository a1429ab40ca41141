import { CACHE, createValidate, describe, documentBody, parseJson } from '@nightmarket/http'
import type { NodeCertificate } from '@nightmarket/kernel'
import {
  CERTIFICATE_PATH,
  ENROL_PATH,
  EXCHANGE_PATH,
  FEED_WAIT_PATH,
  MARKET_PATH,
  type ExchangeResponse,
} from '@nightmarket/sync'
import { Hono } from 'hono'
import { z } from 'zod'

import { awaitFeed } from '../feed/await-feed.ts'
import { receiveExchange } from '../journal/receive-exchange.ts'
import { findMarket } from '../market/found-market.ts'
import { enrolNode, findNode } from '../node/enrol-node.ts'
import { BODY_CODES, CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { edgeAddressRoutes } from './edge-address-routes.ts'
import { exchangeRequest, exchangeResponse } from './exchange-schema.ts'
import { atMs, nodeIdSchema } from './id-schema.ts'
import { readSigned } from './node-guard.ts'

/** The longest exchange taken: a thousand entries of a few kilobytes each. */
export const EXCHANGE_BYTES_MAX = 8 * 1024 * 1024

/** How long a node is kept waiting for its feed. */
export const FEED_WAIT_MS = 25_000

const TAG = 'Nodes to the core'

const SIGNATURE_CODES = [
  'signature_missing',
  'signature_malformed',
  'signature_invalid',
  'node_unknown',
  'node_revoked',
  'epoch_retired',
] as const

const certificateSchema = z
  .looseObject({
    nodeId: nodeIdSchema,
    epoch: z.int(),
    kind: z.enum(['edge', 'till', 'core']),
    publicKey: z.string(),
    issuedAtMs: atMs('When it was issued.'),
    signature: z.string(),
  })
  .meta({ ref: 'NodeCertificate', description: 'The market’s word for a node’s key.' })

const enrolledSchema = z
  .strictObject({
    nodeId: nodeIdSchema,
    epoch: z.int(),
    certificate: certificateSchema,
    marketPublicKey: z.string().meta({ description: 'Ed25519, raw, base64.' }),
  })
  .meta({ ref: 'Enrolled' })

const enrolRequest = z
  .strictObject({
    code: z
      .string()
      .min(1)
      .max(64)
      .meta({ examples: ['7KQ4-M2ZD-9XVB'] }),
    publicKey: z.string().max(64).meta({ description: 'Ed25519, raw 32 bytes as base64.' }),
    name: z
      .string()
      .min(1)
      .max(80)
      .optional()
      .meta({ examples: ['north gate'] }),
  })
  .meta({ ref: 'EnrolRequest' })

/** What nodes ask of the core: to be one, to sync, to wait for decisions. */
export function nodeRoutes(deps: CoreRoutesDeps) {
  return new Hono()
    .route('/', enrolRoutes(deps))
    .route('/', syncRoutes(deps))
    .route('/', edgeAddressRoutes(deps))
}

function enrolRoutes({ core }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  return new Hono()
    .post(
      ENROL_PATH,
      describe(CORE_PROBLEMS, {
        summary: 'Become a node',
        description: 'With a one-time code. The same device repeating itself gets the same answer.',
        tag: TAG,
        answers: { 201: { description: 'Name, epoch and certificate.', schema: enrolledSchema } },
        problems: [
          'enrolment_code_invalid',
          'enrolment_code_unknown',
          'enrolment_code_used',
          'enrolment_code_expired',
          'public_key_invalid',
          'node_unknown',
          ...BODY_CODES,
        ],
      }),
      validate('json', enrolRequest),
      async (c) => {
        const { code, publicKey, name } = c.req.valid('json')
        const named = name === undefined ? {} : { name }
        const enrolled = await enrolNode(core, { code, publicKey, ...named })
        if (!enrolled.ok) return CORE_PROBLEMS.respond(enrolled.error)
        return c.json(enrolled.value, 201, { 'Cache-Control': CACHE.never })
      },
    )
    .get(
      MARKET_PATH,
      describe(CORE_PROBLEMS, {
        summary: 'Whose books these are',
        description: 'The key that receipts and certificates are checked with.',
        tag: TAG,
        answers: {
          200: {
            description: 'The market.',
            schema: z.strictObject({
              marketId: z.string(),
              publicKey: z.string(),
              currency: z.string().meta({ examples: ['EUR'] }),
              createdAtMs: atMs('When it was founded.'),
            }),
          },
        },
        problems: ['not_found'],
      }),
      async (c) => {
        const market = await findMarket(core.books)
        if (market === null) return CORE_PROBLEMS.respond({ code: 'not_found' })
        return c.json(market, 200)
      },
    )
}

function syncRoutes({ core, closing }: CoreRoutesDeps) {
  const feedHead = z.strictObject({ feedHead: z.int() }).meta({ ref: 'FeedHead' })
  const feedQuery = z.strictObject({ after: z.coerce.number().int().min(0) })
  const validate = createValidate(CORE_PROBLEMS)
  return new Hono()
    .post(
      EXCHANGE_PATH,
      describe(CORE_PROBLEMS, {
        summary: 'Journal up, feed down',
        description: `Idempotent. At most ${EXCHANGE_BYTES_MAX / 1024 ** 2} MiB.`,
        tag: TAG,
        security: 'node',
        answers: { 200: { description: 'What the parent says.', schema: exchangeResponse } },
        problems: [
          ...SIGNATURE_CODES,
          'node_differs',
          'invalid_request',
          'malformed_json',
          'body_too_large',
        ],
      }),
      documentBody(exchangeRequest),
      async (c) => {
        const signed = await readSigned(core, c, EXCHANGE_BYTES_MAX)
        if (!signed.ok) return CORE_PROBLEMS.respond(signed.error)
        const parsed = parseJson(signed.value.body, exchangeRequest)
        if (!parsed.ok) return CORE_PROBLEMS.respond(parsed.error)
        const { nodeId, epoch } = signed.value
        if (parsed.value.nodeId !== nodeId || parsed.value.epoch !== epoch) {
          return CORE_PROBLEMS.respond({ code: 'node_differs' })
        }
        const answer: ExchangeResponse = await receiveExchange(core, parsed.value)
        return c.json(answer as object, 200, { 'Cache-Control': CACHE.never })
      },
    )
    .get(
      FEED_WAIT_PATH,
      describe(CORE_PROBLEMS, {
        summary: 'Wait for a decision',
        description: `Answers when the feed passes \`after\`, or after ${FEED_WAIT_MS} ms.`,
        tag: TAG,
        security: 'node',
        answers: { 200: { description: 'Where the feed ends.', schema: feedHead } },
        problems: [...SIGNATURE_CODES, 'invalid_request'],
      }),
      validate('query', feedQuery),
      async (c) => {
        const signed = await readSigned(core, c, 0)
        if (!signed.ok) return CORE_PROBLEMS.respond(signed.error)
        const { nodeId } = signed.value
        const { after } = c.req.valid('query')
        const ended = closing === undefined ? [] : [closing]
        const signal = AbortSignal.any([c.req.raw.signal, ...ended])
        const head = await awaitFeed(core, { nodeId, after, timeoutMs: FEED_WAIT_MS }, signal)
        return c.json({ feedHead: head }, 200, { 'Cache-Control': CACHE.never })
      },
    )
    .get(
      CERTIFICATE_PATH,
      describe(CORE_PROBLEMS, {
        summary: 'A node’s own certificate',
        tag: TAG,
        security: 'node',
        answers: { 200: { description: 'As it was enrolled.', schema: enrolledSchema } },
        problems: [...SIGNATURE_CODES],
      }),
      async (c) => {
        const signed = await readSigned(core, c, 0)
        if (!signed.ok) return CORE_PROBLEMS.respond(signed.error)
        const { nodeId, epoch } = signed.value
        const node = await core.books.read('certificate', (trx) => findNode(trx, nodeId))
        if (node === undefined) return CORE_PROBLEMS.respond({ code: 'node_unknown' })
        const certificate = JSON.parse(node.certificate) as NodeCertificate
        const marketPublicKey = core.marketKey.publicKey
        return c.json({ nodeId, epoch, certificate, marketPublicKey }, 200)
      },
    )
}
