import { Hono, type Context } from 'hono'

import { FEE_RULE_DEFAULT, type FeeRule } from '../stripe/fee.ts'
import { createCardFormRoutes } from './card-form-routes.ts'
import { createControlRoutes } from './control-routes.ts'
import { createDeliverer, postWebhook, RETRY_DELAYS_MS, type PostWebhook } from './delivery.ts'
import { createEndpoint } from './endpoint.ts'
import { apiError, createExchange, problem } from './exchange.ts'
import { sleep as sleepReally, type Sleep } from './sleep.ts'
import { SandboxState } from './state.ts'
import { createMemoryStore, type SandboxStore } from './store.ts'
import { createStripeRoutes } from './stripe-routes.ts'
import { summarize } from './summary.ts'

/** A webhook endpoint that is there from the start. */
export interface SandboxEndpoint {
  readonly url: string
  readonly secret: string
  /** All events when absent. */
  readonly events?: readonly string[]
}

/** What a sandbox is made of. Only the clock has no default. */
export interface SandboxOptions {
  readonly nowMs: () => number
  /** Where it keeps what it knows; absent, in memory only. */
  readonly store?: SandboxStore
  /** The only key that is let in; absent, anything that begins with `sk_`. */
  readonly secretKey?: string
  readonly endpoints?: readonly SandboxEndpoint[]
  readonly feeRule?: FeeRule
  readonly sleep?: Sleep
  readonly hangMs?: number
  readonly post?: PostWebhook
  readonly retryDelaysMs?: readonly number[]
  readonly dropConnection?: (context: Context) => Response
  /** Something changed, so that `nextDueMs` may have too. */
  readonly onWork?: () => void
}

/** A sandbox processor: its HTTP surface, and what a host must do for it. */
export interface Sandbox {
  readonly app: Hono
  /** Deliver the webhooks that are due, fail the refunds that are to fail; returns how many. */
  deliverDue(): Promise<number>
  /** When `deliverDue` has something to do; `null` when nothing waits. */
  nextDueMs(): number | null
  /** What `GET /sandbox/state` shows. */
  summary(): object
  /** Write what is not written yet, and close the store. */
  close(): void
}

/** How long a request that a fault holds back is held, unless its client gives up: 2 minutes. */
export const HANG_MS_DEFAULT = 120_000

/**
 * Make a stateful processor that speaks Stripe's API well enough for Stripe's own SDK, and fails
 * on demand. It owns no clock, port or file: a host gives it those, and calls `deliverDue`.
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { nowMs, feeRule = FEE_RULE_DEFAULT, store = createMemoryStore() } = options
  const { onWork = () => undefined } = options
  const closing = new AbortController()
  const state = new SandboxState({ nowMs, store, feeRule })
  for (const { url, secret, events = ['*'] } of options.endpoints ?? []) {
    createEndpoint(state, { url, secret, enabled_events: events })
  }
  state.commit()
  const exchange = createExchange({
    state,
    secretKey: options.secretKey,
    sleep: options.sleep ?? sleepReally,
    closing: closing.signal,
    hangMs: options.hangMs ?? HANG_MS_DEFAULT,
    dropConnection: options.dropConnection,
    onCommit: onWork,
  })
  const deliverer = createDeliverer({
    state,
    post: options.post ?? postWebhook,
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
  })
  const app = new Hono()
  app.route('/', createCardFormRoutes(state))
  app.route('/', createStripeRoutes(state, exchange))
  app.route('/', createControlRoutes(state, onWork))
  app.onError((error) => problem(apiError(500, error.message)))
  return {
    app,
    deliverDue: () => deliverer.deliverDue(),
    nextDueMs: () => deliverer.nextDueMs(),
    summary: () => summarize(state),
    close() {
      closing.abort()
      state.close()
    },
  }
}
