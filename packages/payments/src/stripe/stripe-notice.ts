import Stripe from 'stripe'

import { NoticeRefused, type ProcessorNotice } from '../processor.ts'

/** How old a signature may be: Stripe's own default, in seconds. */
export const NOTICE_AGE_MAX_SECONDS = 300

/** The event types that a webhook endpoint is to be registered for: those that move money. */
export const NOTICE_TYPES = [
  'payment_intent.amount_capturable_updated',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.closed',
] as const

/** Check the signature of a webhook and say which charge it is about. Throws `NoticeRefused`. */
export function parseStripeNotice(
  body: string,
  signature: string,
  options: { readonly secret: string; readonly nowMs: number },
): ProcessorNotice {
  const event = verify(body, signature, options)
  const chargeId = chargeIdOf(event)
  if (chargeId === null) {
    throw new NoticeRefused('unrelated', `${event.type} concerns no payment intent`)
  }
  return { noticeId: event.id, chargeId, type: event.type }
}

function verify(
  body: string,
  signature: string,
  options: { readonly secret: string; readonly nowMs: number },
): Stripe.Event {
  const { secret, nowMs } = options
  try {
    return Stripe.webhooks.constructEvent(
      body,
      signature,
      secret,
      NOTICE_AGE_MAX_SECONDS,
      undefined,
      nowMs,
    )
  } catch (cause) {
    if (cause instanceof Stripe.errors.StripeSignatureVerificationError) {
      const reason = cause.message.includes('tolerance') ? 'age' : 'signature'
      throw new NoticeRefused(reason, cause.message, { cause })
    }
    throw new NoticeRefused('malformed', 'the body is not an event', { cause })
  }
}

/** Events are about an intent, or about something that names its intent. */
function chargeIdOf(event: Stripe.Event): string | null {
  const object: unknown = event.data?.object
  if (typeof object !== 'object' || object === null) return null
  if ('object' in object && object.object === 'payment_intent') {
    return 'id' in object && typeof object.id === 'string' ? object.id : null
  }
  const intent = 'payment_intent' in object ? object.payment_intent : null
  return typeof intent === 'string' ? intent : null
}
