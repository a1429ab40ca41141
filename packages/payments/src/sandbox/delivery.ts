import type { Delivery } from './object.ts'
import { failDueRefunds } from './refund.ts'
import type { SandboxState } from './state.ts'

/** Send a webhook and return the HTTP status; throws when there is none. */
export type PostWebhook = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
) => Promise<number>

/** What a deliverer works with. */
export interface DeliveryOptions {
  readonly state: SandboxState
  readonly post: PostWebhook
  /** How long after each failed attempt the next one follows; after the last, it is abandoned. */
  readonly retryDelaysMs: readonly number[]
}

/** Stripe's rhythm in small: six tries within about two hours. */
export const RETRY_DELAYS_MS: readonly number[] = [1_000, 5_000, 60_000, 600_000, 6_000_000]

const CONCURRENT_MAX = 16
const POST_TIMEOUT_MS = 10_000

/** Send over real HTTP. */
export const postWebhook: PostWebhook = async (url, body, headers) => {
  const signal = AbortSignal.timeout(POST_TIMEOUT_MS)
  const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' })
  await response.body?.cancel()
  return response.status
}

/** What happens later by itself: webhooks, their repetition, and refunds that fail. */
export interface Deliverer {
  /** Do all that is due now, and say how much that was. */
  deliverDue(): Promise<number>
  /** When something is due next; `null` when nothing waits. */
  nextDueMs(): number | null
}

/**
 * Deliver webhooks at least once: one is forgotten only after it was acknowledged with a 2xx, or
 * after its last attempt. Order is not kept, as with Stripe. [SB8]
 */
export function createDeliverer({ state, post, retryDelaysMs }: DeliveryOptions): Deliverer {
  const inFlight = new Set<string>()

  async function attempt(delivery: Delivery): Promise<void> {
    const endpoint = state.endpoints.get(delivery.endpointId)
    const event = state.events.get(delivery.eventId)
    if (endpoint === undefined || event === undefined) return state.deliveries.remove(delivery.id)
    const body = JSON.stringify({ ...event, pending_webhooks: 1, request: null })
    const signature = await signWebhook(endpoint.secret, body, state.nowMs())
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
    const isTaken = await isAcknowledged(post(endpoint.url, body, headers))
    if (isTaken) finish(delivery, { deliveriesDone: state.tallies.deliveriesDone + 1 })
    else repeat(delivery)
  }

  function finish(delivery: Delivery, tally: Parameters<SandboxState['count']>[0]): void {
    if (state.deliveries.get(delivery.id) === undefined) return
    state.deliveries.remove(delivery.id)
    state.count(tally)
  }

  function repeat(delivery: Delivery): void {
    const delayMs = retryDelaysMs[delivery.attempt]
    if (delayMs === undefined) {
      return finish(delivery, { deliveriesAbandoned: state.tallies.deliveriesAbandoned + 1 })
    }
    if (state.deliveries.get(delivery.id) === undefined) return
    const dueMs = state.nowMs() + delayMs
    state.deliveries.put({ ...delivery, attempt: delivery.attempt + 1, dueMs })
  }

  function takeDue(): Delivery[] {
    const nowMs = state.nowMs()
    const waiting = [...state.deliveries.values()]
    return waiting.filter(({ id, dueMs }) => dueMs <= nowMs && !inFlight.has(id))
  }

  async function work(queue: Delivery[]): Promise<void> {
    for (let delivery = queue.pop(); delivery !== undefined; delivery = queue.pop()) {
      try {
        await attempt(delivery)
      } finally {
        inFlight.delete(delivery.id)
      }
    }
  }

  return {
    async deliverDue() {
      const refunds = failDueRefunds(state)
      await state.committed()
      const queue = takeDue().reverse()
      for (const { id } of queue) inFlight.add(id)
      const total = refunds + queue.length
      await Promise.all(Array.from({ length: CONCURRENT_MAX }, () => work(queue)))
      await state.committed()
      return total
    },
    nextDueMs() {
      let nextMs = Infinity
      for (const { dueMs } of state.timers.values()) nextMs = Math.min(nextMs, dueMs)
      for (const { id, dueMs } of state.deliveries.values()) {
        if (!inFlight.has(id)) nextMs = Math.min(nextMs, dueMs)
      }
      return nextMs === Infinity ? null : nextMs
    },
  }
}

/** Sign a webhook the way Stripe does: HMAC-SHA-256 over the time in seconds and the body. */
export async function signWebhook(secret: string, body: string, nowMs: number): Promise<string> {
  const seconds = Math.floor(nowMs / 1_000)
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const bytes = encoder.encode(secret)
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign'])
  const mac = await crypto.subtle.sign('HMAC', key, encoder.encode(`${seconds}.${body}`))
  const hex = Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `t=${seconds},v1=${hex}`
}

/** Whatever goes wrong on the way is the receiver's failure to acknowledge. */
async function isAcknowledged(status: Promise<number>): Promise<boolean> {
  try {
    const code = await status
    return code >= 200 && code < 300
  } catch {
    return false
  }
}
