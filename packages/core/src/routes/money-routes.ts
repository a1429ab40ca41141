import { createValidate, describe } from '@nightmarket/http'
import type { PayKey, RefundId } from '@nightmarket/kernel'
import { Hono } from 'hono'
import { z } from 'zod'

import { readBalances, readStatement, STATEMENT_LINES_MAX } from '../ledger/balances.ts'
import { listMismatches, MISMATCHES_MAX, resolveMismatch } from '../reconcile/mismatch-row.ts'
import { runReconciliation } from '../reconcile/run-reconciliation.ts'
import { closeDispute } from '../refund/close-dispute.ts'
import { payOutCash } from '../refund/pay-out-cash.ts'
import { BODY_CODES, CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { amountMinor, atMs, idSchema, limitSchema, reasonSchema } from './id-schema.ts'
import { mismatchSchema, viewMismatch } from './money-view.ts'

const TAG = 'Money'

/** Ids of payments, refunds and mismatches: some hold a processor's own. */
const moneyId = z.string().min(1).max(400)

/** What agrees, what does not, and what everybody is owed. */
export function moneyRoutes(deps: CoreRoutesDeps) {
  return new Hono()
    .route('/', mismatchRoutes(deps))
    .route('/', ledgerRoutes(deps))
    .route('/', handRoutes(deps))
}

function mismatchRoutes({ core, admin, wakePayments }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  const mismatches = z.strictObject({ mismatches: z.array(mismatchSchema) })
  const query = z.strictObject({
    open: z.enum(['true', 'false']).default('true'),
    limit: limitSchema(MISMATCHES_MAX),
  })
  const report = z
    .strictObject({
      listed: z.int().meta({ description: 'Charges that the processor listed.' }),
      opened: z.int(),
      closed: z.int(),
      refunded: z.int(),
      voided: z.int(),
      open: z.int(),
      processorFault: z.string().nullable(),
    })
    .meta({ ref: 'ReconciliationReport' })
  return new Hono()
    .get(
      '/v1/mismatches',
      describe(CORE_PROBLEMS, {
        summary: 'What does not agree',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'The most urgent first.', schema: mismatches } },
        problems: ['unauthorized', 'invalid_request'],
      }),
      admin,
      validate('query', query),
      async (c) => {
        const { open, limit } = c.req.valid('query')
        const rows = await listMismatches(core, { isOpen: open === 'true', limit })
        return c.json({ mismatches: rows.map(viewMismatch) }, 200)
      },
    )
    .post(
      '/v1/mismatches/:mismatchId/resolve',
      describe(CORE_PROBLEMS, {
        summary: 'Somebody has dealt with it',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'As it is closed now.', schema: mismatchSchema } },
        problems: ['unauthorized', 'mismatch_unknown', 'mismatch_closed', ...BODY_CODES],
      }),
      admin,
      validate('param', z.strictObject({ mismatchId: moneyId })),
      validate(
        'json',
        z.strictObject({ by: z.string().trim().min(1).max(80), note: reasonSchema }),
      ),
      async (c) => {
        const { by, note } = c.req.valid('json')
        const done = await resolveMismatch(core, c.req.valid('param').mismatchId, by, note)
        return done.ok ? c.json(viewMismatch(done.value), 200) : CORE_PROBLEMS.respond(done.error)
      },
    )
    .post(
      '/v1/reconcile',
      describe(CORE_PROBLEMS, {
        summary: 'Match journal, processor and stock now',
        description: 'The same pass that runs by itself. Safe to repeat.',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'What it found and did.', schema: report } },
        problems: ['unauthorized', 'books_unavailable'],
      }),
      admin,
      async (c) => {
        const done = await runReconciliation(core)
        wakePayments()
        return c.json(done, 200)
      },
    )
}

function ledgerRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  const balances = z.strictObject({
    balances: z.array(
      z
        .strictObject({
          account: z.string().meta({ examples: ['liability:party:host'] }),
          currency: z.string(),
          balanceMinor: amountMinor('Debits positive.'),
        })
        .meta({ ref: 'Balance' }),
    ),
  })
  const line = z
    .strictObject({
      entryId: z.string(),
      kind: z.string(),
      orderId: z.string().nullable(),
      atMs: atMs('When.'),
      amountMinor: amountMinor('Owed to the party when positive.'),
      currency: z.string(),
    })
    .meta({ ref: 'StatementLine' })
  const statement = z.strictObject({
    lines: z.array(line),
    next: z.string().nullable().meta({ description: 'The `after` of the next page.' }),
  })
  const query = z.strictObject({
    party: idSchema('party', 'host'),
    after: z
      .string()
      .regex(/^\d{1,16}\..{1,400}$/, 'From `next` of the page before.')
      .optional(),
    limit: limitSchema(STATEMENT_LINES_MAX),
  })
  return new Hono()
    .get(
      '/v1/ledger/balances',
      describe(CORE_PROBLEMS, {
        summary: 'Every account’s balance',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'By account and currency.', schema: balances } },
        problems: ['unauthorized'],
      }),
      admin,
      async (c) => c.json({ balances: [...(await readBalances(core))] }, 200),
    )
    .get(
      '/v1/ledger/statement',
      describe(CORE_PROBLEMS, {
        summary: 'What a party was credited and debited',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'A page, oldest first.', schema: statement } },
        problems: ['unauthorized', 'invalid_request'],
      }),
      admin,
      validate('query', query),
      async (c) => {
        const { party, after, limit } = c.req.valid('query')
        const page = { limit, ...(after === undefined ? {} : { after: lineOf(after) }) }
        const lines = [...(await readStatement(core, party, page))]
        const last = lines.length === limit ? lines.at(-1) : undefined
        const next = last === undefined ? null : `${last.atMs}.${last.entryId}`
        return c.json({ lines, next }, 200)
      },
    )
}

/** A page begins after a line, of which only its moment and its entry count. */
function lineOf(cursor: string) {
  const dot = cursor.indexOf('.')
  const place = { atMs: Number(cursor.slice(0, dot)), entryId: cursor.slice(dot + 1) }
  return { ...place, kind: '', orderId: null, amountMinor: 0, currency: '' }
}

function handRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  const disputeEnd = z.enum(['won', 'lost'])
  return new Hono()
    .post(
      '/v1/refunds/:refundId/pay-out',
      describe(CORE_PROBLEMS, {
        summary: 'Cash was handed back',
        tag: TAG,
        security: 'bearer',
        answers: { 204: { description: 'Booked, or booked before.' } },
        problems: ['unauthorized', 'refund_unknown', 'refund_not_owed', 'invalid_request'],
      }),
      admin,
      validate('param', z.strictObject({ refundId: moneyId })),
      async (c) => {
        const done = await payOutCash(core, c.req.valid('param').refundId as RefundId)
        return done.ok ? c.body(null, 204) : CORE_PROBLEMS.respond(done.error)
      },
    )
    .post(
      '/v1/payments/:payKey/dispute',
      describe(CORE_PROBLEMS, {
        summary: 'Book how a dispute ended',
        tag: TAG,
        security: 'bearer',
        answers: {
          200: { description: 'As booked.', schema: z.strictObject({ end: disputeEnd }) },
        },
        problems: [
          'unauthorized',
          'payment_unknown',
          'not_disputed',
          'dispute_closed',
          'disputed_over_captured',
          ...BODY_CODES,
        ],
      }),
      admin,
      validate('param', z.strictObject({ payKey: moneyId })),
      validate('json', z.strictObject({ end: disputeEnd })),
      async (c) => {
        const { payKey } = c.req.valid('param')
        const done = await closeDispute(core, payKey as PayKey, c.req.valid('json').end)
        return done.ok ? c.json({ end: done.value }, 200) : CORE_PROBLEMS.respond(done.error)
      },
    )
}
