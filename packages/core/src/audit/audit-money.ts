import { sql } from 'kysely'

import { AuditFindings, type AuditCheck } from './audit-check.ts'
import type { AuditedCore } from './audited-core.ts'

/** How long after its deadline an order may still be open: the time of a pass or two. */
const END_GRACE_MS = 5 * 60_000

/** How long an order may wait without any deadline. */
const OPEN_MS_MAX = 60 * 60_000

interface OrderSums {
  readonly order_id: string
  readonly total_minor: number
  readonly held_minor: number
  readonly holding: number
}

/**
 * [AU4] An order has its money once: at most one payment holds any, and no more than its price.
 * What a dispute took back is not held.
 * [I14] A paid order has a payment that was captured.
 */
export async function auditCaptures(core: Pick<AuditedCore, 'books'>): Promise<AuditCheck> {
  const findings = new AuditFindings('captured_once')
  await core.books.read('audit captures', async (trx) => {
    const { rows } = await sql<OrderSums>`
      select o.order_id, o.total_minor,
             cast(coalesce(sum(p.captured_minor - p.refunded_minor - p.disputed_minor), 0)
               as bigint) as held_minor,
             cast(coalesce(sum(case when p.captured_minor > p.refunded_minor + p.disputed_minor
               then 1 else 0 end), 0) as bigint) as holding
        from sale_order o left join payment p
          on p.order_id = o.order_id and p.is_wallet = 0
       group by o.order_id, o.total_minor`.execute(trx)
    findings.cover('orders', rows.length)
    for (const row of rows) {
      if (row.holding > 1) findings.find(row.order_id, `${row.holding} payments hold money`)
      if (row.held_minor > row.total_minor) {
        findings.find(row.order_id, `holds ${row.held_minor} of a price of ${row.total_minor}`)
      }
    }
    const unpaid = await trx
      .selectFrom('sale_order')
      .select(['order_id', 'state'])
      .where('state', 'in', ['captured', 'fulfilled', 'refund_due', 'refunded', 'disputed'])
      .where(sql<boolean>`not exists (select 1 from payment p
        where p.order_id = sale_order.order_id
          and (p.captured_minor > 0 or p.method = 'cash'))`)
      .execute()
    for (const row of unpaid) findings.find(row.order_id, `${row.state} without a capture`)
  })
  return findings.check()
}

interface RefundSums {
  readonly pay_key: string
  readonly captured_minor: number
  readonly refunded_minor: number
  readonly decided_minor: number
  readonly late: number
}

/**
 * [AU5] Σ refunds ≤ captured, what is reserved is what was decided, and nothing was decided after a
 * dispute began. [I15]
 */
export async function auditRefunds(core: Pick<AuditedCore, 'books'>): Promise<AuditCheck> {
  const findings = new AuditFindings('refunds_covered')
  const rows = await core.books.read('audit refunds', async (trx) => {
    const { rows: sums } = await sql<RefundSums>`
      select p.pay_key, p.captured_minor, p.refunded_minor,
             cast(coalesce(sum(case when r.state <> 'failed' then r.amount_minor else 0 end), 0)
               as bigint) as decided_minor,
             cast(coalesce(sum(case when r.requested_at_ms > p.disputed_at_ms then 1 else 0 end), 0)
               as bigint) as late
        from payment p left join refund r on r.pay_key = p.pay_key
       where p.captured_minor > 0
       group by p.pay_key, p.captured_minor, p.refunded_minor`.execute(trx)
    return sums
  })
  findings.cover('payments', rows.length)
  for (const row of rows) {
    const { pay_key: payKey, decided_minor: decided } = row
    if (decided > row.captured_minor) {
      findings.find(payKey, `refunds ${decided} of ${row.captured_minor}`)
    }
    // A charge adopted from outside of the books may have been refunded there before.
    if (decided > row.refunded_minor) {
      findings.find(payKey, `refunds ${decided} reserve ${row.refunded_minor}`)
    }
    if (row.late > 0) findings.find(payKey, `${row.late} refunds after a dispute`)
  }
  return findings.check()
}

/**
 * [AU8] No order is open past its deadline, or for an hour without one. A refund that is due is not
 * late here: its mismatch is.
 */
export async function auditEnds(core: Pick<AuditedCore, 'books' | 'nowMs'>): Promise<AuditCheck> {
  const findings = new AuditFindings('orders_end')
  const nowMs = core.nowMs()
  const rows = await core.books.read('audit ends', (trx) =>
    trx
      .selectFrom('sale_order')
      .select(['order_id', 'state', 'deadline_at_ms', 'seen_at_ms'])
      .where('state', 'in', ['accepted', 'deferred', 'unknown', 'authorized', 'rescue'])
      .execute(),
  )
  findings.cover('openOrders', rows.length)
  for (const row of rows) {
    const deadlineAtMs = row.deadline_at_ms ?? row.seen_at_ms + OPEN_MS_MAX
    const lateMs = nowMs - deadlineAtMs
    if (lateMs > END_GRACE_MS) {
      findings.find(row.order_id, `${row.state}, ${Math.round(lateMs / 60_000)} minutes late`)
    }
  }
  return findings.check()
}
