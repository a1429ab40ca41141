import type { SaleTerms } from '@nightmarket/kernel'

import { createPrng, type Prng } from '../prng.ts'
import type { CoreRhythm } from '../world/sim-core.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000

/** How much goes wrong in a universe. */
export type Mood = 'quiet' | 'uneasy' | 'stormy' | 'savage'

/** How long the markets of a run set live: an evening, or weeks in which less happens. */
export type Span = 'evening' | 'season'

/** Everything that a seed decides about a universe before it begins. */
export interface UniverseOptions {
  readonly seed: number
  readonly span: Span
  readonly mood: Mood
  readonly edges: number
  readonly buyers: number
  /** The phase in which things go wrong. */
  readonly safetyMinutes: number
  /** How much slower than in a short universe people act, devices ask and faults come. */
  readonly pace: number
  /** When the drop closes, from the start. */
  readonly closesAfterMinutes: number
  readonly mugs: number
  readonly prints: number
  readonly mugUnits: number | null
  readonly perCustomer: number | null
  readonly heartbeatMs: number
  /** Two take turns in the books, as with PostgreSQL. */
  readonly cores: 1 | 2
  readonly booksDelayMs: number
  readonly driftPpm: readonly number[]
  readonly skewMs: readonly number[]
  readonly declineRate: number
  readonly cashRate: number
  readonly holdRate: number
  readonly patience: number
  readonly rhythm: CoreRhythm
  readonly terms: SaleTerms
  readonly tills: number
  /** Whether tills speak through an edge. */
  readonly isRelayed: boolean
  /** How long a till waits for its next buyer, on average. */
  readonly tillEveryMs: number
  /** The share of messages that every line loses, doubles and delays, whatever else happens. */
  readonly noise: number
}

/** What a line does to messages on a day of average noise, as a share of them. */
const NOISE: Readonly<Record<Mood, number>> = {
  quiet: 0,
  uneasy: 0.02,
  stormy: 0.06,
  savage: 0.12,
}

/** Derive a universe's options from its seed. [SM1] */
export function optionsOf(seed: number, span: Span = 'evening'): UniverseOptions {
  const prng = createPrng(`universe ${seed}`).fork('options')
  const mood = prng.pick<Mood>(['quiet', 'uneasy', 'uneasy', 'stormy', 'stormy', 'savage'])
  const edges = prng.between(1, 4)
  const safetyMinutes = prng.pick([10, 20, 30, 45, 60, 120])
  const length = LENGTHS[span](createPrng(`universe ${seed}`).fork('length'), safetyMinutes)
  const field = createPrng(`universe ${seed}`).fork('field')
  const cores = createPrng(`universe ${seed}`).fork('cores').chance(0.4) ? 2 : 1
  const tills = field.pick(span === 'season' ? [0, 1, 1, 2] : [0, 1, 1, 2, 2, 3, 4, 6, 8, 12])
  const [mugs, prints] = [prng.between(3, 60), prng.between(2, 40)]
  return {
    seed,
    span,
    mood,
    edges,
    buyers: prng.between(10, 40 + mugs + prints),
    safetyMinutes: length.minutes,
    pace: length.pace,
    closesAfterMinutes: prng.chance(0.4)
      ? Math.ceil(length.minutes * 0.6)
      : length.minutes + prng.between(1, 4),
    mugs,
    prints,
    mugUnits: prng.chance(0.25) ? prng.between(1, mugs) : null,
    perCustomer: prng.chance(0.4) ? prng.between(1, 4) : null,
    heartbeatMs: prng.pick([2_000, 5_000, 10_000, 20_000]) * length.pace,
    cores,
    booksDelayMs: Math.max(prng.pick([0, 0, 3, 20]), cores === 2 ? 3 : 0),
    driftPpm: Array.from({ length: edges + tills }, () => prng.between(-100, 100)),
    skewMs: Array.from({ length: edges + tills }, () => skewOf(prng)),
    declineRate: prng.pick([0, 0.05, 0.2, 0.5]),
    cashRate: prng.pick([0, 0.1, 0.3]),
    holdRate: prng.pick([0.1, 0.3, 0.6]),
    patience: prng.between(1, 8),
    rhythm: rhythmOf(prng, length.pace),
    terms: termsOf(prng),
    tills,
    isRelayed: createPrng(`universe ${seed}`).fork('relay').chance(0.4),
    tillEveryMs: field.pick([20_000, 60_000, 180_000]) * length.pace,
    noise: NOISE[mood] * field.pick([0.5, 1, 2]),
  }
}

function skewOf(prng: Prng): number {
  return prng.chance(0.6)
    ? prng.between(-2_000, 2_000)
    : prng.between(-10 * MINUTE_MS, 10 * MINUTE_MS)
}

/** Payments are seen to no more slowly than this, however slow the market is. */
const POLL_PACE_MAX = 12

/** A length in minutes, and how much slower than usual everybody is in it. */
interface Length {
  readonly minutes: number
  readonly pace: number
}

const LENGTHS: Readonly<Record<Span, (prng: Prng, minutes: number) => Length>> = {
  /** One in twelve is a drop of many hours, in which everybody asks less often. */
  evening(prng, minutes) {
    if (!prng.chance(1 / 6) || !prng.chance(1 / 2)) return { minutes, pace: 1 }
    return { minutes: prng.pick([6, 8, 12, 24]) * 60, pace: 6 }
  },
  /** Weeks in which something happens now and then. */
  season: (prng) => ({ minutes: prng.pick([7, 14, 28]) * 24 * 60, pace: 60 }),
}

function rhythmOf(prng: Prng, pace: number): CoreRhythm {
  return {
    pollMs: prng.pick([3_000, 8_000, 15_000]) * Math.min(pace, POLL_PACE_MAX),
    shareMs: prng.pick([5_000, 10_000]) * pace,
    queryMs: prng.pick([10_000, 20_000]) * pace,
    reconcileMs: pace > POLL_PACE_MAX ? 5 * MINUTE_MS : 60_000,
    feedWaitMs: 25_000 * pace,
    unknownMs: prng.pick([3 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS]),
  }
}

function termsOf(prng: Prng): SaleTerms {
  const tight = prng.chance(0.5) ? prng.pick(['all', 'order', 'buyer', 'orders', 'sum']) : 'none'
  const limit = (name: string, narrow: number, wide: number) =>
    tight === name || tight === 'all' ? narrow : wide
  return {
    tokenMs: prng.pick([60 * SECOND_MS, 5 * MINUTE_MS]),
    holdMs: prng.pick([15 * SECOND_MS, 60 * SECOND_MS, 120 * SECOND_MS]),
    honourMs: prng.pick([0, 60 * SECOND_MS, 15 * MINUTE_MS]),
    rescueMs: prng.pick([20 * SECOND_MS, 60 * SECOND_MS, 3 * MINUTE_MS]),
    fallbackVoucherMinor: prng.pick([0, 500]),
    deferred: {
      orderMinorMax: limit('order', prng.pick([0, 1_500, 5_000]), 100_000),
      buyerOrdersMax: limit('buyer', prng.pick([1, 1, 2]), 50),
      ordersMax: limit('orders', prng.pick([1, 2, 3, 8]), 1_000),
      sumMinorMax: limit('sum', prng.between(2_000, 12_000), 10_000_000),
      ageMsMax: prng.pick([2 * MINUTE_MS, 240 * MINUTE_MS]),
    },
  }
}
