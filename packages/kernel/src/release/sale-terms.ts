import type { Currency } from '../money.ts'
import type { FileNode } from './file-node.ts'
import type { DeferredLimits, SaleTerms, WalletTerms } from './release.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** What a show file that does not say otherwise sells under. [RE15] */
export const SALE_TERMS_DEFAULT: SaleTerms = {
  /** Long enough to read the card and fetch a purse, short enough that prices can follow a show. */
  tokenMs: 5 * MINUTE_MS,
  /** A bank's confirmation takes 30 to 90 s; the next in line waits no longer than needed. */
  holdMs: 120 * SECOND_MS,
  /** Three tokens: whoever has a page open when a rollback comes can still buy as promised. */
  honourMs: 15 * MINUTE_MS,
  /** Time to find another card while the goods are set aside, within the drop that sold them. */
  rescueMs: 10 * MINUTE_MS,
  /** Giving money away is the host's decision. */
  fallbackVoucherMinor: 0,
  deferred: {
    /** 100 in a two-digit currency: one decline does not hurt a stall. */
    orderMinorMax: 10_000,
    /** What a card that is refused later can cost by one buyer. */
    buyerOrdersMax: 3,
    /** Twenty minutes without an uplink at a sale every two to three seconds. */
    ordersMax: 500,
    /** 5,000 in a two-digit currency: the most a node may owe to unchecked payments. */
    sumMinorMax: 500_000,
    /** An evening. Well under the 24 h in which a processor knows a repeated key. */
    ageMsMax: 4 * HOUR_MS,
  },
}

/** The oldest an unchecked payment may get: an hour before the processor forgets its key. [O7] */
const DEFERRED_AGE_MS_MAX = 23 * HOUR_MS

const TERMS = [
  'token',
  'hold',
  'honour',
  'rescue',
  'fallbackVoucher',
  'deferred',
  'wallet',
] as const

/** Read the terms of a show file; what it leaves out is as in `SALE_TERMS_DEFAULT`. */
export function readTerms(node: FileNode, currency: Currency): SaleTerms {
  if (node.isAbsent) return SALE_TERMS_DEFAULT
  const found = node.members(...TERMS)
  const ifSaid = (place: FileNode, read: () => number | null, byDefault: number) =>
    place.isAbsent ? byDefault : (read() ?? byDefault)
  const { token, hold, honour, rescue, fallbackVoucher } = found
  const terms = SALE_TERMS_DEFAULT
  return {
    tokenMs: ifSaid(token, () => token.duration(10 * SECOND_MS, HOUR_MS), terms.tokenMs),
    holdMs: ifSaid(hold, () => hold.duration(10 * SECOND_MS, HOUR_MS), terms.holdMs),
    honourMs: ifSaid(honour, () => honour.duration(0, 24 * HOUR_MS), terms.honourMs),
    rescueMs: ifSaid(rescue, () => rescue.duration(0, 24 * HOUR_MS), terms.rescueMs),
    fallbackVoucherMinor: ifSaid(
      fallbackVoucher,
      () => fallbackVoucher.amount(currency, 0),
      terms.fallbackVoucherMinor,
    ),
    deferred: readDeferred(found.deferred, currency),
    ...(found.wallet.isAbsent ? {} : { wallet: readWallet(found.wallet, currency) }),
  }
}

const TIPS_MAX = 6

/** [RE22] A wallet's tips and purchases lie within its amount, and it is good for one of them. */
function readWallet(node: FileNode, currency: Currency): WalletTerms {
  const { amount, tips, purchase } = node.members('amount', 'tips', 'purchase')
  const amountMinor = amount.amount(currency, 1) ?? 0
  const within = (place: FileNode, leastMinor: 0 | 1) => {
    const minor = place.amount(currency, leastMinor) ?? 0
    if (minor > amountMinor) place.refuse('out_of_range', 'at most the amount of the wallet')
    return minor
  }
  const tipsMinor = tips.items(TIPS_MAX).map((tip) => within(tip, 1))
  const purchaseMinorMax = purchase.isAbsent ? 0 : within(purchase, 0)
  const isOfUse = tipsMinor.length > 0 || purchaseMinorMax > 0
  if (!isOfUse) node.refuse('missing', 'tips, a purchase limit, or both')
  return { amountMinor, tipsMinor, purchaseMinorMax }
}

function readDeferred(node: FileNode, currency: Currency): DeferredLimits {
  const limits = SALE_TERMS_DEFAULT.deferred
  if (node.isAbsent) return limits
  const { order, buyerOrders, orders, sum, age } = node.members(
    'order',
    'buyerOrders',
    'orders',
    'sum',
    'age',
  )
  const amount = (place: FileNode, byDefault: number) =>
    place.isAbsent ? byDefault : (place.amount(currency, 0) ?? byDefault)
  const count = (place: FileNode, byDefault: number) =>
    place.isAbsent ? byDefault : (place.whole(0, 1_000_000) ?? byDefault)
  return {
    orderMinorMax: amount(order, limits.orderMinorMax),
    buyerOrdersMax: count(buyerOrders, limits.buyerOrdersMax),
    ordersMax: count(orders, limits.ordersMax),
    sumMinorMax: amount(sum, limits.sumMinorMax),
    ageMsMax: age.isAbsent
      ? limits.ageMsMax
      : (age.duration(0, DEFERRED_AGE_MS_MAX) ?? limits.ageMsMax),
  }
}
