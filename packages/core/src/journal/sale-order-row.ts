import { END_WITHIN_MS, type JournalEntry, type OrderAccepted } from '@nightmarket/kernel'

import type { NewRow } from '../database/books-tables.ts'

/** What the core made of an accepted order. */
export interface SaleFinding {
  /** Why it is contested; `null` when it is in order. */
  readonly reason: string | null
  /** Whether its units were there and count as sold. */
  readonly isHolding: boolean
  /** Its pin's release, or what stands in for one that nobody knows. */
  readonly releaseId: string
  readonly nowMs: number
}

/** The row of an order as its journal has it. A contested one begins in rescue. [L5] */
export function saleOrderRow(
  entry: JournalEntry,
  order: OrderAccepted,
  { reason, isHolding, releaseId, nowMs }: SaleFinding,
): NewRow<'sale_order'> {
  const isContested = reason !== null
  return {
    order_id: order.orderId,
    node_id: entry.nodeId,
    epoch: entry.epoch,
    sequence: entry.sequence,
    state: isContested ? 'rescue' : order.state,
    buyer_id: order.buyerId,
    drop_id: order.dropId,
    release_id: releaseId,
    release_number: order.pin.releaseNumber,
    lines: JSON.stringify(order.lines),
    allocations: JSON.stringify(order.allocations),
    total_minor: order.totalMinor,
    currency: order.currency,
    method: order.payment.method,
    pay_key: order.payment.payKey,
    accepted_at_ms: entry.atMs,
    seen_at_ms: nowMs,
    deadline_at_ms: isContested ? nowMs + END_WITHIN_MS : null,
    is_contested: isContested ? 1 : 0,
    node_state: order.state,
    holds_units: isHolding ? 1 : 0,
    reason,
  }
}
