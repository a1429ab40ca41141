import Stripe from 'stripe'
import { assert, assertAmountMinor, type PayKey, type RefundId } from '@nightmarket/kernel'

import {
  ProcessorFault,
  type AuthorizeRequest,
  type Charge,
  type ChargeState,
  type ConflictReason,
  type Processor,
  type ProcessorNotice,
  type Refund,
} from '../processor.ts'
import { connectStripe } from './connection.ts'
import { withDeadline } from './deadline.ts'
import { FEE_RULE_DEFAULT, type FeeRule } from './fee.ts'
import { cardChargeOf, CHARGE_EXPANSION, chargeOf, metadataOf, payKeyOf } from './stripe-charge.ts'
import { conflict, faultOf, refusedCharge } from './stripe-fault.ts'
import { parseStripeNotice } from './stripe-notice.ts'
import { assertRefundable, findRefund, refundOf, type RefundRequest } from './stripe-refund.ts'

export { NOTICE_AGE_MAX_SECONDS, NOTICE_TYPES } from './stripe-notice.ts'

/** All that tells one Stripe account, or a sandbox, from another. */
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
  return new StripeProcessor(options)
}

class StripeProcessor implements Processor {
  readonly name = 'stripe'
  readonly #stripe: Stripe
  readonly #webhookSecret: string
  readonly #deadlineMs: number
  readonly #now: () => number
  readonly #feeRule: FeeRule

  constructor(options: StripeProcessorOptions) {
    const { webhookSecret, deadlineMs = DEADLINE_MS_DEFAULT, now = Date.now } = options
    assert(deadlineMs > 0, 'a deadline is ahead')
    this.#stripe = connectStripe(options, deadlineMs)
    this.#webhookSecret = webhookSecret
    this.#deadlineMs = deadlineMs
    this.#now = now
    this.#feeRule = options.feeRule ?? FEE_RULE_DEFAULT
  }

  async authorize(request: AuthorizeRequest): Promise<Charge> {
    assertAmountMinor(request.amountMinor)
    if (CURRENCIES_REFUSED.has(request.currency)) {
      throw new ProcessorFault('misconfigured', `Stripe counts ${request.currency} otherwise`)
    }
    return this.#ask(() => this.#create(request))
  }

  async capture(chargeId: string, payKey: PayKey, amountMinor?: number): Promise<Charge> {
    const settings = { idempotencyKey: derivedKey(payKey, 'capture') }
    const part = amountMinor === undefined ? {} : { amount_to_capture: amountMinor }
    return this.#settle(chargeId, 'captured', () =>
      this.#stripe.paymentIntents.capture(
        chargeId,
        { ...part, expand: CHARGE_EXPANSION },
        settings,
      ),
    )
  }

  async void(chargeId: string, payKey: PayKey): Promise<Charge> {
    const settings = { idempotencyKey: derivedKey(payKey, 'void') }
    return this.#settle(chargeId, 'voided', () =>
      this.#stripe.paymentIntents.cancel(chargeId, { expand: CHARGE_EXPANSION }, settings),
    )
  }

  async refund(request: RefundRequest): Promise<Refund> {
    assertAmountMinor(request.amountMinor)
    return this.#ask(() => this.#createRefund(request))
  }

  async read(chargeId: string): Promise<Charge> {
    return this.#ask(() => this.#readIntent(chargeId))
  }

  /**
   * Search answers fast but lags by a minute or more, so that only what it finds counts; that it
   * finds nothing means nothing, and the creation window is listed. [PR3]
   */
  async lookup(payKey: PayKey, sinceMs = this.#now() - LOOKUP_WINDOW_MS): Promise<Charge | null> {
    const found = await this.#ask(() => search(this.#stripe, payKey))
    if (found !== null) return this.read(found)
    for await (const intent of this.#newestFirst(sinceMs)) {
      if (payKeyOf(intent.metadata) === payKey) return this.#ask(() => this.#toCharge(intent))
    }
    return null
  }

  /** The window is read whole before its oldest charge is known, and held as our small charges. */
  async *list(sinceMs: number): AsyncGenerator<Charge> {
    const charges: Charge[] = []
    for await (const intent of this.#newestFirst(sinceMs)) {
      charges.push(await this.#ask(() => this.#toCharge(intent)))
    }
    yield* charges.reverse()
  }

  parseNotice(body: string, signature: string): ProcessorNotice {
    const options = { secret: this.#webhookSecret, nowMs: this.#now() }
    return parseStripeNotice(body, signature, options)
  }

  async #ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await withDeadline(this.#deadlineMs, call())
    } catch (error) {
      throw faultOf(error)
    }
  }

  async #create(request: AuthorizeRequest): Promise<Charge> {
    const settings = { idempotencyKey: request.payKey }
    try {
      const intent = await this.#stripe.paymentIntents.create(intentOf(request), settings)
      return await this.#current(intent, intent.lastResponse.headers)
    } catch (error) {
      if (error instanceof Stripe.errors.StripeCardError && error.payment_intent !== undefined) {
        return this.#current(error.payment_intent, error.headers)
      }
      const refused = refusedCharge(error, request)
      if (refused === null) throw error
      return { ...refused, createdAtMs: this.#now() }
    }
  }

  /** Bring a charge to its end. Refused because it is there already: that is the answer. */
  async #settle(
    chargeId: string,
    wanted: ChargeState,
    call: () => Promise<Stripe.Response<Stripe.PaymentIntent>>,
  ): Promise<Charge> {
    return this.#ask(async () => {
      try {
        const intent = await call()
        return await this.#current(intent, intent.lastResponse.headers)
      } catch (error) {
        if (!isStateRefusal(error)) throw error
        const charge = await this.#readIntent(chargeId)
        if (charge.state === wanted) return charge
        if (charge.state === 'authorized') throw error
        throw conflict(STATE_CONFLICTS[charge.state], error)
      }
    })
  }

  async #createRefund(request: RefundRequest): Promise<Refund> {
    const earlier = await findRefund(this.#stripe, request)
    if (earlier !== null) return earlier
    assertRefundable(await this.#readIntent(request.chargeId), request.amountMinor)
    const { refundId, chargeId, amountMinor } = request
    const created = await this.#stripe.refunds.create(
      { payment_intent: chargeId, amount: amountMinor, metadata: { refundId } },
      { idempotencyKey: derivedKey(refundId, 'refund') },
    )
    const isOld = isReplayed(created.lastResponse.headers)
    const refund = isOld ? await this.#stripe.refunds.retrieve(created.id) : created
    return refundOf(refund, refundId)
  }

  async #readIntent(chargeId: string): Promise<Charge> {
    const parameters = { expand: CHARGE_EXPANSION }
    return this.#toCharge(await this.#stripe.paymentIntents.retrieve(chargeId, parameters))
  }

  /** A replayed answer is as old as its first sending: what it is about is read again. */
  async #current(intent: Stripe.PaymentIntent, headers: Headers | undefined): Promise<Charge> {
    return isReplayed(headers) ? this.#readIntent(intent.id) : this.#toCharge(intent)
  }

  async #toCharge(intent: Stripe.PaymentIntent): Promise<Charge> {
    const isDisputed = cardChargeOf(intent)?.disputed === true
    const disputedMinor = isDisputed ? await sumDisputes(this.#stripe, intent.id) : 0
    return chargeOf(intent, this.#feeRule, disputedMinor)
  }

  /** Newest first, as Stripe lists. Each page has the deadline. */
  async *#newestFirst(sinceMs: number): AsyncGenerator<Stripe.PaymentIntent> {
    const parameters = {
      created: { gte: Math.max(0, Math.floor(sinceMs / 1_000)) },
      limit: PAGE_SIZE,
      expand: CHARGE_EXPANSION.map((path) => `data.${path}`),
    }
    const intents = this.#stripe.paymentIntents.list(parameters)[Symbol.asyncIterator]()
    for (;;) {
      const { value, done } = await this.#ask(() => intents.next())
      if (done === true) return
      yield value
    }
  }
}

type Headers = Readonly<Record<string, string>>

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
    ...keptBy(request),
    allowed_payment_method_types: ['card'],
    capture_method: request.capture ? 'automatic' : 'manual',
    confirm: true,
    error_on_requires_action: true,
    metadata: metadataOf(request),
    expand: CHARGE_EXPANSION,
  }
}

/** A kept method is charged for its customer, whose bank is not asked at the moment of the tap. */
function keptBy({
  customerId,
}: AuthorizeRequest): Pick<Stripe.PaymentIntentCreateParams, 'customer' | 'off_session'> {
  return customerId === undefined ? {} : { customer: customerId, off_session: true }
}

/**
 * The idempotency key of what follows a charge. No id has a slash, so that it is no pay key that
 * somebody could have chosen. [PR20]
 */
function derivedKey(id: PayKey | RefundId, purpose: 'capture' | 'void' | 'refund'): string {
  return `${id}/${purpose}`
}

function isReplayed(headers: Headers | undefined): boolean {
  return headers?.['idempotent-replayed'] === 'true'
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
