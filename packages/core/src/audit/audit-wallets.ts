import { sql } from 'kysely'

import { AuditFindings, type AuditCheck } from './audit-check.ts'
import type { AuditedCore } from './audited-core.ts'

interface WalletSums {
  readonly wallet_id: string
  readonly state: string
  readonly drawn_minor: number
  readonly captured_minor: number
  readonly tipped_minor: number
  readonly bought_minor: number
}

/**
 * [AU12] What was drawn from each wallet is its tips and its purchases; a settled one was captured
 * for just that; and what the ledger has as still to be captured is what is.
 */
export async function auditWallets(core: Pick<AuditedCore, 'books'>): Promise<AuditCheck> {
  const findings = new AuditFindings('wallets_add_up')
  await core.books.read('audit wallets', async (trx) => {
    const { rows } = await sql<WalletSums>`
      select w.wallet_id, w.state, w.drawn_minor, p.captured_minor,
             cast(coalesce((select sum(t.amount_minor) from tip t
               where t.wallet_id = w.wallet_id), 0) as bigint) as tipped_minor,
             cast(coalesce((select sum(d.captured_minor) from payment d
               where d.method = 'wallet' and d.reference = w.wallet_id), 0) as bigint)
               as bought_minor
        from wallet w join payment p on p.pay_key = w.pay_key`.execute(trx)
    findings.cover('wallets', rows.length)
    for (const row of rows) {
      const drawnMinor = row.tipped_minor + row.bought_minor
      if (row.drawn_minor !== drawnMinor) {
        findings.find(row.wallet_id, `drawn ${row.drawn_minor}, spent ${drawnMinor}`)
      }
      if (row.state === 'settled' && row.captured_minor !== row.drawn_minor) {
        findings.find(row.wallet_id, `drawn ${row.drawn_minor}, captured ${row.captured_minor}`)
      }
    }
    const isOver = new Set(['settled', 'lost'])
    const owedMinor = rows
      .filter((row) => !isOver.has(row.state))
      .reduce((sum, row) => sum + row.drawn_minor, 0)
    const { rows: booked } = await sql<{ readonly balance_minor: number }>`
      select cast(coalesce(sum(amount_minor), 0) as bigint) as balance_minor
        from posting where account = 'asset:wallet'`.execute(trx)
    const balanceMinor = booked[0]?.balance_minor ?? 0
    if (balanceMinor !== owedMinor) {
      findings.find('asset:wallet', `drawn ${owedMinor}, booked ${balanceMinor}`)
    }
  })
  return findings.check()
}
