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
