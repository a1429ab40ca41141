import { hashEntryText, verifyReceipt, type Hash, type Receipt } from '@nightmarket/kernel'

import { createVerifier, sha256 } from '../host/crypto.ts'
import type { Findings } from './check.ts'

/** What somebody was handed: the receipt as JSON, for an order that they know. */
export interface HeldReceipt {
  readonly orderId: string
  readonly receipt: string
}

/** The entry that a receipt proves. */
export interface ProvenEntry {
  readonly orderId: string
  /** `<nodeId>/<epoch>`. */
  readonly origin: string
  readonly sequence: number
  readonly hash: Hash
}

/** Check receipts as their holders can: offline, with the market's key alone. [VF5] */
export function proveReceipts(
  held: Iterable<HeldReceipt>,
  marketPublicKey: string,
  findings: Findings,
): readonly ProvenEntry[] {
  const check = { digest: sha256, verify: createVerifier() }
  const proven: ProvenEntry[] = []
  for (const { orderId, receipt: text } of held) {
    findings.cover('receipts', 1)
    const receipt = JSON.parse(text) as Receipt
    const verified = verifyReceipt(receipt, marketPublicKey, check)
    if (!verified.ok) {
      findings.find(orderId, `its receipt proves nothing: ${verified.error.code}`)
    } else if (verified.value.order.orderId !== orderId) {
      findings.find(orderId, `its receipt is of order ${verified.value.order.orderId}`)
    } else {
      const { nodeId, epoch, entry } = verified.value
      const hash = hashEntryText(receipt.entry, sha256)
      proven.push({ orderId, origin: `${nodeId}/${epoch}`, sequence: entry.sequence, hash })
    }
  }
  return proven
}
