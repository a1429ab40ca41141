/** What a processor takes of a captured charge: basis points of the amount, and a fixed part. */
export interface FeeRule {
  readonly basisPoints: number
  readonly fixedMinor: number
}

/** The rule used until the processor has stated its fee: 1.5 % + 25, Stripe's European cards. */
export const FEE_RULE_DEFAULT: FeeRule = { basisPoints: 150, fixedMinor: 25 }

/** The fee by the rule, in minor units, half rounded up, never more than the amount. [PR14] */
export function estimateFee(capturedMinor: number, rule: FeeRule): number {
  if (capturedMinor === 0) return 0
  const shareMinor = Math.floor((capturedMinor * rule.basisPoints + 5_000) / 10_000)
  return Math.min(capturedMinor, shareMinor + rule.fixedMinor)
}
