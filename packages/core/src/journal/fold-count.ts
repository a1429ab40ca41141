import {
  type CashCounted,
  createMismatch,
  type JournalEntry,
  type StockCounted,
} from '@nightmarket/kernel'

import type { Batch } from './batch.ts'

/**
 * Money that was counted. [CN1]
 *
 * - [CN1] A drawer that does not hold what its journal says is shown to the treasurer, with both
 *   sums. Opening an empty one is no difference.
 */
export function foldCashCount(batch: Batch, entry: JournalEntry, count: CashCounted): void {
  batch.counts.push({ type: 'cash', entry, count })
  const { kind, amountMinor, expectedMinor, currency, operatorId, why } = count
  const isCount = kind === 'count' || (kind === 'opening' && expectedMinor !== 0)
  if (!isCount || amountMinor === expectedMinor) return
  const detail = { amountMinor, expectedMinor, currency, operatorId, why }
  show(batch, entry, 'drawer_differs', detail)
}

/**
 * Units that were counted. [CN2]
 *
 * - [CN2] A count that differs from what should lie there is shown to an operator, with both. It
 *   moves no unit: only a write-off does.
 */
export function foldStockCount(batch: Batch, entry: JournalEntry, count: StockCounted): void {
  batch.counts.push({ type: 'stock', entry, count })
  const { itemId, quantity, expectedQuantity, operatorId, why } = count
  if (quantity === expectedQuantity) return
  show(batch, entry, 'count_differs', { itemId, quantity, expectedQuantity, operatorId, why })
}

function show(
  batch: Batch,
  { nodeId, epoch, sequence }: JournalEntry,
  kind: 'drawer_differs' | 'count_differs',
  detail: Readonly<Record<string, string | number>>,
): void {
  const subject = `${nodeId}/${epoch}/${sequence}`
  const about = { subject, orderId: null, nodeId, detail: { ...detail, epoch, sequence } }
  batch.mismatches.push(createMismatch(kind, batch.known.nowMs, about))
}
