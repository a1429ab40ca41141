import { Hono } from 'hono'
import { z } from 'zod'

import { CARD_PAGE, STRIPE_SCRIPT } from './card-form-text.ts'
import { problem } from './exchange.ts'
import { parseParameters } from './form.ts'
import { paymentMethodObject } from './payment-method.ts'
import { SandboxProblem } from './problem.ts'
import type { SandboxState } from './state.ts'

/** Stripe's test numbers, and which test card each one is. Any other number is declined. */
const NUMBERS: ReadonlyMap<string, string> = new Map([
  ['4242424242424242', 'visa'],
  ['5555555555554444', 'mastercard'],
  ['378282246310005', 'amex'],
  ['4000000000000002', 'chargeDeclined'],
  ['4000000000009995', 'chargeDeclinedInsufficientFunds'],
  ['4000002760003184', 'authenticationRequired'],
])

/** What the form sends, as Stripe's does. */
const methodParameters = z.strictObject({
  type: z.literal('card'),
  card: z.strictObject({
    number: z.string().max(30),
    exp_month: z.string().max(2),
    exp_year: z.string().max(4),
    cvc: z.string().max(4),
  }),
})

const PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"

/**
 * A stand-in for the part of Stripe.js that the stage uses, so that its way through Stripe's own
 * form is run with no network: a script for the page, and a frame in which the number is typed.
 *
 * - [SB16] The number goes from the frame to the sandbox, under a publishable key, and becomes a
 *   payment method that pays like the test card of that number. The page gets its id alone.
 */
export function createCardFormRoutes(state: SandboxState): Hono {
  const text = (body: string, type: string) =>
    new Response(body, {
      headers: { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-store' },
    })
  return new Hono()
    .get('/stripe/v3/', () => text(STRIPE_SCRIPT, 'text/javascript'))
    .get('/stripe/card.js', () => text(CARD_PAGE.script, 'text/javascript'))
    .get('/stripe/card.css', () => text(CARD_PAGE.style, 'text/css'))
    .get('/stripe/card', () => {
      const response = text(CARD_PAGE.html, 'text/html')
      response.headers.set('Content-Security-Policy', PAGE_POLICY)
      return response
    })
    .post('/v1/payment_methods', async (c) => {
      try {
        const isKeyed = c.req.header('authorization')?.startsWith('Bearer pk_') === true
        if (!isKeyed) throw unknownKey()
        const { card } = parseParameters(methodParameters, await c.req.text())
        const name = NUMBERS.get(card.number.replace(/\D/g, ''))
        if (name === undefined) throw badNumber()
        const id = state.nextId('pm').replace('pm_sandbox', `pm_entered_${name}_`)
        await state.committed()
        return c.json(paymentMethodObject(id))
      } catch (error) {
        if (!(error instanceof SandboxProblem)) throw error
        return problem(error)
      }
    })
}

function unknownKey(): SandboxProblem {
  const message = 'A payment method is made with a publishable key.'
  return new SandboxProblem(401, { type: 'invalid_request_error', message })
}

function badNumber(): SandboxProblem {
  const message = 'Your card number is not one of the sandbox’s test numbers.'
  return new SandboxProblem(402, { type: 'card_error', code: 'incorrect_number', message })
}
