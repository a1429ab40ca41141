import {
  deferralLeft,
  unsoldOf,
  type DeferralLeft,
  type Moment,
  type StallState,
} from '@nightmarket/kernel'
import type { UplinkStatus } from '@nightmarket/sync'

/** How long before the end of what a till may sell it says so. */
export const WARNING_MS = 15 * 60_000

/** How a till stands with its parent, as its operator is told. */
export interface Standing {
  readonly isOffline: boolean
  /** Since when, epoch milliseconds. */
  readonly offlineSinceMs: number | null
  /** Sales that the books do not have yet. */
  readonly unsyncedSales: number
  readonly unsyncedMinor: number
  /** Anything at all that is still to be sent. */
  readonly unsyncedEntries: number
  /** Units that can be sold here without asking anybody. */
  readonly unitsLeft: number
  /** When the last of them may no longer be sold; `null` without any. */
  readonly sellUntilMs: number | null
  /** Whether that moment is near, and nobody can extend it now. */
  readonly isEndNear: boolean
  /** What may be sold before its payment is checked; `null` before anything is sold here. */
  readonly deferred: DeferralLeft | null
  /** Whether that is nearly used up, or its time nearly over. */
  readonly isDeferredNear: boolean
  readonly refused: UplinkStatus['refused']
}

/** The share of its deferred limits that a till keeps quiet about: it warns of the last tenth. */
const DEFERRED_WARNING_SHARE = 0.1

/** What a till tells about itself, from its own state and its uplink. [TV3] */
export function standingOf(state: StallState, uplink: UplinkStatus, moment: Moment): Standing {
  const unsynced = [...state.orders.values()].filter(
    ({ sequence }) => sequence > uplink.acknowledged,
  )
  const leases = [...state.leases.values()].filter(
    (lease) => unsoldOf(lease) > 0 && lease.sellUntilMs > moment.atMs,
  )
  const ends = leases.map(({ sellUntilMs }) => sellUntilMs)
  const sellUntilMs = ends.length === 0 ? null : Math.max(...ends)
  const isOffline = !uplink.isConnected
  return {
    isOffline,
    offlineSinceMs: uplink.offlineSinceMs,
    unsyncedSales: unsynced.length,
    unsyncedMinor: unsynced.reduce((sum, { order }) => sum + order.totalMinor, 0),
    unsyncedEntries: uplink.unsynced,
    unitsLeft: leases.reduce((sum, lease) => sum + unsoldOf(lease), 0),
    sellUntilMs,
    isEndNear: isOffline && sellUntilMs !== null && sellUntilMs - moment.atMs < WARNING_MS,
    deferred: deferralLeft(state),
    isDeferredNear: isDeferredNear(state, moment),
    refused: uplink.refused,
  }
}

/** Whether sales on promise end soon: by count, by sum, or by the age of the oldest. [SV7] */
function isDeferredNear(state: StallState, { atMs }: Moment): boolean {
  const left = deferralLeft(state)
  if (left === null || state.active === null || state.deferred.acceptedAtMs.size === 0) return false
  const { ordersMax, sumMinorMax } = state.active.index.release.terms.deferred
  return (
    left.orders <= ordersMax * DEFERRED_WARNING_SHARE ||
    left.sumMinor <= sumMinorMax * DEFERRED_WARNING_SHARE ||
    (left.endsAtMs !== null && left.endsAtMs - atMs < WARNING_MS)
  )
}

/** The code by which a sale is found again: the first eight characters of its order id. */
export function shortCode(orderId: string): string {
  return orderId.replaceAll('-', '').slice(0, 8).toUpperCase()
}
