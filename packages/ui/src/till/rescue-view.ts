import {
  paidOutMinor,
  type OrderRecord,
  type OrderState,
  type StallState,
} from '@nightmarket/kernel'

import { lastRequestOf } from './verdict-view.ts'

/**
 * What can be done about a sale. `pay_back` hands its cash over now; `refund`, `voucher` and
 * `release` ask the core; `pay_again` takes another payment for a sale in rescue.
 */
export type Remedy = 'pay_back' | 'refund' | 'pay_again' | 'voucher' | 'release'

/**
 * Why a sale is in rescue: its payment was refused, or its units were not this till's to sell while
 * its cash lies in the drawer.
 */
export type RescueCause = 'payment_refused' | 'units_contested'

/** Why a sale is in rescue, as it can be told here. [TV23] */
export function rescueCause(record: OrderRecord): RescueCause {
  return record.payment.method === 'cash' ? 'units_contested' : 'payment_refused'
}

/**
 * What can be done about a sale now, the likeliest first. [TV23]
 *
 * Nothing while the core has not answered what was asked before: two wishes for one sale would be
 * decided in an order that nobody at the counter sees.
 */
export function remediesFor(state: StallState, record: OrderRecord): readonly Remedy[] {
  const asked = lastRequestOf(state.requests.values(), record.order.orderId)
  if (asked !== null && asked.verdict === null) return []
  const isCash = record.payment.method === 'cash'
  if (record.order.totalMinor === 0) return record.state === 'rescue' ? ['release'] : []
  if (isCash && MONEY_IS_HERE.has(record.state) && !record.isBeingPaid) {
    const isLeft = paidOutMinor(state, record) < record.order.totalMinor
    const remedies: readonly Remedy[] = isLeft ? ['pay_back'] : []
    return record.state === 'rescue' ? [...remedies, 'release'] : remedies
  }
  if (record.state === 'captured' || record.state === 'fulfilled') return isCash ? [] : ['refund']
  const isStuck = record.state === 'rescue' && !record.isBeingPaid
  return isStuck ? ['pay_again', 'voucher', 'release'] : []
}

/** The states in which the cash of a sale that was paid in cash lies in the drawer. */
const MONEY_IS_HERE: ReadonlySet<OrderState> = new Set([
  'captured',
  'fulfilled',
  'rescue',
  'refund_due',
])
