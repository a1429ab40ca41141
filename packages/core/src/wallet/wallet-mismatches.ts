import { createMismatch, type Mismatch, type NodeId } from '@nightmarket/kernel'
import { sql, type Transaction } from 'kysely'

import type { Books } from '../database/books-tables.ts'

interface WalletSums {
  readonly wallet_id: string
  readonly node_id: string
  readonly state: string
  readonly drawn_minor: number
  readonly captured_minor: number
  readonly disputed_minor: number
  readonly seen_at_ms: number
}

/**
 * Wallets whose money is not what was drawn: captured otherwise, lost, or taken back by a bank.
 * Their payments are of no order, so that the three-way match leaves them out. [WL6]
 */
export async function findWalletMismatches(
  trx: Transaction<Books>,
): Promise<readonly Mismatch[]> {
  const { rows } = await sql<WalletSums>`
    select w.wallet_id, w.node_id, w.state, w.drawn_minor, w.seen_at_ms,
           p.captured_minor, p.disputed_minor
      from wallet w join payment p on p.pay_key = w.pay_key
     where w.state = 'lost' or p.disputed_minor > 0
        or (w.state = 'settled' and p.captured_minor <> w.drawn_minor)`.execute(trx)
  return rows.map((row) => {
    const kind = row.disputed_minor > 0 ? 'disputed' : 'amount_differs'
    const { state, drawn_minor: drawnMinor, captured_minor: capturedMinor } = row
    const about = { subject: row.wallet_id, orderId: null, nodeId: row.node_id as NodeId }
    const detail = { state, drawnMinor, capturedMinor }
    return createMismatch(kind, row.seen_at_ms, { ...about, detail })
  })
}
