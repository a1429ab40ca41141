import type { BuyerId } from '@nightmarket/kernel'
import { CACHE, createValidate, describe } from '@nightmarket/http'
import { Hono } from 'hono'

import { offersAnswer, offersRequest } from '../contract/show-schema.ts'
import type { EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS } from '../edge-problem.ts'
import { decideOffers, type OfferDesk } from './decide-offers.ts'

/** `POST /v1/offers`: which prices this viewer is promised, and for how long. [ED3] */
export function offerRoutes(
  deps: Pick<EdgeDeps, 'stall' | 'now' | 'newId'>,
  desk: OfferDesk,
) {
  const { stall, now, newId } = deps
  const validate = createValidate(EDGE_PROBLEMS)
  return new Hono().post(
    '/v1/offers',
    describe(EDGE_PROBLEMS, {
      summary: 'Ask for offers',
      description:
        'Decides in memory which price a viewer sees and authorises it with a signed token. ' +
        'Without consent to personal offers nothing depends on the viewer.',
      tag: 'Offers',
      answers: { 200: { description: 'The offers and their tokens.', schema: offersAnswer } },
      problems: [
        'not_selling',
        'drop_unknown',
        'variant_unknown',
        'drop_not_open',
        'drop_closed',
        'invalid_request',
        'malformed_json',
        'body_too_large',
        'unsupported_media_type',
      ],
    }),
    validate('json', offersRequest),
    (c) => {
      const reason = stall.notSelling()
      const { active } = stall.state
      if (reason !== null || active === null) {
        const refusal = { code: 'not_selling', reason: reason ?? 'no_release' } as const
        return EDGE_PROBLEMS.respond(refusal, { 'Retry-After': '1' })
      }
      const { buyerId, dropId, variantIds, consent, dwellMs } = c.req.valid('json')
      const question = {
        buyerId: buyerId ?? (newId() as BuyerId),
        hasConsent: consent.personalOffers,
        dropId,
        variantIds: variantIds ?? null,
        moment: now(),
        dwellMs,
      }
      const decided = decideOffers(active, question, desk)
      if (!decided.ok) return EDGE_PROBLEMS.respond(decided.error)
      return c.json(decided.value, 200, { 'Cache-Control': CACHE.never })
    },
  )
}
