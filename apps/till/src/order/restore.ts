import type { OperatorId } from '@nightmarket/kernel'
import { verifyReceipt } from '@nightmarket/kernel'
import { sha256, verifySignature } from '@nightmarket/stall/browser'
import { TILL_PATHS } from '@nightmarket/sync'

import { askCore } from '../ask-core.ts'
import { readReceiptText } from '../receipt-link.ts'
import type { Till } from '../till.ts'

/** What became of a receipt that was brought in; what the books refuse is named by their code. */
export interface ReceiptOutcome {
  readonly orderId: string
  readonly end: 'restored' | 'known' | 'unreachable' | 'not_receipt' | 'refused'
  readonly code: string | null
}

/** Bring a buyer's copy in: checked here first, so that a wrong scan is told without a network. */
export async function bringReceipt(
  till: Till,
  text: string,
  operatorId: OperatorId,
): Promise<ReceiptOutcome> {
  const receipt = readReceiptText(text)
  const check = { digest: sha256, verify: verifySignature }
  const proven = verifyReceipt(receipt, till.enrolment.marketPublicKey, check)
  if (!proven.ok) return { orderId: '', end: 'not_receipt', code: proven.error.code }
  const { orderId } = proven.value.order
  const answer = await askCore(till, TILL_PATHS.restore, { operatorId, receipt })
  if (answer.status === 'unreachable') return { orderId, end: 'unreachable', code: null }
  if (answer.status === 'refused') return { orderId, end: 'refused', code: answer.code }
  const isKnown = JSON.stringify(answer.value).includes('"known"')
  return { orderId, end: isKnown ? 'known' : 'restored', code: null }
}
