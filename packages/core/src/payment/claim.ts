import { sql } from 'kysely'

import type { Core } from '../core.ts'
import type { PaymentRow } from './payment-row.ts'
import type { RefundRow } from '../refund/refund-row.ts'

/**
 * Whether a runner may find anything: a look, since an idle core asks many times a second and must
 * not keep writers waiting for that. It may say so of what another worker has claimed.
 */
export async function isAnythingDue(core: Core): Promise<boolean> {
  const nowMs = core.nowMs()
  return core.books.read('anything due', async (trx) => {
    const { rows } = await sql`
      select 1 from payment where next_at_ms <= ${nowMs}
      union all select 1 from refund where next_at_ms <= ${nowMs}
      union all select 1 from sale_order where state = 'rescue' and deadline_at_ms <= ${nowMs}
      union all select 1 from till_request where state = 'pending'
      union all select 1 from wallet where state in ('asked', 'open') and settle_by_ms <= ${nowMs}
      limit 1`.execute(trx)
    return rows.length > 0
  })
}

/** How much to take, and how long nobody else may act on it. */
export interface ClaimRequest {
  readonly limit: number
  /** Longer than all calls of one step together, milliseconds. */
  readonly claimMs: number
}

/**
 * Take what is due, oldest first, in one guarded statement: of two workers that try at once, one
 * gets a row. A claim that ran out is taken over by whoever comes next. [PM8]
 */
export async function claimPayments(
  core: Core,
  request: ClaimRequest,
): Promise<readonly PaymentRow[]> {
  const rows = await claim(core, 'payment', request)
  return rows as readonly PaymentRow[]
}

/** The same for refunds. */
export async function claimRefunds(
  core: Core,
  request: ClaimRequest,
): Promise<readonly RefundRow[]> {
  const rows = await claim(core, 'refund', request)
  return rows as readonly RefundRow[]
}

async function claim(
  core: Core,
  table: 'payment' | 'refund',
  { limit, claimMs }: ClaimRequest,
): Promise<readonly unknown[]> {
  const [nowMs, id] = [core.nowMs(), core.newId()]
  const key = sql.ref(table === 'payment' ? 'pay_key' : 'refund_id')
  const isDue = sql`next_at_ms <= ${nowMs} and (claim is null or claimed_until_ms <= ${nowMs})`
  return core.books.transact(`claim ${table}`, async (trx) => {
    const { rows } = await sql`
      update ${sql.table(table)}
         set claim = ${id}, claimed_until_ms = ${nowMs + claimMs}, attempts = attempts + 1
       where ${key} in (
               select ${key} from ${sql.table(table)}
                where ${isDue} order by next_at_ms, ${key} limit ${limit})
         and ${isDue}
      returning *`.execute(trx)
    return rows
  })
}
