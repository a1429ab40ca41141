import type { OrderRecord } from '@nightmarket/kernel'

/** How much of what was sold without the network has arrived. */
export interface SyncProgress {
  readonly sales: number
  readonly salesSent: number
  readonly totalMinor: number
  readonly sentMinor: number
}

/**
 * How far the sales after an entry have come: those that were still to be sent when the till was
 * cut off, and what was sold since. `null` when there were none. [TV22]
 */
export function syncProgress(
  orders: Iterable<OrderRecord>,
  fromSequence: number,
  acknowledged: number,
): SyncProgress | null {
  const progress = { sales: 0, salesSent: 0, totalMinor: 0, sentMinor: 0 }
  for (const { sequence, order } of orders) {
    if (sequence <= fromSequence) continue
    progress.sales += 1
    progress.totalMinor += order.totalMinor
    if (sequence > acknowledged) continue
    progress.salesSent += 1
    progress.sentMinor += order.totalMinor
  }
  return progress.sales === 0 ? null : progress
}
