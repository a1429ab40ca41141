export * from './assert.ts'
export * from './id.ts'
export * from './money.ts'
export * from './result.ts'
export * from './journal/entry.ts'
export * from './journal/checkpoint.ts'
export * from './journal/receipt.ts'
export * from './release/release.ts'
export * from './order/order-state.ts'
export * from './stall/event.ts'
export * from './stall/command.ts'
export * from './stall/state.ts'
export * from './stall/feed.ts'
export * from './ledger/split.ts'
export * from './ledger/posting.ts'
export * from './release/release-id.ts'
export * from './release/price.ts'
export * from './release/pool.ts'
export * from './release/offer-choice.ts'
export * from './release/offer-facts.ts'
export * from './release/release-index.ts'
export { CLOCK_STEP_BACK_MS_MAX, notSelling } from './stall/admission.ts'
export { acceptedAnswer, holdAnswer, ticketAnswer } from './stall/answer.ts'
export { applyEvent, OUTCOME_MOVES } from './stall/apply-event.ts'
export { CLOCK_SKEW_MS_MAX, runCommand } from './stall/run-command.ts'
export * from './stall/count.ts'
export * from './stall/handover.ts'
export * from './stall/till-request.ts'
export * from './stall/till-token.ts'
export {
  walletView,
  WALLET_MS_MAX,
  type TipGiven,
  type WalletAsked,
  type WalletClosed,
  type WalletRecord,
  type WalletState,
  type WalletView,
} from './stall/wallet.ts'
export { payingHoldId } from './stall/known.ts'
export { saleRefusal } from './stall/sale.ts'
export { deferralLeft, type DeferralLeft } from './stall/deferral.ts'
export {
  assertStock,
  findPool,
  isLeaseSelling,
  LEASE_MARGIN_MS,
  needsOf,
  sellableUnits,
  type Need,
} from './stall/stock.ts'
export { nextDueMs } from './stall/upkeep.ts'
export * from './journal/canonical-json.ts'
export * from './journal/encoding.ts'
export * from './journal/packed-json.ts'
export * from './journal/signature.ts'
export { hashEntryText, isHash } from './journal/hash.ts'
export * from './journal/seal.ts'
export * from './journal/merkle.ts'
export * from './journal/merkle-frontier.ts'
export * from './journal/merkle-proof.ts'
export * from './journal/certificate.ts'
export type { ReceiptOrder } from './journal/receipt-order.ts'
export * from './buyer/buyer-pass.ts'
export * from './buyer/tap.ts'
export * from './till/operator-list.ts'
export * from './journal/verify-receipt.ts'
export * from './journal/verify-slip.ts'
export * from './journal/journal-report.ts'
export * from './journal/verify-journal.ts'
export * from './catalogue/csv.ts'
export * from './catalogue/product.ts'
export * from './catalogue/variant-id.ts'
export * from './catalogue/import-rejection.ts'
export * from './catalogue/shopify-read.ts'
export * from './catalogue/shopify-write.ts'
export * from './catalogue/catalogue-lookup.ts'
export * from './release/file-node.ts'
export * from './release/sale-terms.ts'
export * from './release/show-file.ts'
export type { RuleCheck } from './release/show-file-offer.ts'
export * from './release/show-file-problem.ts'
export * from './release/show-time.ts'
export * from './reconcile/facts.ts'
export * from './reconcile/mismatch.ts'
export * from './reconcile/match.ts'
export * from './allocation/allocate.ts'
export * from './allocation/sales-rate.ts'
