import { assert } from '../assert.ts'
import { AMOUNT_MINOR_MAX } from '../money.ts'
import type { DropIndex, ReleaseIndex } from '../release/release-index.ts'
import { err, ok, type Result } from '../result.ts'
import type { Moment, NotSelling, OfferToken, StallRejection, Wish } from './command.ts'
import type { Intent, OrderLine } from './event.ts'
import { claimedBy, type StallState } from './state.ts'

/** How far a wall clock may go back (a correction by NTP) before a stall stops selling. */
export const CLOCK_STEP_BACK_MS_MAX = 1_000

/** A wish that may be sold: priced, within its limits, under a promise that is kept. */
export interface Admitted {
  readonly index: ReleaseIndex
  readonly drop: DropIndex
  readonly intent: Intent
}

/**
 * Why this stall sells nothing at all at this moment, or `null`.
 *
 * - [L3] A wall clock that went back stops selling until the parent has confirmed the time.
 */
export function notSelling(state: StallState, moment: Moment): NotSelling | null {
  if (state.frozen !== null) return state.frozen
  if (state.active === null) return 'no_release'
  return isClockBack(state, moment) ? 'clock' : null
}

/** Whether the wall clock reads less than it did, or did so once and was not confirmed since. */
export function isClockBack(state: StallState, moment: Moment): boolean {
  return state.isClockDoubted || moment.atMs < state.lastAtMs - CLOCK_STEP_BACK_MS_MAX
}

/**
 * Decide whether a wish may be sold, whatever the stock.
 *
 * - [O6] A token is honoured while its release is active, or until `honourUntilMs` after that.
 * - [O9] A token is for this node and epoch, until its end, once.
 * - [I22] The price is the token's, never the page's or today's.
 */
export function admit(
  state: StallState,
  wish: Wish,
  moment: Moment,
): Result<Admitted, StallRejection> {
  const reason = notSelling(state, moment)
  if (reason !== null) return err({ code: 'not_selling', reason })
  const index = honoured(state, wish.token, moment)
  if (!index.ok) return index
  const drop = openDrop(index.value, wish, moment)
  if (!drop.ok) return drop
  const lines = priceLines(drop.value, wish)
  if (!lines.ok) return lines
  const limit = overLimit(state, drop.value, wish)
  if (limit !== null) return err(limit)
  const totalMinor = totalOf(lines.value)
  if (totalMinor > AMOUNT_MINOR_MAX) return err({ code: 'quantity_over_limit', limit: 1 })
  const { currency } = index.value.release
  return ok({
    index: index.value,
    drop: drop.value,
    intent: intentOf(wish, lines.value, totalMinor, currency),
  })
}

function honoured(
  state: StallState,
  token: OfferToken,
  moment: Moment,
): Result<ReleaseIndex, StallRejection> {
  const audience = `${state.nodeId}/${state.epoch}`
  if (token.audience !== audience) return err({ code: 'token_foreign', audience: token.audience })
  if (moment.atMs >= token.expiresAtMs) {
    return err({ code: 'token_expired', expiredAtMs: token.expiresAtMs })
  }
  if (state.spentTokens.has(token.tokenId)) {
    return err({ code: 'token_spent', tokenId: token.tokenId })
  }
  const applied = state.releases.get(token.releaseId)
  const isKept =
    applied !== undefined && (applied.honourUntilMs === null || moment.atMs < applied.honourUntilMs)
  if (isKept) return ok(applied.index)
  return err({ code: 'release_not_honoured', releaseNumber: token.releaseNumber })
}

function openDrop(
  index: ReleaseIndex,
  { token }: Wish,
  moment: Moment,
): Result<DropIndex, StallRejection> {
  const found = index.drops.get(token.dropId)
  if (found === undefined) return err({ code: 'drop_unknown', dropId: token.dropId })
  const { opensAtMs, closesAtMs } = found.drop
  if (moment.atMs < opensAtMs) return err({ code: 'drop_not_open', opensAtMs })
  if (moment.atMs >= closesAtMs) return err({ code: 'drop_closed', closesAtMs })
  return ok(found)
}

function priceLines(
  drop: DropIndex,
  { token, lines }: Wish,
): Result<readonly OrderLine[], StallRejection> {
  const priced: OrderLine[] = []
  let units = 0
  for (const { variantId, quantity } of lines) {
    assert(Number.isSafeInteger(quantity) && quantity > 0, 'the border refuses such quantities')
    const price = token.prices.find((candidate) => candidate.variantId === variantId)
    if (price === undefined || !drop.listings.has(variantId)) {
      return err({ code: 'variant_unknown', variantId })
    }
    units += quantity
    priced.push({ quantity, unitPriceMinor: price.unitPriceMinor, variantId })
  }
  assert(priced.length > 0, 'the border refuses an order without lines')
  if (units > token.unitsMax) return err({ code: 'quantity_over_limit', limit: token.unitsMax })
  return ok(priced)
}

/** Limits count over all of a buyer's orders, holds and tickets at this node. */
function overLimit(state: StallState, drop: DropIndex, wish: Wish): StallRejection | null {
  const { buyerId, dropId } = wish.token
  for (const { variantId } of wish.lines) {
    const limit = drop.listings.get(variantId)?.perCustomer ?? null
    if (limit === null) continue
    const bought = claimedBy(state.claimed, dropId, variantId, buyerId)
    const wanted = unitsWanted(wish, variantId)
    if (bought + wanted > limit) return { code: 'customer_limit', limit, bought }
  }
  return null
}

function unitsWanted({ lines }: Wish, variantId: OrderLine['variantId']): number {
  return lines.reduce((sum, line) => sum + (line.variantId === variantId ? line.quantity : 0), 0)
}

function totalOf(lines: readonly OrderLine[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0)
}

/** Keys in canonical order: what is written in order need not be sorted to be hashed. */
function intentOf(
  { token, requestHash, operatorId }: Wish,
  lines: readonly OrderLine[],
  totalMinor: number,
  currency: string,
): Intent {
  return {
    buyerId: token.buyerId,
    currency,
    dropId: token.dropId,
    lines,
    operatorId,
    pin: {
      offerHash: token.offerHash,
      offerId: token.offerId,
      releaseId: token.releaseId,
      releaseNumber: token.releaseNumber,
    },
    requestHash,
    tokenId: token.tokenId,
    totalMinor,
  }
}
