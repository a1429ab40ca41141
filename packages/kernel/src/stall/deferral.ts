import type { ReleaseIndex } from '../release/release-index.ts'
import type { Moment } from './command.ts'
import type { Intent } from './event.ts'
import type { StallState } from './state.ts'

/**
 * Whether a sale may be accepted before its payment was checked.
 *
 * - [O7] Within every limit that the release sets: per order, per buyer, per node in count and sum,
 *   and the age of the oldest one still unchecked.
 */
export function mayDefer(
  state: StallState,
  index: ReleaseIndex,
  intent: Intent,
  moment: Moment,
): boolean {
  const limits = index.release.terms.deferred
  const { deferred } = state
  if (intent.totalMinor > limits.orderMinorMax) return false
  if (deferred.acceptedAtMs.size + 1 > limits.ordersMax) return false
  if (deferred.sumMinor + intent.totalMinor > limits.sumMinorMax) return false
  const ofBuyer = deferred.ordersByBuyer.get(intent.buyerId) ?? 0
  if (ofBuyer + 1 > limits.buyerOrdersMax) return false
  return ageOfOldestMs(state, moment) <= limits.ageMsMax
}

function ageOfOldestMs(state: StallState, moment: Moment): number {
  const oldest = state.deferred.acceptedAtMs.values().next()
  return oldest.done === true ? 0 : moment.atMs - oldest.value
}

/** What a node may still sell before the payment is checked, as its operator is told. */
export interface DeferralLeft {
  /** Sales. */
  readonly orders: number
  /** All of them together. */
  readonly sumMinor: number
  /** The most that one of them may cost. */
  readonly orderMinorMax: number
  /** When the oldest unchecked sale is too old for another one; `null` while all are checked. */
  readonly endsAtMs: number | null
}

/** How much of the deferred limits of the active release is left; `null` without one. [TP4] */
export function deferralLeft({ active, deferred }: StallState): DeferralLeft | null {
  if (active === null) return null
  const { ordersMax, sumMinorMax, orderMinorMax, ageMsMax } = active.index.release.terms.deferred
  const oldest = deferred.acceptedAtMs.values().next()
  const sumMinor = Math.max(0, sumMinorMax - deferred.sumMinor)
  return {
    orders: Math.max(0, ordersMax - deferred.acceptedAtMs.size),
    sumMinor,
    orderMinorMax: Math.min(orderMinorMax, sumMinor),
    endsAtMs: oldest.done === true ? null : oldest.value + ageMsMax,
  }
}
