import type { Processor } from './processor.ts'
import type { ProcessorSubject } from './contract/processor.ts'
import { signWebhook, startSandbox, type SandboxHostOptions } from './sandbox/index.ts'
import { sleep, type Sleep } from './sandbox/sleep.ts'
import { createStripeProcessor } from './stripe/stripe-processor.ts'

/** The webhook secret of every test world. */
export const WEBHOOK_SECRET = 'whsec_test'

/** Test payment methods that Stripe knows as well. */
export const REFERENCES = {
  accepted: 'pm_card_visa',
  declined: 'pm_card_chargeDeclinedInsufficientFunds',
}

const SECRET_KEY = 'sk_test_nightmarket'
const HASTY_MS = 150

/** A sandbox on a real port with the real SDK talking to it, and a clock that is moved by hand. */
export interface SandboxWorld extends ProcessorSubject, AsyncDisposable {
  readonly url: string
  advance(byMs: number): void
  /** Send JSON to a lever of the sandbox, and return what it says. */
  pull(method: string, path: string, body?: object): Promise<Record<string, unknown>>
  /** Resolves when a request is next held back by a fault. */
  held(): Promise<void>
  processorWith(options: { readonly secretKey?: string; readonly deadlineMs?: number }): Processor
  deliverDue(): Promise<number>
}

/** Open a world. Its clock starts at a fixed time; nothing happens in it by itself. */
export async function openWorld(
  options: Partial<Omit<SandboxHostOptions, 'port' | 'nowMs' | 'sleep'>> = {},
): Promise<SandboxWorld> {
  let nowMs = Date.UTC(2027, 0, 15, 20)
  let ids = 0
  const holds = new Set<() => void>()
  const hold: Sleep = (delayMs, signal) => {
    for (const tell of holds) tell()
    return sleep(delayMs, signal)
  }
  const now = () => nowMs
  const host = await startSandbox({
    secretKey: SECRET_KEY,
    deliversByItself: false,
    ...options,
    port: 0,
    nowMs: now,
    sleep: hold,
  })

  function processorWith(change: { secretKey?: string; deadlineMs?: number }): Processor {
    return createStripeProcessor({
      secretKey: SECRET_KEY,
      webhookSecret: WEBHOOK_SECRET,
      baseUrl: host.url,
      now,
      ...change,
    })
  }

  async function pull(method: string, path: string, body?: object) {
    const text = body === undefined ? null : JSON.stringify(body)
    const response = await fetch(`${host.url}${path}`, { method, body: text })
    return (await response.json()) as Record<string, unknown>
  }

  function held(): Promise<void> {
    return new Promise((resolve) => {
      const tell = () => {
        holds.delete(tell)
        resolve()
      }
      holds.add(tell)
    })
  }

  return {
    url: host.url,
    processor: processorWith({}),
    hasty: processorWith({ deadlineMs: HASTY_MS }),
    references: REFERENCES,
    freshId: () => `test-${++ids}`,
    nowMs: now,
    advance(byMs) {
      nowMs += byMs
    },
    async passSecond() {
      nowMs += 1_000
    },
    pull,
    held,
    processorWith,
    async openDispute(chargeId) {
      await pull('POST', '/sandbox/disputes', { payment_intent: chargeId })
    },
    async loseNextAnswer() {
      const acted = held()
      const fault = { kind: 'timeout', effect: true, count: 1, on: ['create'] }
      await pull('POST', '/sandbox/faults', fault)
      return { acted }
    },
    signNotice: (body, atMs) => signWebhook(WEBHOOK_SECRET, body, atMs),
    deliverDue: () => host.sandbox.deliverDue(),
    [Symbol.asyncDispose]: () => host.close(),
  }
}
