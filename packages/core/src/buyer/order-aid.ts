import type { NodeId, OrderId } from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import { findOrder } from '../order/order-row.ts'
import { voucherForOrder, type OrderVoucher } from '../voucher/fallback-voucher.ts'

/** What a buyer whose order went wrong may count on. */
export interface OrderAid {
  /** Why it is in rescue: its payment, or that its units were not there. */
  readonly cause: 'payment' | 'units'
  /** Until when another payment keeps the unit; `null` unless the order is in rescue. */
  readonly rescueUntilMs: number | null
  /** The voucher that made the order good, with its code. */
  readonly voucher: OrderVoucher | null
}

/**
 * Read what the buyer of an order may count on, for the node that sold it: only that node knows
 * whose the order is. `null` for an order that is not the node's, or has not arrived yet. [BU1]
 */
export async function readOrderAid(
  core: Core,
  asker: { readonly nodeId: NodeId; readonly orderId: OrderId },
): Promise<OrderAid | null> {
  const order = await core.books.read('aid for a buyer', (trx) => findOrder(trx, asker.orderId))
  if (order === undefined || order.node_id !== asker.nodeId) return null
  const rescueUntilMs = order.state === 'rescue' ? order.deadline_at_ms : null
  const cause = order.is_contested === 1 ? 'units' : 'payment'
  return { cause, rescueUntilMs, voucher: await voucherForOrder(core, asker.orderId) }
}
