import { CACHE, createValidate, describe } from '@nightmarket/http'
import { Hono } from 'hono'
import { z } from 'zod'

import { closeNode, listNodes, revokeNode } from '../node/close-node.ts'
import { createEnrolment } from '../node/enrol-node.ts'
import { writeOff } from '../stock/write-off.ts'
import { BODY_CODES, CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { atMs, idSchema, nodeIdSchema, reasonSchema, requestIdSchema } from './id-schema.ts'
import { JOURNAL_PAGE_MAX, readJournalPage } from './journal-page.ts'

const TAG = 'Nodes'

/** The longest that an enrolment code may be good. */
const ENROLMENT_MS_MAX = 7 * 24 * 3_600_000

const nodeParam = z.strictObject({ nodeId: nodeIdSchema })

const enrolmentRequest = z
  .strictObject({
    kind: z.enum(['edge', 'till']).default('edge'),
    name: z
      .string()
      .trim()
      .min(1)
      .max(80)
      .meta({ examples: ['north gate'] }),
    nodeId: nodeIdSchema
      .optional()
      .meta({ description: 'A known node whose storage was lost: it gets a new epoch.' }),
    ttlMs: z.int().min(60_000).max(ENROLMENT_MS_MAX).optional(),
  })
  .meta({ ref: 'EnrolmentRequest' })

const ticket = z
  .strictObject({
    code: z.string().meta({ description: 'Told once: only its hash is kept.' }),
    expiresAtMs: atMs('Its end.'),
  })
  .meta({ ref: 'EnrolmentTicket' })

const nodeList = z.strictObject({
  nodes: z.array(
    z
      .strictObject({
        nodeId: nodeIdSchema,
        kind: z.string().meta({ examples: ['edge'] }),
        name: z.string().meta({ examples: ['north gate'] }),
        epoch: z.int(),
        state: z.string().meta({ examples: ['active'] }),
        stateReason: z.string().nullable(),
        enrolledAtMs: atMs('When.'),
        seenAtMs: atMs('The last contact.').nullable(),
        clockSkewMs: z.int().nullable(),
        sequence: z.int().meta({ description: 'Entries of its journal in the books.' }),
        feedHead: z.int(),
        feedAcknowledged: z.int(),
        holds: z.int().meta({ description: 'Units that it has and has not sold.' }),
      })
      .meta({ ref: 'Node' }),
  ),
})

const writeOffRequest = z
  .strictObject({
    counted: z
      .array(
        z.strictObject({
          itemId: idSchema('item', 'night-owl-mug:blue'),
          quantity: z.int().min(0).max(1_000_000),
        }),
      )
      .max(10_000)
      .meta({ description: 'What a person counted; what is not named is 0.' }),
    requestId: requestIdSchema,
  })
  .meta({ ref: 'WriteOffRequest' })

const writeOffReport = z
  .strictObject({ leases: z.int(), unitsBack: z.int(), unitsWrittenOff: z.int() })
  .meta({ ref: 'WriteOffReport' })

const journalPage = z
  .strictObject({
    nodeId: nodeIdSchema,
    epoch: z.int(),
    entries: z.array(z.strictObject({ sequence: z.int(), hash: z.string(), text: z.string() })),
    next: z.int().nullable().meta({ description: 'Where the next page begins; null at the end.' }),
  })
  .meta({ ref: 'JournalPage' })

/** Enrolling nodes, watching them, and giving them up. */
export function nodeAdminRoutes(deps: CoreRoutesDeps) {
  return new Hono()
    .route('/', enrolmentRoutes(deps))
    .route('/', endRoutes(deps))
    .route('/', journalRoutes(deps))
}

function enrolmentRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  return new Hono()
    .post(
      '/v1/enrolments',
      describe(CORE_PROBLEMS, {
        summary: 'Make an enrolment code',
        tag: TAG,
        security: 'bearer',
        answers: { 201: { description: 'The code, told once.', schema: ticket } },
        problems: ['unauthorized', 'node_unknown', ...BODY_CODES],
      }),
      admin,
      validate('json', enrolmentRequest),
      async (c) => {
        const { kind, name, nodeId, ttlMs } = c.req.valid('json')
        const made = await createEnrolment(core, {
          kind,
          name,
          ...(nodeId === undefined ? {} : { nodeId }),
          ...(ttlMs === undefined ? {} : { ttlMs }),
        })
        if (!made.ok) return CORE_PROBLEMS.respond(made.error)
        return c.json(made.value, 201, { 'Cache-Control': CACHE.never })
      },
    )
    .get(
      '/v1/nodes',
      describe(CORE_PROBLEMS, {
        summary: 'List nodes',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'By name.', schema: nodeList } },
        problems: ['unauthorized'],
      }),
      admin,
      async (c) => c.json({ nodes: [...(await listNodes(core))] }, 200),
    )
}

function endRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  const done = { 204: { description: 'Done, or done before.' } }
  return new Hono()
    .post(
      '/v1/nodes/:nodeId/revoke',
      describe(CORE_PROBLEMS, {
        summary: 'Refuse a node from now on',
        description: 'Its leases wait for a write-off.',
        tag: TAG,
        security: 'bearer',
        answers: done,
        problems: ['unauthorized', 'node_unknown', ...BODY_CODES],
      }),
      admin,
      validate('param', nodeParam),
      validate('json', z.strictObject({ reason: reasonSchema })),
      async (c) => {
        const { reason } = c.req.valid('json')
        const revoked = await revokeNode(core, c.req.valid('param').nodeId, reason)
        return revoked.ok ? c.body(null, 204) : CORE_PROBLEMS.respond(revoked.error)
      },
    )
    .post(
      '/v1/nodes/:nodeId/close',
      describe(CORE_PROBLEMS, {
        summary: 'Ask a node to finish',
        description: 'It gives back what is unsold and says its last word.',
        tag: TAG,
        security: 'bearer',
        answers: done,
        problems: ['unauthorized', 'node_unknown', 'node_not_active'],
      }),
      admin,
      validate('param', nodeParam),
      async (c) => {
        const closed = await closeNode(core, c.req.valid('param').nodeId)
        return closed.ok ? c.body(null, 204) : CORE_PROBLEMS.respond(closed.error)
      },
    )
    .post(
      '/v1/nodes/:nodeId/write-off',
      describe(CORE_PROBLEMS, {
        summary: 'Give up on a lost node’s units',
        description: 'What was counted is free again; the rest is contested from now on.',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'What it came to.', schema: writeOffReport } },
        problems: [
          'unauthorized',
          'nothing_outstanding',
          'counted_over_outstanding',
          'idempotency_key_reused',
          ...BODY_CODES,
        ],
      }),
      admin,
      validate('param', nodeParam),
      validate('json', writeOffRequest),
      async (c) => {
        const { nodeId } = c.req.valid('param')
        const written = await writeOff(core, { nodeId, ...c.req.valid('json') })
        return written.ok ? c.json(written.value, 200) : CORE_PROBLEMS.respond(written.error)
      },
    )
}

function journalRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  const query = z.strictObject({
    epoch: z.coerce.number().int().min(1).optional(),
    after: z.coerce.number().int().min(0).default(0),
    limit: z.coerce.number().int().min(1).max(JOURNAL_PAGE_MAX).default(JOURNAL_PAGE_MAX),
  })
  return new Hono().get(
    '/v1/journal/:nodeId',
    describe(CORE_PROBLEMS, {
      summary: 'A node’s journal as the books have it',
      description: 'Of the present epoch, or of the one asked for; oldest first.',
      tag: TAG,
      security: 'bearer',
      answers: { 200: { description: 'A page.', schema: journalPage } },
      problems: ['unauthorized', 'node_unknown', 'invalid_request'],
    }),
    admin,
    validate('param', nodeParam),
    validate('query', query),
    async (c) => {
      const { nodeId } = c.req.valid('param')
      const { epoch, after, limit } = c.req.valid('query')
      const page = await readJournalPage(core, { nodeId, epoch: epoch ?? null, after, limit })
      if (page === null) return CORE_PROBLEMS.respond({ code: 'node_unknown' })
      return c.json(page, 200)
    },
  )
}
