import { Hono } from 'hono'
import { z } from 'zod'

import { CACHE } from './cache.ts'
import type { Metrics } from './observe.ts'
import type { Problems } from './problem.ts'
import { describe } from './route-description.ts'

/** One thing that must be so before an app may get work. */
export interface ReadinessCheck {
  readonly name: string
  readonly isReady: boolean
  /** Why not, in a few words for the operator, or what to know although it is; `null` otherwise. */
  readonly reason: string | null
}

/** What an app tells whoever runs it. */
export interface OperationalDeps {
  readonly problems: Problems<never>
  readonly metrics: Metrics | null
  readonly readiness: () => readonly ReadinessCheck[] | Promise<readonly ReadinessCheck[]>
}

const readinessAnswer = z
  .strictObject({
    isReady: z.boolean(),
    checks: z.array(
      z.strictObject({
        name: z.string(),
        isReady: z.boolean(),
        reason: z.string().nullable().meta({ description: 'Why not, or what to know.' }),
      }),
    ),
  })
  .meta({ ref: 'Readiness' })

const TAG = 'Operation'

/**
 * `/healthz`: the process answers. `/readyz`: it should get work, or why not. `/metrics`: for
 * Prometheus.
 */
export function operationalRoutes({ problems, metrics, readiness }: OperationalDeps) {
  return new Hono()
    .get(
      '/healthz',
      describe(problems, {
        summary: 'Whether the process answers',
        tag: TAG,
        answers: { 200: { description: 'It does.', contentType: 'text/plain' } },
        problems: [],
      }),
      (c) => c.text('ok\n', 200, { 'Cache-Control': CACHE.never }),
    )
    .get(
      '/readyz',
      describe(problems, {
        summary: 'Whether it should get work, and why not',
        tag: TAG,
        answers: {
          200: { description: 'Every check holds.', schema: readinessAnswer },
          503: { description: 'One does not; its reason says why.', schema: readinessAnswer },
        },
        problems: [],
      }),
      async (c) => {
        const checks = await readiness()
        const isReady = checks.every((check) => check.isReady)
        const headers = { 'Cache-Control': CACHE.never }
        return c.json({ isReady, checks: [...checks] }, isReady ? 200 : 503, headers)
      },
    )
    .get(
      '/metrics',
      describe(problems, {
        summary: 'Counters and gauges for Prometheus',
        tag: TAG,
        answers: { 200: { description: 'The registry of this app.', contentType: 'text/plain' } },
        problems: ['not_found'],
      }),
      async (c) => {
        if (metrics === null) return problems.respond({ code: 'not_found' })
        const { contentType, body } = await metrics.scrape()
        return c.body(body, 200, { 'Content-Type': contentType, 'Cache-Control': CACHE.never })
      },
    )
}
