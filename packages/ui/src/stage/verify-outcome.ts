import {
  unpackText,
  type ReceiptProof,
  type ReceiptRejection,
  type Result,
} from '@nightmarket/kernel'

import type { SlipFacts } from './receipt-slip.ts'
import type { ReceiptRefusal } from './verify-report.ts'

/** What checking a receipt came to. */
export type VerifyOutcome =
  | { readonly is: 'unasked' }
  | { readonly is: 'genuine'; readonly slip: SlipFacts }
  | { readonly is: 'refused'; readonly code: ReceiptRefusal }

/** Put what a check found into what a page shows; things are called as they are called here. */
export function outcomeOf(
  verified: Result<ReceiptProof, ReceiptRejection>,
  titleOf: (variantId: string) => string,
): VerifyOutcome {
  if (!verified.ok) return { is: 'refused', code: verified.error.code }
  const { order, entry, nodeId, checkpoint } = verified.value
  const slip = {
    orderId: order.orderId,
    lines: order.lines.map((line) => ({ ...line, title: titleOf(line.variantId) })),
    totalMinor: order.totalMinor,
    nodeId,
    acceptedAtMs: entry.atMs,
    leafIndex: entry.sequence - 1,
    treeSize: checkpoint.size,
  }
  return { is: 'genuine', slip }
}

/**
 * Read a receipt as a QR code has it, alone as JSON, or in the whole answer that an edge gave to an
 * order; `null` for none of them.
 */
export function readReceipt(text: string): unknown {
  const packed = unpackText(text)
  if (packed !== null) return packed
  try {
    const value: unknown = JSON.parse(text)
    const isAnswer = typeof value === 'object' && value !== null && 'receipt' in value
    return isAnswer ? value.receipt : value
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
