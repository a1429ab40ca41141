import type { OrderLine, OrderState } from '@nightmarket/kernel'
import { sql, type Transaction } from 'kysely'

import type { Core } from '../core.ts'
import type { Books, Row } from '../database/books-tables.ts'
import { findPaymentsOf, type PaymentRow } from '../payment/payment-row.ts'
import { findRefundsOf, type RefundRow } from '../refund/refund-row.ts'
import { findOrder, type OrderRow } from './order-row.ts'

/** The orders a page may hold. [S7] */
export const ORDERS_MAX = 500

/** Which orders to list; what is absent does not filter. */
export interface OrderFilter {
  readonly states?: readonly OrderState[]
  readonly nodeId?: string
  readonly dropId?: string
  readonly buyerId?: string
  readonly isContested?: boolean
}

/** Where a page begins: after this order, which is newer. */
export interface OrderPage {
  readonly after?: { readonly seenAtMs: number; readonly orderId: string }
  readonly limit?: number
}

/** An order in a table for people. Amounts in minor units. */
export interface OrderSummary {
  readonly orderId: string
  readonly state: OrderState
  readonly nodeId: string
  readonly dropId: string
  readonly buyerId: string
  readonly lines: readonly OrderLine[]
  readonly totalMinor: number
  readonly currency: string
  readonly method: string
  readonly acceptedAtMs: number
  readonly seenAtMs: number
  readonly deadlineAtMs: number | null
  readonly isContested: boolean
  readonly reason: string | null
}

/** An order with all that happened to its money. */
export interface OrderDetail extends OrderSummary {
  readonly payments: readonly PaymentRow[]
  readonly refunds: readonly RefundRow[]
  readonly mismatches: readonly Row<'mismatch'>[]
  /** Whether it has a voucher; its code is only told by `voucherForOrder`. */
  readonly hasVoucher: boolean
}

/** List orders, the newest at the core first. [VO7] */
export async function listOrders(
  core: Pick<Core, 'books'>,
  filter: OrderFilter = {},
  page: OrderPage = {},
): Promise<readonly OrderSummary[]> {
  const { after } = page
  const limit = Math.min(page.limit ?? ORDERS_MAX, ORDERS_MAX)
  const rows = await core.books.read('orders', (trx) => {
    let query = filtered(trx, filter)
    if (after !== undefined) {
      query = query.where((where) =>
        where.or([
          where('seen_at_ms', '<', after.seenAtMs),
          where.and([
            where('seen_at_ms', '=', after.seenAtMs),
            where('order_id', '>', after.orderId),
          ]),
        ]),
      )
    }
    return query.orderBy('seen_at_ms', 'desc').orderBy('order_id').limit(limit).execute()
  })
  return rows.map((row) => summaryOf(row as OrderRow))
}

/** Read one order; `null` before its journal has arrived. */
export async function readOrder(
  core: Pick<Core, 'books'>,
  orderId: string,
): Promise<OrderDetail | null> {
  return core.books.read('order', async (trx) => {
    const order = await findOrder(trx, orderId)
    if (order === undefined) return null
    const payments = await findPaymentsOf(trx, orderId)
    const refunds: RefundRow[] = []
    for (const { pay_key } of payments) refunds.push(...(await findRefundsOf(trx, pay_key)))
    const mismatches = await trx
      .selectFrom('mismatch')
      .selectAll()
      .where('order_id', '=', orderId)
      .orderBy('opened_at_ms')
      .execute()
    const voucher = await trx
      .selectFrom('voucher')
      .select('voucher_hash')
      .where('order_id', '=', orderId)
      .executeTakeFirst()
    const hasVoucher = voucher !== undefined
    return { ...summaryOf(order), payments, refunds, mismatches, hasVoucher }
  })
}

/** How many orders are in a state, and what they come to. */
export interface OrderCount {
  readonly state: OrderState
  readonly currency: string
  readonly orders: number
  readonly totalMinor: number
}

/** Counts and sums by state and currency. [VO7] */
export async function countOrders(
  core: Pick<Core, 'books'>,
  filter: OrderFilter = {},
): Promise<readonly OrderCount[]> {
  const rows = await core.books.read('count orders', (trx) =>
    trx
      .selectFrom(filtered(trx, filter).as('chosen'))
      .select([
        'state',
        'currency',
        sql<number>`cast(count(*) as bigint)`.as('orders'),
        sql<number>`cast(sum(total_minor) as bigint)`.as('totalMinor'),
      ])
      .groupBy(['state', 'currency'])
      .orderBy('state')
      .orderBy('currency')
      .execute(),
  )
  return rows.map((row) => ({ ...row, state: row.state as OrderState }))
}

function filtered(trx: Transaction<Books>, filter: OrderFilter) {
  let query = trx.selectFrom('sale_order').selectAll()
  if (filter.states !== undefined) query = query.where('state', 'in', filter.states)
  if (filter.nodeId !== undefined) query = query.where('node_id', '=', filter.nodeId)
  if (filter.dropId !== undefined) query = query.where('drop_id', '=', filter.dropId)
  if (filter.buyerId !== undefined) query = query.where('buyer_id', '=', filter.buyerId)
  if (filter.isContested !== undefined) {
    query = query.where('is_contested', '=', filter.isContested ? 1 : 0)
  }
  return query
}

function summaryOf(row: OrderRow): OrderSummary {
  return {
    orderId: row.order_id,
    state: row.state,
    nodeId: row.node_id,
    dropId: row.drop_id,
    buyerId: row.buyer_id,
    lines: JSON.parse(row.lines) as readonly OrderLine[],
    totalMinor: row.total_minor,
    currency: row.currency,
    method: row.method,
    acceptedAtMs: row.accepted_at_ms,
    seenAtMs: row.seen_at_ms,
    deadlineAtMs: row.deadline_at_ms,
    isContested: row.is_contested === 1,
    reason: row.reason,
  }
}
