import { assert } from '../assert.ts'
import type { NodeId, PartyId } from '../id.ts'
import { assertAmountMinor, type Currency } from '../money.ts'
import type { SplitLeg } from './split.ts'

/**
 * An account of the books.
 *
 * | account | what its balance is |
 * | --- | --- |
 * | `asset:processor:<name>` | money the processor holds for the market |
 * | `asset:cash:<node>` | cash in one node's drawer |
 * | `asset:wallet` | what was drawn from wallets and is still to be captured |
 * | `asset:disputed` | money taken back by a bank while a dispute is open |
 * | `liability:party:<party>` | what the market owes a creator, the co-op, the platform |
 * | `liability:voucher` | what holders of vouchers may still spend |
 * | `liability:unmatched` | money that came without an order, owed back to whoever paid it |
 * | `expense:processor-fee` | what processors kept for their work |
 * | `expense:goodwill` | vouchers given to make good a sale that failed |
 * | `expense:loss` | goods that are gone and were not paid |
 */
export type Account =
  | `asset:processor:${string}`
  | `asset:cash:${NodeId}`
  | 'asset:wallet'
  | 'asset:disputed'
  | `liability:party:${PartyId}`
  | 'liability:voucher'
  | 'liability:unmatched'
  | 'expense:processor-fee'
  | 'expense:goodwill'
  | 'expense:loss'

/** One line of a ledger entry. A debit is positive, a credit negative; never zero. */
export interface Posting {
  readonly account: Account
  readonly amountMinor: number
  readonly currency: Currency
}

/** What happened, as the books see it. */
export type LedgerKind =
  | 'card.captured'
  | 'card.refunded'
  | 'cash.sold'
  | 'cash.refunded'
  | 'wallet.drawn'
  | 'wallet.tipped'
  | 'wallet.captured'
  | 'wallet.lost'
  | 'voucher.issued'
  | 'voucher.redeemed'
  | 'voucher.refunded'
  | 'dispute.opened'
  | 'dispute.won'
  | 'dispute.lost'
  | 'loss.booked'
  | 'unmatched.captured'
  | 'unmatched.refunded'

/** A balanced set of postings for one event. The core adds its id, order and time. [LG6] */
export interface LedgerDraft {
  readonly kind: LedgerKind
  readonly postings: readonly Posting[]
}

/** A sale or a refund with its legs, from `splitAmount` or `splitRefund`. */
export interface SplitMoney {
  readonly amountMinor: number
  readonly currency: Currency
  readonly legs: readonly SplitLeg[]
}

/** An amount at a processor, with the fee it keeps: 0 where it keeps none. */
export interface ProcessorMoney {
  readonly processor: string
  readonly amountMinor: number
  readonly feeMinor: number
  readonly currency: Currency
}

/** [LG6] State that debits and credits of each currency cancel out, in whole minor units. */
export function assertBalanced(postings: readonly Posting[]): void {
  const sums = new Map<Currency, number>()
  for (const { account, amountMinor, currency } of postings) {
    assert(Number.isSafeInteger(amountMinor), `a posting must be a whole amount: ${account}`)
    assert(amountMinor !== 0, `a posting must move something: ${account}`)
    sums.set(currency, (sums.get(currency) ?? 0) + amountMinor)
  }
  for (const [currency, sum] of sums) assert(sum === 0, `postings must balance in ${currency}`)
}

/**
 * A captured card payment: the processor holds it, the parties are owed it.
 *
 * [LG8] The fee is the market's expense: the split is of what the buyer paid, so that a creator's
 * leg does not depend on how the buyer's card was priced.
 */
export function cardCaptured(
  sale: SplitMoney & { readonly processor: string; readonly feeMinor: number },
): LedgerDraft {
  const account = `asset:processor:${sale.processor}` as const
  return draft('card.captured', sale.currency, [
    [account, sale.amountMinor],
    ...owed(sale),
    ...fee(account, sale.feeMinor),
  ])
}

/** A card refund: each leg gives back its part. Processors keep the fee of the capture. */
export function cardRefunded(refund: SplitMoney & { readonly processor: string }): LedgerDraft {
  return draft('card.refunded', refund.currency, [
    ...reversed(refund),
    [`asset:processor:${refund.processor}`, -refund.amountMinor],
  ])
}

/** Cash taken at a node. */
export function cashSold(sale: SplitMoney & { readonly nodeId: NodeId }): LedgerDraft {
  return draft('cash.sold', sale.currency, [
    [`asset:cash:${sale.nodeId}`, sale.amountMinor],
    ...owed(sale),
  ])
}

/** Cash given back from a node's drawer, which need not be the one that took it. */
export function cashRefunded(refund: SplitMoney & { readonly nodeId: NodeId }): LedgerDraft {
  return draft('cash.refunded', refund.currency, [
    ...reversed(refund),
    [`asset:cash:${refund.nodeId}`, -refund.amountMinor],
  ])
}

/** A sale paid from a wallet: the processor has set the money aside, the parties are owed it. */
export function walletDrawn(sale: SplitMoney): LedgerDraft {
  return draft('wallet.drawn', sale.currency, [['asset:wallet', sale.amountMinor], ...owed(sale)])
}

/** A tip: shared among the parties like any sale. */
export function walletTipped(tip: SplitMoney): LedgerDraft {
  return { ...walletDrawn(tip), kind: 'wallet.tipped' }
}

/** [LG9] All that was drawn from a wallet, captured at once: one charge, one fee. */
export function walletCaptured(charge: ProcessorMoney): LedgerDraft {
  assertPositive(charge.amountMinor)
  const account = `asset:processor:${charge.processor}` as const
  return draft('wallet.captured', charge.currency, [
    [account, charge.amountMinor],
    ['asset:wallet', -charge.amountMinor],
    ...fee(account, charge.feeMinor),
  ])
}

/** The processor let the money go before it was captured: the market's loss. */
export function walletLost(amountMinor: number, currency: Currency): LedgerDraft {
  assertPositive(amountMinor)
  return draft('wallet.lost', currency, [
    ['expense:loss', amountMinor],
    ['asset:wallet', -amountMinor],
  ])
}

/** A fallback voucher: the market's goodwill, owed to its holder until it is spent. */
export function voucherIssued(amountMinor: number, currency: Currency): LedgerDraft {
  assertPositive(amountMinor)
  return draft('voucher.issued', currency, [
    ['expense:goodwill', amountMinor],
    ['liability:voucher', -amountMinor],
  ])
}

/** A sale paid with a voucher: what was owed to its holder is owed to the parties. */
export function voucherRedeemed(sale: SplitMoney): LedgerDraft {
  return draft('voucher.redeemed', sale.currency, [
    ['liability:voucher', sale.amountMinor],
    ...owed(sale),
  ])
}

/** A refund as a voucher: the parties give back, its holder is owed. */
export function voucherRefunded(refund: SplitMoney): LedgerDraft {
  return draft('voucher.refunded', refund.currency, [
    ...reversed(refund),
    ['liability:voucher', -refund.amountMinor],
  ])
}

/** A bank took money back pending a decision, and the processor its fee for the case. */
export function disputeOpened(dispute: ProcessorMoney): LedgerDraft {
  assertPositive(dispute.amountMinor)
  const account = `asset:processor:${dispute.processor}` as const
  return draft('dispute.opened', dispute.currency, [
    ['asset:disputed', dispute.amountMinor],
    [account, -dispute.amountMinor],
    ...fee(account, dispute.feeMinor),
  ])
}

/** The money came back. `feeMinor` is what the processor returned of its fee. */
export function disputeWon(dispute: ProcessorMoney): LedgerDraft {
  assertPositive(dispute.amountMinor)
  const account = `asset:processor:${dispute.processor}` as const
  return draft('dispute.won', dispute.currency, [
    [account, dispute.amountMinor],
    ['asset:disputed', -dispute.amountMinor],
    ...fee(account, dispute.feeMinor).map(([name, amount]) => [name, -amount] as const),
  ])
}

/**
 * The money is gone: the legs are reversed as in a refund, from `splitRefund`.
 *
 * When the goods are gone too, `lossBooked` follows, which makes the parties whole.
 */
export function disputeLost(dispute: SplitMoney): LedgerDraft {
  return draft('dispute.lost', dispute.currency, [
    ...reversed(dispute),
    ['asset:disputed', -dispute.amountMinor],
  ])
}

/** [LG7] Goods handed over and not paid: the market's loss, the parties get their legs. */
export function lossBooked(loss: SplitMoney): LedgerDraft {
  return draft('loss.booked', loss.currency, [['expense:loss', loss.amountMinor], ...owed(loss)])
}

/** Money at the processor that no order explains: owed back, and shown to a person. */
export function unmatchedCaptured(charge: ProcessorMoney): LedgerDraft {
  assertPositive(charge.amountMinor)
  const account = `asset:processor:${charge.processor}` as const
  return draft('unmatched.captured', charge.currency, [
    [account, charge.amountMinor],
    ['liability:unmatched', -charge.amountMinor],
    ...fee(account, charge.feeMinor),
  ])
}

/** Money without an order, given back. */
export function unmatchedRefunded(refund: Omit<ProcessorMoney, 'feeMinor'>): LedgerDraft {
  assertPositive(refund.amountMinor)
  return draft('unmatched.refunded', refund.currency, [
    ['liability:unmatched', refund.amountMinor],
    [`asset:processor:${refund.processor}`, -refund.amountMinor],
  ])
}

type Move = readonly [account: Account, amountMinor: number]

/** Credits of the parties. The legs must be all of the amount. */
function owed(money: SplitMoney): readonly Move[] {
  assertPositive(money.amountMinor)
  const isSound = money.legs.every((leg) => leg.amountMinor >= 0)
  assert(isSound, 'a leg must not be negative')
  const sum = money.legs.reduce((total, leg) => total + leg.amountMinor, 0)
  assert(sum === money.amountMinor, 'the legs must add up to the amount')
  return money.legs.map((leg) => [`liability:party:${leg.partyId}`, -leg.amountMinor] as const)
}

function reversed(money: SplitMoney): readonly Move[] {
  return owed(money).map(([account, amountMinor]) => [account, -amountMinor] as const)
}

function fee(account: Account, feeMinor: number): readonly Move[] {
  assertAmountMinor(feeMinor)
  return [
    ['expense:processor-fee', feeMinor],
    [account, -feeMinor],
  ]
}

function draft(kind: LedgerKind, currency: Currency, moves: readonly Move[]): LedgerDraft {
  const postings = moves
    .filter(([, amountMinor]) => amountMinor !== 0)
    .map(([account, amountMinor]) => ({ account, amountMinor, currency }))
  assertBalanced(postings)
  return { kind, postings }
}

function assertPositive(amountMinor: number): void {
  assertAmountMinor(amountMinor)
  assert(amountMinor > 0, 'the books record amounts above zero')
}
