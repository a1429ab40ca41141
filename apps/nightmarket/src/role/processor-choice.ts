import {
  createStripeProcessor,
  createStripeVault,
  type MethodVault,
  type Processor,
} from '@nightmarket/payments'

import { Problem } from '../problem.ts'

/** The environment variables that make a core take real money. Their values are never logged. */
const STRIPE_KEY_VARIABLE = 'STRIPE_SECRET_KEY'
const STRIPE_WEBHOOK_VARIABLE = 'STRIPE_WEBHOOK_SECRET'

/** Which processor a core talks to, and with which secrets. Plain data: it crosses to a thread. */
export interface ProcessorChoice {
  readonly secretKey: string
  readonly webhookSecret: string
  /** A sandbox's own address; `null` is Stripe itself. */
  readonly baseUrl: string | null
}

/** Stripe, when the environment names its secrets; `null` for the sandbox. Throws `Problem`. */
export function stripeFromEnvironment(
  environment: NodeJS.ProcessEnv = process.env,
): ProcessorChoice | null {
  const secretKey = environment[STRIPE_KEY_VARIABLE] ?? ''
  const webhookSecret = environment[STRIPE_WEBHOOK_VARIABLE] ?? ''
  if (secretKey === '' && webhookSecret === '') return null
  if (secretKey !== '' && webhookSecret !== '') return { secretKey, webhookSecret, baseUrl: null }
  const missing = secretKey === '' ? STRIPE_KEY_VARIABLE : STRIPE_WEBHOOK_VARIABLE
  throw new Problem({
    code: 'stripe_incomplete',
    title: `Stripe is configured by halves: ${missing} is not set.`,
    wayOut: 'Set both for Stripe, or neither for the sandbox.',
  })
}

/** The processor that was chosen. */
export function openProcessor({ secretKey, webhookSecret, baseUrl }: ProcessorChoice): Processor {
  const place = baseUrl === null ? {} : { baseUrl }
  return createStripeProcessor({ secretKey, webhookSecret, ...place })
}

/** Where the same processor keeps payment methods. */
export function openVault({ secretKey, baseUrl }: ProcessorChoice): MethodVault {
  return createStripeVault({ secretKey, ...(baseUrl === null ? {} : { baseUrl }) })
}
