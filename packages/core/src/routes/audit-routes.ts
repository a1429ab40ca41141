import { describe } from '@nightmarket/http'
import { Hono } from 'hono'
import { z } from 'zod'

import { auditBooks } from '../audit/audit-books.ts'
import type { AuditCheck } from '../audit/audit-check.ts'
import { CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'

/** One JSON object per line, as each check ends. */
export const NDJSON_TYPE = 'application/x-ndjson'

const auditAnswer = z
  .strictObject({
    isSound: z.boolean(),
    checks: z.array(
      z
        .strictObject({
          id: z.string().meta({ examples: ['ledger_balanced'] }),
          covered: z.record(z.string(), z.int()),
          violations: z.array(z.strictObject({ subject: z.string(), problem: z.string() })),
          violationCount: z.int(),
        })
        .meta({ ref: 'AuditCheck' }),
    ),
  })
  .meta({ ref: 'Audit' })

/** `POST /v1/audit`: walk all of the books. */
export function auditRoutes({ core, admin }: CoreRoutesDeps) {
  return new Hono().post(
    '/v1/audit',
    describe(CORE_PROBLEMS, {
      summary: 'Walk all journals and books',
      description:
        'Answers when every check has ended; with `Accept: application/x-ndjson` each check is ' +
        'sent as a line as soon as it has.',
      tag: 'Audit',
      security: 'bearer',
      answers: {
        200: { description: 'Every check, and what does not hold.', schema: auditAnswer },
      },
      problems: ['unauthorized', 'books_unavailable'],
    }),
    admin,
    async (c) => {
      if (c.req.header('accept')?.includes(NDJSON_TYPE) === true) {
        const body = linesOf(auditBooks(core))
        return c.body(body, 200, { 'Content-Type': NDJSON_TYPE }) as never
      }
      const checks: AuditCheck[] = []
      for await (const check of auditBooks(core)) checks.push(check)
      const isSound = checks.every((check) => check.violationCount === 0)
      return c.json({ isSound, checks }, 200)
    },
  )
}

/** Reads the next check only when somebody wants its line. */
function linesOf(checks: AsyncGenerator<AuditCheck>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const next = await checks.next()
      if (next.done === true) return controller.close()
      controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`))
    },
    async cancel() {
      await checks.return(undefined)
    },
  })
}
