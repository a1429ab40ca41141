import { verifyReceipt, type OrderId } from '@nightmarket/kernel'
import { sha256, verifySignature } from '@nightmarket/stall/browser'

import { readReceiptText } from '../receipt-link.ts'
import type { Till } from '../till.ts'

/** The order that a scanned or pasted receipt is of; `null` for what is no receipt of ours. */
export function orderOfReceipt({ enrolment }: Till, text: string): OrderId | null {
  const check = { digest: sha256, verify: verifySignature }
  const proven = verifyReceipt(readReceiptText(text), enrolment.marketPublicKey, check)
  return proven.ok ? proven.value.order.orderId : null
}
