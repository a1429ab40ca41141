import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import type { PartyId } from '../id.ts'
import { AMOUNT_MINOR_MAX } from '../money.ts'
import type { SplitShare } from '../release/release.ts'
import { BASIS_POINTS_ALL, splitAmount, splitRefund, type SplitLeg } from './split.ts'

const amounts = fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: AMOUNT_MINOR_MAX }))

/** Up to seven parties whose shares add up, zero shares among them. */
const splits = fc
  .array(fc.nat({ max: BASIS_POINTS_ALL }), { maxLength: 6 })
  .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), BASIS_POINTS_ALL])
  .map((cuts) => cuts.slice(1).map((cut, index) => cut - (cuts[index] ?? 0)))
  .map(sharesOf)

describe('splitAmount', () => {
  test('[LG1] the legs add up, each within a cent of its share', () => {
    fc.assert(
      fc.property(amounts, splits, (amountMinor, shares) => {
        const legs = splitAmount(amountMinor, shares)
        equal(sumOf(legs), amountMinor)
        shares.forEach((share, index) => {
          const exact = amountMinor * share.basisPoints
          const got = (legs[index]?.amountMinor ?? -1) * BASIS_POINTS_ALL
          ok(Math.abs(got - exact) < BASIS_POINTS_ALL)
        })
      }),
    )
  })

  test('[LG2] a tie goes to the party that is named first', () => {
    deepEqual(amountsOf(splitAmount(1, sharesOf([5000, 5000]))), [1, 0])
    deepEqual(amountsOf(splitAmount(100, sharesOf([3333, 3333, 3334]))), [33, 33, 34])
    deepEqual(amountsOf(splitAmount(999, sharesOf([7000, 2000, 1000]))), [699, 200, 100])
  })

  test('shares that are not all of the sale are a defect', () => {
    throws(() => splitAmount(1, sharesOf([5000, 4999])), /10,000/)
    throws(() => splitAmount(1, [...sharesOf([10_000]), ...sharesOf([0])]), /once/)
    throws(() => splitAmount(1, sharesOf([10_001, -1])), /whole/)
  })
})

describe('splitRefund', () => {
  const refunds = fc
    .tuple(fc.oneof(fc.nat({ max: 50 }), amounts), splits, fc.array(fc.nat(), { maxLength: 12 }))
    .map(([capturedMinor, shares, cuts]) => ({
      capturedMinor,
      shares,
      steps: stepsOf(capturedMinor, cuts),
    }))

  test('[LG3] [LG4] any sequence of refunds undoes the split to the cent', () => {
    fc.assert(
      fc.property(refunds, ({ capturedMinor, shares, steps }) => {
        const left = amountsOf(splitAmount(capturedMinor, shares)).map((amount) => amount)
        let refunded = 0
        for (const step of steps) {
          const legs = splitRefund(shares, capturedMinor, refunded, step)
          equal(sumOf(legs), step)
          legs.forEach((leg, index) => {
            ok(leg.amountMinor >= 0)
            left[index] = (left[index] ?? 0) - leg.amountMinor
            ok((left[index] ?? -1) >= 0)
          })
          refunded += step
        }
        equal(refunded, capturedMinor)
        ok(left.every((amount) => amount === 0))
      }),
    )
  })

  test('[LG4] cent by cent, no leg ever gives back more than it got, nor takes back', () => {
    const shares = sharesOf([6500, 2000, 1000, 499, 1, 0])
    const given = shares.map(() => 0)
    for (let refunded = 0; refunded < 1234; refunded += 1) {
      const legs = amountsOf(splitRefund(shares, 1234, refunded, 1))
      deepEqual(legs.filter((amount) => amount !== 0), [1])
      legs.forEach((amount, index) => (given[index] = (given[index] ?? 0) + amount))
    }
    deepEqual(given, amountsOf(splitAmount(1234, shares)))
  })

  test('[LG5] one refund and several of the same sum leave the same legs', () => {
    fc.assert(
      fc.property(refunds, ({ capturedMinor, shares, steps }) => {
        const upTo = steps.slice(0, Math.ceil(steps.length / 2))
        const total = upTo.reduce((sum, step) => sum + step, 0)
        const several = shares.map(() => 0)
        let refunded = 0
        for (const step of upTo) {
          const legs = splitRefund(shares, capturedMinor, refunded, step)
          legs.forEach((leg, index) => (several[index] = (several[index] ?? 0) + leg.amountMinor))
          refunded += step
        }
        deepEqual(amountsOf(splitRefund(shares, capturedMinor, 0, total)), several)
      }),
    )
  })

  test('a refund of more than was captured is a defect', () => {
    throws(() => splitRefund(sharesOf([10_000]), 100, 60, 41), /exceed/)
  })
})

function sharesOf(basisPoints: readonly number[]): readonly SplitShare[] {
  return basisPoints.map((points, index) => ({
    partyId: `party-${index}` as PartyId,
    basisPoints: points,
  }))
}

/** Cut an amount into steps that add up to it. */
function stepsOf(totalMinor: number, cuts: readonly number[]): readonly number[] {
  const bounds = [...cuts.map((cut) => cut % (totalMinor + 1)), totalMinor]
  const sorted = bounds.toSorted((a, b) => a - b)
  return sorted.map((bound, index) => bound - (sorted[index - 1] ?? 0))
}

function amountsOf(legs: readonly SplitLeg[]): number[] {
  return legs.map((leg) => leg.amountMinor)
}

function sumOf(legs: readonly SplitLeg[]): number {
  return amountsOf(legs).reduce((sum, amount) => sum + amount, 0)
}
