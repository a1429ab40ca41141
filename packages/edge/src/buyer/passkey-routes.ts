import { createValidate, describe } from '@nightmarket/http'
import { BUYER_PATHS } from '@nightmarket/sync'
import { Hono, type Context } from 'hono'
import { z } from 'zod'

import { orderId } from '../contract/order-schema.ts'
import { BUYER_HEADER, type EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS, type EdgeCode } from '../edge-problem.ts'
import type { AskCore } from './ask-core.ts'

const TAG = 'Passkeys'

const answered = z.looseObject({}).meta({ ref: 'CoreAnswer', description: 'What the core says.' })

const passkeyAnswer = z
  .looseObject({ id: z.string().max(1_400) })
  .meta({ ref: 'PasskeyAnswer', description: 'As `navigator.credentials` gave it, as JSON.' })

const reference = z
  .string()
  .min(1)
  .max(255)
  .meta({ description: 'The processor’s id of the method.', examples: ['pm_card_visa'] })

/**
 * Buyers who let themselves be remembered. The core keeps them; this edge says whose order it was
 * and which origin its pages have, and signs that. [BY2]
 *
 * - [BY2] Only the buyer of an order of this edge may be remembered through it, on this edge's own
 *   origin.
 */
export function passkeyRoutes(deps: Pick<EdgeDeps, 'stall' | 'stage'>, askCore: AskCore) {
  const validate = createValidate(EDGE_PROBLEMS)
  const { stall } = deps
  const originOf = (c: Context) => deps.stage?.publicUrl ?? new URL(c.req.url).origin
  const ask = (c: Context, path: string, question: object) =>
    askCore(path, question, c.req.raw.signal)
  const isBuyer = (c: Context, asked: string) => {
    const buyerId = stall.state.orders.get(asked as never)?.order.buyerId
    return buyerId !== undefined && c.req.header(BUYER_HEADER) === buyerId
  }
  const ofBuyer = async (c: Context, path: string, question: { readonly orderId: string }) =>
    isBuyer(c, question.orderId)
      ? ask(c, path, { ...question, origin: originOf(c) })
      : EDGE_PROBLEMS.respond({ code: 'buyer_unproven' })
  return new Hono()
    .post(
      '/v1/passkeys/options',
      described('What a device needs to make a passkey', ['buyer_unproven']),
      validate('json', z.strictObject({ orderId }).meta({ ref: 'PasskeyOptionsRequest' })),
      (c) => ofBuyer(c, BUYER_PATHS.passkey, c.req.valid('json')),
    )
    .post(
      '/v1/passkeys',
      described('Remember the buyer of an order', ['buyer_unproven']),
      validate(
        'json',
        z.strictObject({ orderId, reference, response: passkeyAnswer }).meta({ ref: 'Remember' }),
      ),
      (c) => ofBuyer(c, BUYER_PATHS.remember, c.req.valid('json')),
    )
    .post('/v1/passkeys/challenge', described('What a device needs to show a passkey', []), (c) =>
      ask(c, BUYER_PATHS.challenge, { origin: originOf(c) }),
    )
    .post(
      '/v1/passkeys/recognise',
      described('A new pass for a device that has the passkey', []),
      validate('json', z.strictObject({ response: passkeyAnswer }).meta({ ref: 'Recognise' })),
      (c) => ask(c, BUYER_PATHS.recognise, { ...c.req.valid('json'), origin: originOf(c) }),
    )
    .post(
      '/v1/passkeys/forget',
      described('Forget a buyer, here and at the processor', []),
      validate('json', z.strictObject({ pass: z.looseObject({}) }).meta({ ref: 'Forget' })),
      (c) => ask(c, BUYER_PATHS.forget, c.req.valid('json')),
    )
}

function described(summary: string, more: readonly EdgeCode[]) {
  return describe(EDGE_PROBLEMS, {
    summary,
    description: 'Carried to the core in this edge’s name. The core’s reference says what it says.',
    tag: TAG,
    answers: { 200: { description: 'What the core says.', schema: answered } },
    problems: [
      ...more,
      'uplink_down',
      'invalid_request',
      'malformed_json',
      'body_too_large',
      'unsupported_media_type',
    ],
  })
}
