import {
  createMismatch,
  type JournalEntry,
  type Json,
  type MismatchKind,
  type OrderId,
} from '@nightmarket/kernel'

import type { Batch } from './batch.ts'

/** Show an entry to a person. One mismatch per entry. */
export function poison(
  batch: Batch,
  entry: JournalEntry,
  reason: string,
  about: { readonly kind?: MismatchKind; readonly orderId?: OrderId } = {},
): void {
  const { nodeId, epoch, sequence, type } = entry
  const detail: Record<string, Json> = { reason, epoch, sequence, type }
  const orderId = about.orderId ?? null
  const kind = about.kind ?? 'poisoned_entry'
  // The reconciler knows an oversold order by its id, and closes the mismatch when its rescue ends.
  const isOversold = kind === 'units_oversold' && orderId !== null
  const subject = isOversold ? orderId : `${nodeId}/${epoch}/${sequence}`
  const { nowMs } = batch.known
  batch.mismatches.push(createMismatch(kind, nowMs, { subject, orderId, nodeId, detail }))
}
