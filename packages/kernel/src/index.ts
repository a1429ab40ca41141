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
export * from './release/release-index.ts'
export { CLOCK_STEP_BACK_MS_MAX, notSelling } from './stall/admission.ts'
export { acceptedAnswer, holdAnswer, ticketAnswer } from './stall/answer.ts'
export { applyEvent, OUTCOME_MOVES } from './stall/apply-event.ts'
export { CLOCK_SKEW_MS_MAX, runCommand } from './stall/run-command.ts'
export { payingHoldId } from './stall/sale.ts'
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
