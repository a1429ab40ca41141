import { assert } from '../assert.ts'
import type { BuyerId, HoldId, OrderId, ReleaseId, TicketId, TipId, WalletId } from '../id.ts'
import type { Currency } from '../money.ts'
import type { WalletTerms } from '../release/release.ts'
import { notSelling } from './admission.ts'
import type { Decision, Moment, StallAnswer, StallCommand, StallRejection } from './command.ts'
import { refuses, says } from './decision.ts'
import type { PaymentOutcome, PaymentRequest, StallEvent } from './event.ts'
import { releaseOf, type StallState } from './state.ts'

/**
 * An amount that a buyer wants set aside: the processor is asked to authorise it, once. It is lent
 * to this node alone, as units are, so that it cannot be spent twice while the node is cut off.
 */
export interface WalletAsked {
  readonly buyerId: BuyerId
  readonly currency: Currency
  /** Nothing is drawn from here on; the node closes it by itself. */
  readonly endsAtMs: number
  readonly payment: PaymentRequest
  /** Whose terms count for it, and whose split for its tips. */
  readonly releaseId: ReleaseId
  readonly walletId: WalletId
}

/** A tip, drawn from a wallet. What orders draw is in their own facts. */
export interface TipGiven {
  readonly amountMinor: number
  readonly tipId: TipId
  readonly walletId: WalletId
}

/** The node's last word about a wallet: what was spent of it. The core captures that much. */
export interface WalletClosed {
  readonly spentMinor: number
  readonly walletId: WalletId
}

/** Where a wallet stands at its node. `refused`: the processor set nothing aside. */
export type WalletState = 'asked' | 'open' | 'closed' | 'refused'

/** A wallet as its node has it. */
export interface WalletRecord {
  readonly wallet: WalletAsked
  state: WalletState
  /** Tips and orders together, whatever became of the orders: nothing is spent twice. */
  spentMinor: number
  /** The entry that closed it, for the receipt; `null` before. */
  closedSequence: number | null
}

/** A wallet as its buyer is told of it. */
export interface WalletView {
  readonly walletId: WalletId
  readonly state: WalletState
  readonly amountMinor: number
  readonly spentMinor: number
  readonly currency: Currency
  readonly endsAtMs: number
}

/** Who draws how much from what. */
interface Draw {
  readonly walletId: WalletId
  readonly buyerId: BuyerId
  readonly amountMinor: number
}

/** How long after the show a wallet stays open: for a last word of thanks. */
const AFTER_SHOW_MS = 10 * 60_000

/** The longest a wallet lasts. Processors keep an authorisation four days at the least. */
export const WALLET_MS_MAX = 3 * 24 * 3_600_000

/**
 * Decide a buyer's wish to keep an amount ready.
 *
 * - [WA1] The amount is the release's, asked for once; nothing is drawn before it is set aside.
 * - [WA3] The same id gives the same answer; with another body it is refused.
 */
export function openWallet(
  state: StallState,
  command: Extract<StallCommand, { readonly type: 'open_wallet' }>,
  moment: Moment,
): Decision {
  const { walletId, buyerId, amountMinor, payment } = command
  const known = state.wallets.get(walletId)
  if (known !== undefined) {
    const isSame = isOf(known, buyerId) && known.wallet.payment.payKey === payment.payKey
    return isSame ? says(walletAnswer(known)) : refuses({ code: 'idempotency_key_reused' })
  }
  const reason = notSelling(state, moment)
  if (reason !== null) return refuses({ code: 'not_selling', reason })
  if (isNamed(state, walletId)) return refuses({ code: 'idempotency_key_reused' })
  if (state.payKeys.has(payment.payKey)) return refuses({ code: 'pay_key_reused' })
  if (payment.method !== 'card') {
    return refuses({ code: 'payment_method_refused', method: payment.method })
  }
  const { active } = state
  assert(active !== null, 'what sells has a release')
  const { currency, show, terms } = active.index.release
  const endsAtMs = Math.min(show.endsAtMs + AFTER_SHOW_MS, moment.atMs + WALLET_MS_MAX)
  const isOffered = terms.wallet?.amountMinor === amountMinor && moment.atMs < endsAtMs
  if (!isOffered) return refuses({ code: 'wallet_not_offered' })
  const { payKey, method, reference } = payment
  const wallet: WalletAsked = {
    buyerId,
    currency,
    endsAtMs,
    payment: { amountMinor, method, payKey, reference },
    releaseId: active.releaseId,
    walletId,
  }
  const record: WalletRecord = { wallet, state: 'asked', spentMinor: 0, closedSequence: null }
  return { events: [{ type: 'wallet.asked', body: wallet }], answer: walletAnswer(record) }
}

/** Decide a tip: one that the page offers, of what is left. [WA2, WA3, WA4] */
export function giveTip(
  state: StallState,
  command: Extract<StallCommand, { readonly type: 'give_tip' }>,
  moment: Moment,
): Decision {
  const { tipId, walletId, buyerId, amountMinor } = command
  const record = state.wallets.get(walletId)
  const tip = state.tips.get(tipId)
  if (tip !== undefined) {
    const isSame = tip.walletId === walletId && tip.amountMinor === amountMinor
    if (!isSame || record === undefined || !isOf(record, buyerId)) {
      return refuses({ code: 'idempotency_key_reused' })
    }
    return says(walletAnswer(record))
  }
  const found = drawable(state, { walletId, buyerId, amountMinor }, moment)
  if ('code' in found) return refuses(found)
  const isListed = termsOf(state, found).tipsMinor.includes(amountMinor)
  if (!isListed) return refuses({ code: 'wallet_not_offered' })
  const given: StallEvent = { type: 'tip.given', body: { amountMinor, tipId, walletId } }
  return {
    events: [given, ...closeIfEmpty(found, amountMinor)],
    answer: walletAnswer(found, amountMinor),
  }
}

/** Decide its buyer's wish to spend no more of it. [WA5] */
export function closeWallet(
  state: StallState,
  { walletId, buyerId }: Extract<StallCommand, { readonly type: 'close_wallet' }>,
): Decision {
  const record = state.wallets.get(walletId)
  if (record === undefined || !isOf(record, buyerId)) return refuses({ code: 'wallet_unknown' })
  if (!isLive(record)) return says(walletAnswer(record))
  const wallet = { ...walletView(record), state: 'closed' } as const
  const answer: StallAnswer = { status: 'wallet', wallet }
  return { events: [walletClosed(record, record.spentMinor)], answer }
}

/** Why an order may not be drawn from the wallet that it names, or the facts that follow it. */
export function drawForOrder(
  state: StallState,
  order: Omit<Draw, 'walletId'> & { readonly walletId: string | null },
  moment: Moment,
): StallRejection | readonly StallEvent[] {
  const walletId = (order.walletId ?? '') as WalletId
  const found = drawable(state, { ...order, walletId }, moment)
  if ('code' in found) return found
  const isCheap = order.amountMinor <= termsOf(state, found).purchaseMinorMax
  return isCheap ? closeIfEmpty(found, order.amountMinor) : { code: 'wallet_not_offered' }
}

/**
 * The wallet of a draw, or why nothing is drawn.
 *
 * - [WA1] Only from one that the processor has set aside, before its end.
 * - [WA2] What is drawn is never more than the amount.
 * - [WA4] Only for its own buyer.
 */
function drawable(
  state: StallState,
  draw: Draw,
  moment: Moment,
): WalletRecord | StallRejection {
  const { walletId, buyerId, amountMinor } = draw
  assert(Number.isSafeInteger(amountMinor) && amountMinor >= 0, 'an amount is whole')
  const reason = notSelling(state, moment)
  if (reason !== null) return { code: 'not_selling', reason }
  const record = state.wallets.get(walletId)
  if (record === undefined || !isOf(record, buyerId)) return { code: 'wallet_unknown' }
  if (record.state !== 'open') return { code: 'wallet_not_open', state: record.state }
  if (moment.atMs >= record.wallet.endsAtMs) return { code: 'wallet_not_open', state: 'closed' }
  const leftMinor = leftOf(record)
  return amountMinor <= leftMinor ? record : { code: 'wallet_short', leftMinor }
}

/** [WA5] The wallets whose end has come, closed. */
export function endWallets(state: StallState, moment: Moment): readonly StallEvent[] {
  return state.walletEnds.due(moment.atMs).flatMap((walletId) => closed(state, walletId))
}

/** [WA5] Every wallet that is still open, closed: a node's last word. */
export function closeWallets(state: StallState): readonly StallEvent[] {
  return [...state.wallets.keys()].flatMap((walletId) => closed(state, walletId))
}

function closed(state: StallState, walletId: WalletId): readonly StallEvent[] {
  const record = state.wallets.get(walletId)
  assert(record !== undefined, 'a wallet that ends was asked for')
  return isLive(record) ? [walletClosed(record, record.spentMinor)] : []
}

/** Fold a wallet's beginning. */
export function applyWallet(state: StallState, wallet: WalletAsked): void {
  const { walletId, payment, endsAtMs } = wallet
  assert(!state.wallets.has(walletId), 'a wallet is asked for once')
  state.wallets.set(walletId, { wallet, state: 'asked', spentMinor: 0, closedSequence: null })
  state.payKeys.add(payment.payKey)
  state.walletEnds.add(endsAtMs, walletId)
}

/** Fold a tip. */
export function applyTip(state: StallState, tip: TipGiven): void {
  assert(!state.tips.has(tip.tipId), 'a tip is given once')
  state.tips.set(tip.tipId, tip)
  applyDraw(state, tip.walletId, tip.amountMinor)
}

/** Fold what was drawn. [WA2] */
export function applyDraw(state: StallState, walletId: WalletId, amountMinor: number): void {
  const record = state.wallets.get(walletId)
  assert(record?.state === 'open', 'only an open wallet is drawn from')
  record.spentMinor += amountMinor
  assert(leftOf(record) >= 0, 'no money is spent twice')
}

/** Fold a wallet's end. */
export function applyWalletClosed(state: StallState, { walletId, spentMinor }: WalletClosed): void {
  const record = state.wallets.get(walletId)
  assert(record !== undefined && isLive(record), 'only a wallet that is open closes')
  assert(record.spentMinor === spentMinor, 'a wallet closes on what was spent')
  record.state = 'closed'
  record.closedSequence = state.sequence
  trimEnds(state)
}

/** Fold what the processor made of it. A hold that is gone, or captured, is spent from no more. */
export function applyWalletSettled(
  state: StallState,
  walletId: WalletId,
  outcome: PaymentOutcome,
): void {
  const record = state.wallets.get(walletId)
  if (record === undefined || !isLive(record) || outcome === 'unknown') return
  const isOpening = outcome === 'authorized'
  record.state = isOpening ? 'open' : record.spentMinor > 0 ? 'closed' : 'refused'
  trimEnds(state)
}

/** How a wallet is told to its buyer. */
export function walletView({ wallet, state, spentMinor }: WalletRecord): WalletView {
  const { walletId, payment, currency, endsAtMs } = wallet
  const { amountMinor } = payment
  return { walletId, state, amountMinor, spentMinor, currency, endsAtMs }
}

/** Whether an id is an order's, a hold's or a ticket's: payments tell a wallet by its id alone. */
function isNamed(state: StallState, id: WalletId): boolean {
  const text: string = id
  return (
    state.orders.has(text as OrderId) ||
    state.holds.has(text as HoldId) ||
    state.holds.has(`${text}~pay` as HoldId) ||
    state.tickets.has(text as TicketId)
  )
}

function walletAnswer(record: WalletRecord, drawnMinor = 0): StallAnswer {
  const view = walletView(record)
  const spentMinor = view.spentMinor + drawnMinor
  const isSpent = drawnMinor > 0 && spentMinor === view.amountMinor
  const wallet = { ...view, spentMinor, state: isSpent ? 'closed' : view.state }
  return { status: 'wallet', wallet }
}

function closeIfEmpty(record: WalletRecord, drawnMinor: number): readonly StallEvent[] {
  const spentMinor = record.spentMinor + drawnMinor
  return drawnMinor === leftOf(record) ? [walletClosed(record, spentMinor)] : []
}

function walletClosed({ wallet }: WalletRecord, spentMinor: number): StallEvent {
  return { type: 'wallet.closed', body: { spentMinor, walletId: wallet.walletId } }
}

function termsOf(state: StallState, { wallet }: WalletRecord): WalletTerms {
  const { terms } = releaseOf(state, wallet.releaseId).index.release
  assert(terms.wallet !== undefined, 'a wallet is of a release that has some')
  return terms.wallet
}

function leftOf({ wallet, spentMinor }: WalletRecord): number {
  return wallet.payment.amountMinor - spentMinor
}

function isOf({ wallet }: WalletRecord, buyerId: BuyerId): boolean {
  return wallet.buyerId === buyerId
}

function isLive({ state }: WalletRecord): boolean {
  return state === 'asked' || state === 'open'
}

function trimEnds(state: StallState): void {
  state.walletEnds.trim((walletId) => {
    const record = state.wallets.get(walletId)
    return record === undefined || !isLive(record)
  })
}
