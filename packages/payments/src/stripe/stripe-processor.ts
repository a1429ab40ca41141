import Stripe from 'stripe'
import { assert, assertAmountMinor, type PayKey } from '@nightmarket/kernel'

import {
  ProcessorFault,
  type AuthorizeRequest,
  type Charge,
  type ChargeState,
  type ConflictReason,
  type Processor,
  type Refund,
} from '../processor.ts'
import { withDeadline } from './deadline.ts'
import { FEE_RULE_DEFAULT, type FeeRule } from './fee.ts'
import { cardChargeOf, CHARGE_EXPANSION, chargeOf, metadataOf, payKeyOf } from './stripe-charge.ts'
import { conflict, faultOf, refusedCharge } from './stripe-fault.ts'
import { parseStripeNotice } from './stripe-notice.ts'
import { assertRefundable, findRefund, refundOf, type RefundRequest } from './stripe-refund.ts'

export { NOTICE_AGE_MAX_SECONDS, NOTICE_TYPES } from './stripe-notice.ts'

export interface StripeProcessorOptions {
  readonly secretKey: string
  /** The signing secret of the webhook endpoint, `whsec_…`. */
  readonly webhookSecret: string
  /** Where the processor is, without a path. Absent: Stripe itself. A sandbox: its own address. */
  readonly baseUrl?: string
  /** How long a call may take before its outcome is unknown. A call that pages: each page. */
  readonly deadlineMs?: number
  readonly now?: () => number
  /** The fee assumed until the processor has booked one. */
  readonly feeRule?: FeeRule
}

/** The deadline of a call when none is given: well above Stripe's slow answers, in milliseconds. */
export const DEADLINE_MS_DEFAULT = 10_000

/** How far back a lookup without `sinceMs` goes: the life of a key, twice. */
export const LOOKUP_WINDOW_MS = 48 * 60 * 60 * 1_000

const PAGE_SIZE = 100

/**
 * Where Stripe's smallest unit is not ISO 4217's, or has three digits of which it takes two: an
 * amount that is right for us is wrong there, so these are refused. [PR17]
 */
const CURRENCIES_REFUSED: ReadonlySet<string> = new Set('ISK UGX BHD JOD KWD OMR TND'.split(' '))

const STATE_CONFLICTS = {
  pending: 'charge_pending',
  authorized: 'charge_authorized',
  captured: 'charge_captured',
  declined: 'charge_declined',
  voided: 'charge_voided',
} as const satisfies Record<ChargeState, ConflictReason>

/**
 * A `Processor` on Stripe's SDK. A charge of ours is a payment intent, confirmed as it is made.
 *
 * The SDK does not retry by itself, except once when a connection was closed under it; that retry
 * carries the same idempotency key, so it is the same request. Everything else is the caller's to
 * repeat with the same key.
 */
export function createStripeProcessor(options: StripeProcessorOptions): Processor {
  const { webhookSecret, deadlineMs = DEADLINE_MS_DEFAULT, now = Date.now } = options
  const { feeRule = FEE_RULE_DEFAULT } = options
  assert(deadlineMs > 0, 'a deadline is ahead')
  const stripe = connect(options, deadlineMs)

  async function ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await withDeadline(deadlineMs, call())
    } catch (error) {
      throw faultOf(error)
    }
  }

  async function toCharge(intent: Stripe.PaymentIntent): Promise<Charge> {
    const isDisputed = cardChargeOf(intent)?.disputed === true
    const disputedMinor = isDisputed ? await sumDisputes(stripe, intent.id) : 0
    return chargeOf(intent, feeRule, disputedMinor)
  }

  async function readIntent(chargeId: string): Promise<Charge> {
    const parameters = { expand: CHARGE_EXPANSION }
    return toCharge(await stripe.paymentIntents.retrieve(chargeId, parameters))
  }

  /** A replayed answer is as old as its first sending: what it is about is read again. */
  async function current(intent: Stripe.Response<Stripe.PaymentIntent>): Promise<Charge> {
    return isReplayed(intent) ? readIntent(intent.id) : toCharge(intent)
  }

  async function create(request: AuthorizeRequest): Promise<Charge> {
    try {
      const idempotencyKey = request.payKey
      return await current(await stripe.paymentIntents.create(intentOf(request), { idempotencyKey }))
    } catch (error) {
      if (error instanceof Stripe.errors.StripeCardError && error.payment_intent !== undefined) {
        return chargeOf(error.payment_intent, feeRule, 0)
      }
      const refused = refusedCharge(error, request)
      if (refused === null) throw error
      return { ...refused, createdAtMs: now() }
    }
  }

  /** Bring a charge to its end. Refused because it is there already: that is the answer. */
  async function settle(
    chargeId: string,
    wanted: ChargeState,
    call: () => Promise<Stripe.Response<Stripe.PaymentIntent>>,
  ): Promise<Charge> {
    try {
      return await current(await call())
    } catch (error) {
      if (!isStateRefusal(error)) throw error
      const charge = await readIntent(chargeId)
      if (charge.state === wanted) return charge
      if (charge.state === 'authorized') throw error
      throw conflict(STATE_CONFLICTS[charge.state], error)
    }
  }

  async function createRefund(request: RefundRequest): Promise<Refund> {
    const earlier = await findRefund(stripe, request)
    if (earlier !== null) return earlier
    assertRefundable(await readIntent(request.chargeId), request.amountMinor)
    const { refundId, chargeId, amountMinor } = request
    const created = await stripe.refunds.create(
      { payment_intent: chargeId, amount: amountMinor, metadata: { refundId } },
      { idempotencyKey: refundId },
    )
    const refund = isReplayed(created) ? await stripe.refunds.retrieve(created.id) : created
    return refundOf(refund, refundId)
  }

  /** Newest first, as Stripe lists. Each page has the deadline. */
  async function* newestFirst(sinceMs: number): AsyncGenerator<Stripe.PaymentIntent> {
    const parameters = {
      created: { gte: Math.max(0, Math.floor(sinceMs / 1_000)) },
      limit: PAGE_SIZE,
      expand: CHARGE_EXPANSION.map((path) => `data.${path}`),
    }
    const pages = stripe.paymentIntents.list(parameters)[Symbol.asyncIterator]()
    for (;;) {
      const { value, done } = await ask(() => pages.next())
      if (done === true) return
      yield value
    }
  }

  return {
    name: 'stripe',
    async authorize(request) {
      assertAmountMinor(request.amountMinor)
      if (CURRENCIES_REFUSED.has(request.currency)) {
        throw new ProcessorFault('misconfigured', `Stripe counts ${request.currency} otherwise`)
      }
      return ask(() => create(request))
    },
    async capture(chargeId, payKey) {
      const settings = { idempotencyKey: `${payKey}:capture` }
      const parameters = { expand: CHARGE_EXPANSION }
      const call = () => stripe.paymentIntents.capture(chargeId, parameters, settings)
      return ask(() => settle(chargeId, 'captured', call))
    },
    async void(chargeId, payKey) {
      const settings = { idempotencyKey: `${payKey}:void` }
      const parameters = { expand: CHARGE_EXPANSION }
      const call = () => stripe.paymentIntents.cancel(chargeId, parameters, settings)
      return ask(() => settle(chargeId, 'voided', call))
    },
    async refund(request) {
      assertAmountMinor(request.amountMinor)
      return ask(() => createRefund(request))
    },
    async read(chargeId) {
      return ask(() => readIntent(chargeId))
    },
    /**
     * Search answers fast but lags by a minute or more, so that only what it finds counts; that it
     * finds nothing means nothing, and the creation window is listed. [PR3]
     */
    async lookup(payKey, sinceMs = now() - LOOKUP_WINDOW_MS) {
      const found = await ask(() => search(stripe, payKey))
      if (found !== null) return ask(() => readIntent(found))
      for await (const intent of newestFirst(sinceMs)) {
        if (payKeyOf(intent.metadata) === payKey) return ask(() => toCharge(intent))
      }
      return null
    },
    /** The window is read whole before its oldest charge is known, and held as our small charges. */
    async *list(sinceMs) {
      const charges: Charge[] = []
      for await (const intent of newestFirst(sinceMs)) {
        charges.push(await ask(() => toCharge(intent)))
      }
      yield* charges.reverse()
    },
    parseNotice(body, signature) {
      return parseStripeNotice(body, signature, { secret: webhookSecret, nowMs: now() })
    },
  }
}

function connect(options: StripeProcessorOptions, deadlineMs: number): Stripe {
  const settings = { maxNetworkRetries: 0, timeout: Math.ceil(deadlineMs), telemetry: false }
  if (options.baseUrl === undefined) return new Stripe(options.secretKey, settings)
  const { hostname, port, protocol } = new URL(options.baseUrl)
  const isPlain = protocol === 'http:'
  return new Stripe(options.secretKey, {
    ...settings,
    host: hostname,
    port: port === '' ? (isPlain ? 80 : 443) : Number(port),
    protocol: isPlain ? 'http' : 'https',
  })
}

/**
 * Cards only, so that no redirect is possible; `automatic` because the newer default captures
 * later, without its fee; and no challenge, because nobody waits at a page to answer one: what
 * wants authentication is declined as `authentication_required`.
 */
function intentOf(request: AuthorizeRequest): Stripe.PaymentIntentCreateParams {
  return {
    amount: request.amountMinor,
    currency: request.currency.toLowerCase(),
    payment_method: request.reference,
    allowed_payment_method_types: ['card'],
    capture_method: request.capture ? 'automatic' : 'manual',
    confirm: true,
    error_on_requires_action: true,
    metadata: metadataOf(request),
    expand: CHARGE_EXPANSION,
  }
}

function isReplayed(answer: Stripe.Response<unknown>): boolean {
  return answer.lastResponse.headers['idempotent-replayed'] === 'true'
}

function isStateRefusal(error: unknown): boolean {
  const { StripeCardError, StripeInvalidRequestError } = Stripe.errors
  if (error instanceof StripeCardError) return true
  return error instanceof StripeInvalidRequestError && error.code !== 'resource_missing'
}

/** Any failure of the search is the same as finding nothing: the list decides. */
async function search(stripe: Stripe, payKey: PayKey): Promise<string | null> {
  try {
    const query = `metadata['payKey']:'${payKey}'`
    const { data } = await stripe.paymentIntents.search({ query, limit: 1 })
    return data[0]?.id ?? null
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return null
    throw error
  }
}

/** A dispute that was won, or an inquiry that ended, gives the money back. */
const DISPUTES_OVER: ReadonlySet<string> = new Set(['won', 'prevented', 'warning_closed'])

async function sumDisputes(stripe: Stripe, intentId: string): Promise<number> {
  const { data } = await stripe.disputes.list({ payment_intent: intentId, limit: PAGE_SIZE })
  const lasting = data.filter((dispute) => !DISPUTES_OVER.has(dispute.status))
  return lasting.reduce((sumMinor, dispute) => sumMinor + dispute.amount, 0)
}
