import { assert } from '../assert.ts'
import type { PartyId } from '../id.ts'
import { assertAmountMinor } from '../money.ts'
import type { SplitShare } from '../release/release.ts'

/** All of a sale, in basis points: what the shares of a release add up to. */
export const BASIS_POINTS_ALL = 10_000

/** One party's part of an amount. Parts of zero stay, so that every party is named. */
export interface SplitLeg {
  readonly partyId: PartyId
  readonly amountMinor: number
}

/**
 * Divide a sale among the parties by largest remainder, in the order of the shares.
 *
 * - [LG1] The legs add up to the amount, and each is within one minor unit of its exact share.
 * - [LG2] Equal remainders go to the party that is named first; the same input, the same legs.
 */
export function splitAmount(
  amountMinor: number,
  shares: readonly SplitShare[],
): readonly SplitLeg[] {
  assertAmountMinor(amountMinor)
  assertShares(shares)
  const exact = shares.map((share) => amountMinor * share.basisPoints)
  const whole = exact.map((part) => Math.floor(part / BASIS_POINTS_ALL))
  const missing = amountMinor - whole.reduce((sum, part) => sum + part, 0)
  const favoured = new Set(
    exact
      .map((part, position) => ({ position, remainder: part % BASIS_POINTS_ALL }))
      .toSorted((a, b) => b.remainder - a.remainder || a.position - b.position)
      .slice(0, missing)
      .map(({ position }) => position),
  )
  return shares.map(({ partyId }, position) => ({
    partyId,
    amountMinor: (whole[position] ?? 0) + (favoured.has(position) ? 1 : 0),
  }))
}

/**
 * Divide one refund of a sale, so that the refunds of a sale undo its split to the cent.
 *
 * What a leg gives back depends only on how much was refunded before and after, not on the steps:
 * the refunded total is apportioned among the original legs by the Sainte-Laguë divisors, which
 * never take a cent back from a leg as the total grows, as largest remainder can.
 *
 * - [LG3] The legs add up to the refund and none is negative.
 * - [LG4] After any sequence of refunds no leg gave back more than it had got, and after refunds
 *   of the whole sale each gave back exactly that.
 * - [LG5] One refund of an amount and several that add up to it leave the same legs.
 */
export function splitRefund(
  shares: readonly SplitShare[],
  capturedMinor: number,
  alreadyRefundedMinor: number,
  refundMinor: number,
): readonly SplitLeg[] {
  assertAmountMinor(alreadyRefundedMinor)
  assertAmountMinor(refundMinor)
  const afterMinor = alreadyRefundedMinor + refundMinor
  assert(afterMinor <= capturedMinor, 'refunds must not exceed what was captured')
  const legs = splitAmount(capturedMinor, shares)
  const before = refundedOf(legs, capturedMinor, alreadyRefundedMinor)
  const after = refundedOf(legs, capturedMinor, afterMinor)
  return legs.map(({ partyId }, position) => ({
    partyId,
    amountMinor: (after[position] ?? 0) - (before[position] ?? 0),
  }))
}

/** State that the shares are whole, not negative, of distinct parties, and all of the sale. */
export function assertShares(shares: readonly SplitShare[]): void {
  const sum = shares.reduce((total, share) => total + share.basisPoints, 0)
  const parties = new Set(shares.map((share) => share.partyId))
  assert(sum === BASIS_POINTS_ALL, 'shares must add up to 10,000 basis points')
  assert(
    shares.every((share) => Number.isSafeInteger(share.basisPoints) && share.basisPoints >= 0),
    'a share must be a whole number of basis points',
  )
  assert(parties.size === shares.length, 'a party shares once')
}

/**
 * The parts of the first `refundedMinor` cents. The k-th cent of a leg is due at `(2k − 1) / leg`;
 * the parts are the cents due first. Whole numbers throughout: the products pass 2^53.
 */
function refundedOf(
  legs: readonly SplitLeg[],
  capturedMinor: number,
  refundedMinor: number,
): readonly number[] {
  if (refundedMinor === 0) return legs.map(() => 0)
  const [captured, refunded] = [BigInt(capturedMinor), BigInt(refundedMinor)]
  const parts = legs.map((leg) =>
    Number((2n * BigInt(leg.amountMinor) * refunded + captured) / (2n * captured)),
  )
  let excess = parts.reduce((sum, part) => sum + part, 0) - refundedMinor
  for (; excess > 0; excess -= 1) changeBy(parts, -1, latestDue(legs, parts))
  for (; excess < 0; excess += 1) changeBy(parts, 1, earliestDue(legs, parts))
  return parts
}

function changeBy(parts: number[], step: 1 | -1, position: number): void {
  const part = parts[position]
  assert(part !== undefined, 'a cent belongs to a leg')
  parts[position] = part + step
}

/** The leg whose last cent was due last; of equals the one named last. */
function latestDue(legs: readonly SplitLeg[], parts: readonly number[]): number {
  let found = -1
  for (let position = 0; position < legs.length; position += 1) {
    if ((parts[position] ?? 0) === 0) continue
    if (found < 0 || !isDueBefore(legs, parts, position, found, 0)) found = position
  }
  return found
}

/** The leg whose next cent is due first; of equals the one named first. */
function earliestDue(legs: readonly SplitLeg[], parts: readonly number[]): number {
  let found = -1
  for (let position = 0; position < legs.length; position += 1) {
    if ((parts[position] ?? 0) === (legs[position]?.amountMinor ?? 0)) continue
    if (found < 0 || isDueBefore(legs, parts, position, found, 1)) found = position
  }
  return found
}

/** Whether the cent at `part + ahead` of one leg is due strictly before that of another. */
function isDueBefore(
  legs: readonly SplitLeg[],
  parts: readonly number[],
  one: number,
  other: number,
  ahead: 0 | 1,
): boolean {
  const due = (position: number) => BigInt(2 * ((parts[position] ?? 0) + ahead) - 1)
  const weight = (position: number) => BigInt(legs[position]?.amountMinor ?? 0)
  return due(one) * weight(other) < due(other) * weight(one)
}
