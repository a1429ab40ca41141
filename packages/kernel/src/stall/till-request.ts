import type { OperatorId, OrderId, RequestId } from '../id.ts'
import type { OrderState } from '../order/order-state.ts'
import type { Decision, StallCommand } from './command.ts'
import { refuses, says } from './decision.ts'
import type { OrderRecord, StallState } from './state.ts'

/** What a till may ask the core to do about an order. Only the core does it. [O4] */
export type RequestKind =
  /** Give the money back, all of it or `amountMinor`. */
  | 'refund'
  /** Give up a rescue, and make it good with a voucher. */
  | 'voucher'
  /** Give up a rescue: its unit goes to the next buyer. */
  | 'release'

/** A wish of an operator that the core decides when it hears of it. Who and why are in it. */
export interface RequestMade {
  readonly requestId: RequestId
  readonly orderId: OrderId
  readonly kind: RequestKind
  /** Of a refund; `null` is all that is left. */
  readonly amountMinor: number | null
  /** Cash that was handed back at the till already: the core books what happened. */
  readonly isPaidOut: boolean
  readonly operatorId: OperatorId
  readonly why: string
}

/** What the core made of a request. A refusal says its reason by a code. */
export interface RequestDecided {
  readonly requestId: RequestId
  readonly verdict: 'done' | 'refused'
  /** The code of a refusal; `null` when it was done. */
  readonly reason: string | null
}

/** A request as its till knows it; queued while it has no verdict. */
export interface RequestRecord {
  readonly request: RequestMade
  readonly sequence: number
  readonly atMs: number
  verdict: RequestDecided | null
}

/** The longest reason an operator gives, in characters. */
export const WHY_LENGTH_MAX = 200

/**
 * Decide to journal a request. [RQ1]
 *
 * - [RQ1] The same request id is the same request; with another body it is refused.
 * - [RQ2] Cash is handed back only for an order that was sold here for cash and still has its
 *   money, be it in rescue or owed back by now, and never more than it cost, whatever the core will
 *   say.
 */
export function makeRequest(
  state: StallState,
  { request }: Extract<StallCommand, { readonly type: 'make_request' }>,
): Decision {
  const known = state.requests.get(request.requestId)
  if (known !== undefined) {
    return isSame(known.request, request)
      ? says({ status: 'done' })
      : refuses({ code: 'idempotency_key_reused' })
  }
  if (request.isPaidOut) {
    const refusal = payOutRefusal(state, request)
    if (refusal !== null) return refusal
  }
  return { events: [{ type: 'request.made', body: request }], answer: { status: 'done' } }
}

/** The states in which the cash of an order that was paid in cash lies in the drawer. */
const MONEY_IS_HERE: ReadonlySet<OrderState> = new Set([
  'captured',
  'fulfilled',
  'rescue',
  'refund_due',
])

function payOutRefusal(state: StallState, request: RequestMade): Decision | null {
  const record = state.orders.get(request.orderId)
  if (record === undefined) return refuses({ code: 'order_unknown' })
  const isCash = record.payment.method === 'cash'
  if (request.kind !== 'refund' || !isCash || !MONEY_IS_HERE.has(record.state)) {
    return refuses({ code: 'order_not_paid_in_cash', state: record.state })
  }
  const leftMinor = record.order.totalMinor - paidOutMinor(state, record)
  const wantedMinor = request.amountMinor ?? record.order.totalMinor
  const isCovered = wantedMinor > 0 && wantedMinor <= leftMinor
  return isCovered ? null : refuses({ code: 'paid_out_already', leftMinor })
}

/** What was handed back of an order's cash here. */
export function paidOutMinor(state: StallState, { order }: OrderRecord): number {
  let paidMinor = 0
  for (const { request } of state.requests.values()) {
    if (request.orderId !== order.orderId || !request.isPaidOut) continue
    paidMinor += request.amountMinor ?? order.totalMinor
  }
  return paidMinor
}

function isSame(left: RequestMade, right: RequestMade): boolean {
  return (
    left.orderId === right.orderId &&
    left.kind === right.kind &&
    left.amountMinor === right.amountMinor &&
    left.isPaidOut === right.isPaidOut &&
    left.operatorId === right.operatorId &&
    left.why === right.why
  )
}
