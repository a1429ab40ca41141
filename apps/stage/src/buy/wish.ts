import type { OrderState } from '@nightmarket/kernel'
import type { OrderAid } from '@nightmarket/ui'

/** How a wish is paid: a processor's reference, or a voucher's code. Never a card's number. */
export type Payment =
  | {
      readonly payKey: string
      readonly method: 'card'
      readonly reference: string
      /** Of a kept method: that its owner tapped. */
      readonly proof?: object
    }
  | { readonly payKey: string; readonly method: 'voucher'; readonly voucherCode: string }

/**
 * One tap on "buy", kept on the device before its first byte leaves. [O1]
 *
 * Its order id and its pay key never change, and from the moment it was sent it belongs to one
 * edge: only that edge knows what became of it, so it is never sent to another.
 */
export interface Wish {
  readonly orderId: string
  readonly buyerId: string
  readonly edgeUrl: string
  readonly dropId: string
  readonly variantId: string
  readonly title: string
  readonly quantity: number
  /** What the page said one costs. Nothing dearer is ever bought. */
  readonly unitPriceMinor: number
  readonly currency: string
  readonly payment: Payment
  readonly hasConsent: boolean
  readonly token: string | null
  /** Whether a byte of the order may have reached its edge. */
  readonly wasSent: boolean
  readonly createdAtMs: number
  readonly standing: Standing
  /** The receipt's JSON, once there is one. */
  readonly receipt: object | null
  /** Another payment after a decline, kept before it is sent. */
  readonly rescue: { readonly payment: Payment; readonly wasSent: boolean } | null
  /** What its buyer may count on, once it went wrong and the core was asked. */
  readonly aid?: OrderAid | null
}

/**
 * How a wish stands.
 *
 * ```
 * queued ──► asked ──► ordered(state …)          bought; follows the order to its end
 *   ▲          ├─────► waiting ──► held ──► asked
 *   │          ├─────► paying ──► ordered | over
 *   └──────────┴─────► refused | dearer | over   nothing was bought
 * ```
 */
export type Standing =
  | { readonly is: 'queued' }
  | { readonly is: 'asked'; readonly holdId: string | null }
  | { readonly is: 'waiting'; readonly position: number }
  | { readonly is: 'held'; readonly holdId: string; readonly expiresAtMs: number }
  | { readonly is: 'paying' }
  | { readonly is: 'ordered'; readonly state: OrderState }
  | { readonly is: 'dearer'; readonly unitPriceMinor: number }
  | { readonly is: 'refused'; readonly code: string }
  | { readonly is: 'over'; readonly reason: string }

/** What there is to do for a wish now. */
export type Step =
  | { readonly do: 'price' }
  | { readonly do: 'send'; readonly body: object }
  | { readonly do: 'pay_again'; readonly payment: Payment }
  | { readonly do: 'receipt' }
  | { readonly do: 'aid' }
  | { readonly do: 'look'; readonly known: string; readonly waitMs: number }
  | { readonly do: 'ask_buyer' }
  | { readonly do: 'rest' }

/** Orders that still move by themselves. */
const RESTLESS: ReadonlySet<OrderState> = new Set([
  'accepted',
  'deferred',
  'unknown',
  'authorized',
  'refund_due',
])

/** How long one question waits for news. In line it is shorter, since places move. */
const WAIT_MS = { order: 20_000, line: 2_000 }

/** Decide what comes next. Pure: the same wish has the same next step on every device. */
export function nextStep(wish: Wish): Step {
  const { standing } = wish
  switch (standing.is) {
    case 'queued':
      return wish.token === null ? { do: 'price' } : { do: 'send', body: orderBody(wish, null) }
    case 'asked':
      return { do: 'send', body: orderBody(wish, standing.holdId) }
    case 'waiting':
      return { do: 'look', known: 'none', waitMs: WAIT_MS.line }
    case 'paying':
      return { do: 'look', known: 'paying', waitMs: WAIT_MS.order }
    case 'ordered':
      return stepOfOrder(wish, standing.state)
    case 'held':
    case 'dearer':
      return { do: 'ask_buyer' }
    case 'refused':
    case 'over':
      return { do: 'rest' }
  }
}

function stepOfOrder({ receipt, rescue, aid = null }: Wish, state: OrderState): Step {
  if (receipt === null) return { do: 'receipt' }
  if (state === 'rescue') {
    if (rescue?.wasSent === false) return { do: 'pay_again', payment: rescue.payment }
    if (aid === null) return { do: 'aid' }
    if (rescue === null) {
      return { do: 'look', known: state, waitMs: WAIT_MS.order }
    }
    return { do: 'look', known: state, waitMs: WAIT_MS.order / 4 }
  }
  const isOwedAid = aid === null || aid.rescueUntilMs !== null
  if (state === 'released' && isOwedAid) return { do: 'aid' }
  if (RESTLESS.has(state)) return { do: 'look', known: state, waitMs: WAIT_MS.order }
  return { do: 'rest' }
}

/** The order as it is sent, the same each time. Of a hold, the hold says what is bought. */
function orderBody({ orderId, token, variantId, quantity, payment }: Wish, holdId: string | null) {
  if (holdId !== null) return { orderId, holdId, payment }
  return { orderId, token, lines: [{ variantId, quantity }], payment }
}

/** Whether the stall has not said yet what becomes of a tap. */
export function isBeingSold({ standing }: Wish): boolean {
  return standing.is === 'queued' || (standing.is === 'asked' && standing.holdId === null)
}

/** Whether the buyer still has something to expect from a wish. */
export function isOpen(wish: Wish): boolean {
  return nextStep(wish).do !== 'rest'
}
