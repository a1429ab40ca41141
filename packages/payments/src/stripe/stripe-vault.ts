import Stripe from 'stripe'

import type { KeepAnswer, KeptMethod, MethodVault } from '../method-vault.ts'
import { connectStripe, type ConnectionOptions } from './connection.ts'
import { withDeadline } from './deadline.ts'
import { faultOf } from './stripe-fault.ts'
import { DEADLINE_MS_DEFAULT } from './stripe-processor.ts'

/**
 * A vault on Stripe's SDK: a customer without a name, and a setup intent that is confirmed as it is
 * made, for payments that the buyer's passkey stands for.
 */
export function createStripeVault(
  options: ConnectionOptions & { readonly deadlineMs?: number },
): MethodVault {
  const { deadlineMs = DEADLINE_MS_DEFAULT } = options
  const stripe = connectStripe(options, deadlineMs)
  const ask = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await withDeadline(deadlineMs, call())
    } catch (error) {
      throw faultOf(error)
    }
  }
  return {
    keep: (request) => ask(() => keep(stripe, request)),
    drop: ({ customerId }) => ask(() => drop(stripe, customerId)),
  }
}

async function keep(
  stripe: Stripe,
  { keepKey, reference }: Parameters<MethodVault['keep']>[0],
): Promise<KeepAnswer> {
  const metadata = { keepKey }
  const customer = await stripe.customers.create(
    { metadata },
    { idempotencyKey: `${keepKey}/customer` },
  )
  try {
    const setup = await stripe.setupIntents.create(
      {
        customer: customer.id,
        payment_method: reference,
        allowed_payment_method_types: ['card'],
        usage: 'off_session',
        confirm: true,
        metadata,
        expand: ['payment_method'],
      },
      { idempotencyKey: `${keepKey}/setup` },
    )
    const { payment_method: method } = setup
    if (setup.status !== 'succeeded' || method === null || typeof method === 'string') {
      return { state: 'declined', declineCode: 'authentication_required' }
    }
    return { state: 'kept', method: keptOf(customer.id, method) }
  } catch (error) {
    if (!isRefusal(error)) throw error
    const declineCode = error.decline_code || (error.code ?? 'generic_decline')
    return { state: 'declined', declineCode }
  }
}

/** The card said no, or what was sent is no method that could be kept. */
function isRefusal(error: unknown): error is Stripe.errors.StripeError {
  const { StripeCardError, StripeInvalidRequestError } = Stripe.errors
  if (error instanceof StripeCardError) return true
  return error instanceof StripeInvalidRequestError && error.param === 'payment_method'
}

async function drop(stripe: Stripe, customerId: string): Promise<void> {
  try {
    await stripe.customers.del(customerId)
  } catch (error) {
    const isGone = error instanceof Stripe.errors.StripeError && error.code === 'resource_missing'
    if (!isGone) throw error
  }
}

function keptOf(customerId: string, { id, card }: Stripe.PaymentMethod): KeptMethod {
  const brand = card?.brand ?? 'card'
  const name = brand.charAt(0).toUpperCase() + brand.slice(1)
  return { customerId, methodId: id, label: `${name} ·· ${card?.last4 ?? ''}` }
}
