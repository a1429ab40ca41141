import { sql } from 'kysely'

import { AuditFindings, type AuditCheck } from './audit-check.ts'
import type { AuditedCore } from './audited-core.ts'

/** [AU6] Every ledger entry, and so the whole, adds up to nothing in each currency. [I20] */
export async function auditLedger(core: Pick<AuditedCore, 'books'>): Promise<AuditCheck> {
  const findings = new AuditFindings('ledger_balanced')
  await core.books.read('audit ledger', async (trx) => {
    const { rows: counts } = await sql<{ entries: number; postings: number }>`
      select (select count(*) from ledger_entry) as entries,
             (select count(*) from posting) as postings`.execute(trx)
    findings.cover('entries', counts[0]?.entries ?? 0)
    findings.cover('postings', counts[0]?.postings ?? 0)
    const { rows } = await sql<{ entry_id: string; currency: string; left_minor: number }>`
      select e.entry_id, coalesce(p.currency, '') as currency,
             cast(coalesce(sum(p.amount_minor), 0) as bigint) as left_minor
        from ledger_entry e left join posting p on p.entry_id = e.entry_id
       group by e.entry_id, p.currency
      having coalesce(sum(p.amount_minor), 1) <> 0`.execute(trx)
    for (const row of rows) {
      const problem = `off by ${row.left_minor} ${row.currency}`
      findings.find(row.entry_id, row.currency === '' ? 'no postings' : problem)
    }
  })
  return findings.check()
}

interface PaymentSums {
  readonly pay_key: string
  readonly captured_minor: number
  readonly refunded_minor: number
  readonly credited_minor: number
  readonly debited_minor: number
}

/**
 * [AU7] What the ledger has for each payment of an order is what the payment came to: the parties
 * were credited what was captured, and debited what went back.
 */
export async function auditPostings(core: Pick<AuditedCore, 'books'>): Promise<AuditCheck> {
  const findings = new AuditFindings('postings_match')
  const rows = await core.books.read('audit postings', async (trx) => {
    const { rows: sums } = await sql<PaymentSums>`
      select p.pay_key, p.captured_minor,
             cast(coalesce((select sum(r.amount_minor) from refund r
               where r.pay_key = p.pay_key and r.state = 'succeeded'), 0) as bigint)
               as refunded_minor,
             cast(coalesce((select -sum(l.amount_minor) from posting l
               where l.entry_id = 'capture:' || p.pay_key
                 and l.account like 'liability:party:%'), 0) as bigint) as credited_minor,
             cast(coalesce((select sum(l.amount_minor) from refund r
               join posting l on l.entry_id = r.refund_id
               where r.pay_key = p.pay_key
                 and l.account like 'liability:party:%'), 0) as bigint) as debited_minor
        from payment p
       where p.captured_minor > 0
         and exists (select 1 from sale_order o where o.order_id = p.order_id)
         and not exists (select 1 from ledger_entry e
           where e.entry_id = 'unmatched:' || p.pay_key)`.execute(trx)
    return sums
  })
  findings.cover('payments', rows.length)
  for (const row of rows) {
    if (row.credited_minor !== row.captured_minor) {
      findings.find(row.pay_key, `captured ${row.captured_minor}, booked ${row.credited_minor}`)
    }
    if (row.debited_minor !== row.refunded_minor) {
      findings.find(row.pay_key, `refunded ${row.refunded_minor}, booked ${row.debited_minor}`)
    }
  }
  return findings.check()
}
