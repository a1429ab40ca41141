import { err, ok, verifyBuyerPass } from '@nightmarket/kernel'
import { BUYER_PATHS } from '@nightmarket/sync'
import { Hono } from 'hono'
import { z } from 'zod'

import { forgetCustomer } from '../buyer/customer.ts'
import { readOrderAid } from '../buyer/order-aid.ts'
import { askWhoItIs, recogniseBuyer } from '../buyer/recognise-buyer.ts'
import { askForPasskey, rememberBuyer } from '../buyer/remember-buyer.ts'
import type { Core } from '../core.ts'
import { buyerQuestion } from './buyer-question.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { amountMinor, atMs, orderIdSchema } from './id-schema.ts'
import {
  challengeRequest,
  forgetRequest,
  passAnswer,
  passkeyOptions,
  passkeyRequest,
  recogniseRequest,
  rememberRequest,
} from './passkey-schema.ts'

const aidAnswer = z
  .strictObject({
    cause: z.enum(['payment', 'units']).meta({
      description: 'What went wrong: its payment, or that its units were not there.',
    }),
    rescueUntilMs: atMs('Until when another payment keeps the unit.').nullable(),
    voucher: z
      .strictObject({
        code: z.string().meta({ examples: ['7KQ4M-2ZD9X-VB3TC-8'] }),
        amountMinor: amountMinor('What it was issued for.'),
        remainingMinor: amountMinor('What is left on it.'),
        currency: z.string().meta({ examples: ['EUR'] }),
        expiresAtMs: atMs('When it ends.'),
      })
      .nullable(),
  })
  .meta({ ref: 'OrderAid' })

/** What edges ask on behalf of the buyers near them. Each question is its edge's, signed. */
export function buyerRoutes({ core }: Pick<CoreRoutesDeps, 'core'>) {
  return new Hono()
    .route('/', aidRoute(core))
    .route('/', rememberRoutes(core))
    .route('/', recogniseRoutes(core))
    .route('/', forgetRoute(core))
}

function aidRoute(core: Core) {
  return buyerQuestion(core, {
    path: BUYER_PATHS.aid,
    summary: 'What a buyer whose order went wrong may count on',
    description: 'For the node that sold it, which knows its buyer.',
    asks: z.strictObject({ orderId: orderIdSchema }).meta({ ref: 'AidRequest' }),
    answers: aidAnswer,
    problems: ['order_unknown'],
    async answer({ orderId }, nodeId) {
      const aid = await readOrderAid(core, { nodeId, orderId })
      return aid === null ? err({ code: 'order_unknown' }) : ok(aid)
    },
  })
}

function rememberRoutes(core: Core) {
  return new Hono()
    .route(
      '/',
      buyerQuestion(core, {
        path: BUYER_PATHS.passkey,
        summary: 'What a device needs to make a passkey',
        description: 'For the buyer of an order. The challenge is good once, for five minutes.',
        asks: passkeyRequest,
        answers: passkeyOptions,
        problems: ['order_unknown', 'passkey_origin_unfit'],
        answer: (asked, nodeId) => askForPasskey(core, { ...asked, nodeId }),
      }),
    )
    .route(
      '/',
      buyerQuestion(core, {
        path: BUYER_PATHS.remember,
        summary: 'Remember a buyer',
        description: 'The processor keeps the method; the books keep the passkey’s public key.',
        asks: rememberRequest,
        answers: passAnswer,
        problems: ['passkey_refused', 'passkey_origin_unfit', 'method_declined'],
        answer: (asked, nodeId) => rememberBuyer(core, { ...asked, nodeId }),
      }),
    )
}

function recogniseRoutes(core: Core) {
  return new Hono()
    .route(
      '/',
      buyerQuestion(core, {
        path: BUYER_PATHS.challenge,
        summary: 'What a device needs to show a passkey',
        description: 'The challenge is good once, for five minutes.',
        asks: challengeRequest,
        answers: passkeyOptions,
        problems: ['passkey_origin_unfit'],
        answer: ({ origin }, nodeId) => askWhoItIs(core, { nodeId, origin }),
      }),
    )
    .route(
      '/',
      buyerQuestion(core, {
        path: BUYER_PATHS.recognise,
        summary: 'Recognise a buyer',
        description: 'A new pass for a device that lost its own, or whose pass ran out.',
        asks: recogniseRequest,
        answers: passAnswer,
        problems: ['passkey_refused', 'passkey_origin_unfit'],
        answer: (asked, nodeId) => recogniseBuyer(core, { ...asked, nodeId }),
      }),
    )
}

/** Whoever has the pass may have it forgotten, also when it ran out. */
function forgetRoute(core: Core) {
  return buyerQuestion(core, {
    path: BUYER_PATHS.forget,
    summary: 'Forget a buyer',
    description: 'Here and at the processor. Somebody unknown is forgotten already.',
    asks: forgetRequest,
    answers: z.strictObject({ isForgotten: z.literal(true) }).meta({ ref: 'Forgotten' }),
    problems: ['pass_refused', 'processor_unavailable'],
    async answer({ pass }) {
      const by = { marketPublicKey: core.marketKey.publicKey, verify: core.verify, nowMs: 0 }
      const known = verifyBuyerPass(pass, by)
      if (!known.ok) return err({ code: 'pass_refused' })
      await forgetCustomer(core, known.value.methodId)
      return ok({ isForgotten: true as const })
    },
  })
}
