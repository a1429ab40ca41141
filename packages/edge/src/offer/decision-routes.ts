import { CACHE, createValidate, describe } from '@nightmarket/http'
import { Hono } from 'hono'
import { z } from 'zod'

import type { EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS } from '../edge-problem.ts'
import type { OfferDecision } from './decision.ts'

/** The most decisions that one question is answered with. */
export const DECISIONS_MAX = 1_000

const decision = z
  .looseObject({
    atMs: z.int(),
    releaseNumber: z.int(),
    dropId: z.string(),
    hasConsent: z.boolean(),
    variants: z.array(
      z.looseObject({
        variantId: z.string(),
        offerId: z.string().nullable(),
        propensity: z.number().meta({ description: 'How likely this choice was, 0 to 1.' }),
        eligible: z.array(z.string()).meta({ description: 'What could have been, best first.' }),
        unitPriceMinor: z.int(),
        listPriceMinor: z.int(),
      }),
    ),
  })
  .meta({ ref: 'OfferDecision' })

const decisionsQuery = z.strictObject({
  count: z.coerce.number().int().min(1).max(DECISIONS_MAX).default(100),
})

/** `GET /v1/offers/decisions`: how offers were decided, for who learns from it. [OD2] */
export function decisionRoutes({ decisions, isOperator }: EdgeDeps) {
  const validate = createValidate(EDGE_PROBLEMS)
  return new Hono().get(
    '/v1/offers/decisions',
    describe(EDGE_PROBLEMS, {
      summary: 'How offers were decided',
      description:
        'The latest decisions, oldest first: what was seen, what could have been chosen, what ' +
        'was, and how likely that was. Nothing in them names a viewer. For the operator.',
      tag: 'Offers',
      answers: {
        200: {
          description: 'The decisions.',
          schema: z.strictObject({ decisions: z.array(decision) }),
        },
      },
      problems: ['unauthorized', 'invalid_request'],
    }),
    validate('query', decisionsQuery),
    async (c) => {
      if (!isOperator(c.req.header('authorization') ?? null)) {
        return EDGE_PROBLEMS.respond({ code: 'unauthorized' })
      }
      const { count } = c.req.valid('query')
      const latest: readonly OfferDecision[] = (await decisions?.latest(count)) ?? []
      return c.json({ decisions: latest }, 200, { 'Cache-Control': CACHE.never })
    },
  )
}
