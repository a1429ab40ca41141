import type { AuditCheck } from './audit-check.ts'
import { auditFeeds } from './audit-feeds.ts'
import { auditJournals } from './audit-journals.ts'
import { auditLedger, auditPostings } from './audit-ledger.ts'
import { auditCaptures, auditEnds, auditRefunds } from './audit-money.ts'
import { auditOversold, auditStock } from './audit-stock.ts'
import { auditWallets } from './audit-wallets.ts'
import type { AuditedCore } from './audited-core.ts'

/**
 * Walk all of the books and say what was checked and what does not hold, check by check.
 *
 * Safe beside a running core: each check reads one consistent state of what it compares.
 */
export async function* auditBooks(core: AuditedCore): AsyncGenerator<AuditCheck> {
  yield await auditStock(core)
  yield await auditOversold(core)
  yield* await auditJournals(core)
  yield await auditCaptures(core)
  yield await auditRefunds(core)
  yield await auditLedger(core)
  yield await auditPostings(core)
  yield await auditWallets(core)
  yield await auditEnds(core)
  yield await auditFeeds(core)
}
