import { verifyReceipt } from '@nightmarket/kernel'
import { sha256, verifySignature } from '@nightmarket/stall/browser'
import { outcomeOf, readReceipt, verifyOutcome, type Html, type VerifyFacts } from '@nightmarket/ui'

import type { PageFacts } from '../page/page-facts.ts'

/** Check a receipt on this device, and say in words what came of every step. */
export function checkReceipt(text: string, page: PageFacts, facts: VerifyFacts): Html | null {
  const { marketPublicKey, titles } = facts
  const check = { digest: sha256, verify: verifySignature }
  const verified = verifyReceipt(readReceipt(text), marketPublicKey, check)
  const outcome = outcomeOf(verified, (variantId) => titles[variantId] ?? variantId)
  return verifyOutcome({ ...page, nowMs: Date.now() }, outcome, facts)
}
