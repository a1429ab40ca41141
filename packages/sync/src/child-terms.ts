/** How a child talks to its parent, in milliseconds. */
export interface UplinkTerms {
  /** Between the starts of two exchanges: what is written meanwhile goes along with the next. */
  readonly gapMs: number
  /** How often an idle child says that it is there, and what it has and wants. */
  readonly heartbeatMs: number
  /** How long one exchange may take. */
  readonly exchangeMs: number
  /** How long the parent may keep a child waiting for its feed; longer than its own patience. */
  readonly feedWaitMs: number
  /** The first wait after a failure; doubled with each further one. */
  readonly backoffMsMin: number
  readonly backoffMsMax: number
  /** Between attempts of a child that was refused: a person has to change something. */
  readonly refusedMs: number
}

/** A payment and a rollback wait for these: small next to a second, large next to a commit. */
export const UPLINK_TERMS: UplinkTerms = {
  gapMs: 10,
  heartbeatMs: 2_000,
  exchangeMs: 15_000,
  feedWaitMs: 40_000,
  backoffMsMin: 100,
  backoffMsMax: 3_000,
  refusedMs: 10_000,
}

/**
 * How long to wait after the n-th failure in a row, from 1: doubled each time up to the most, and
 * between half and all of that, so that many children do not come back in step. [SY8]
 */
export function backoffMs(failures: number, random: number, terms: UplinkTerms): number {
  const exponent = Math.min(failures - 1, 30)
  const ceiling = Math.min(terms.backoffMsMax, terms.backoffMsMin * 2 ** exponent)
  return Math.ceil(ceiling * (0.5 + random / 2))
}
