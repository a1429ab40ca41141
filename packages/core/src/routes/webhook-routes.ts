import { describe, readText } from '@nightmarket/http'
import { NoticeRefused } from '@nightmarket/payments'
import { Hono } from 'hono'
import { z } from 'zod'

import { receiveNotice } from '../payment/receive-notice.ts'
import { CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'

/** The longest notice taken: Stripe's are a few kilobytes. */
export const NOTICE_BYTES_MAX = 256 * 1024

const taken = z
  .strictObject({ end: z.enum(['taken', 'duplicate', 'unrelated']) })
  .meta({ ref: 'NoticeEnd' })

/** `POST /webhooks/stripe`: the processor says that something happened. [CR4] */
export function webhookRoutes({ core, wakePayments }: CoreRoutesDeps) {
  return new Hono().post(
    '/webhooks/stripe',
    describe(CORE_PROBLEMS, {
      summary: 'A notice of the payment processor',
      description: 'A hint to read the charge again, never believed itself.',
      tag: 'Webhooks',
      security: 'webhook',
      answers: { 200: { description: 'Do not send it again.', schema: taken } },
      problems: ['notice_refused', 'processor_unavailable', 'body_too_large'],
    }),
    async (c) => {
      const text = await readText(c.req.raw, NOTICE_BYTES_MAX)
      if (!text.ok) return CORE_PROBLEMS.respond(text.error)
      const signature = c.req.header('stripe-signature') ?? ''
      try {
        const end = await receiveNotice(core, text.value, signature)
        wakePayments()
        return c.json({ end }, 200)
      } catch (error) {
        if (!(error instanceof NoticeRefused)) throw error
        return CORE_PROBLEMS.respond({ code: 'notice_refused', reason: error.reason })
      }
    },
  )
}
