import { assert } from '@nightmarket/kernel'

/** Half of them are the parts of a doubling: a reading is at most 1/32 too high. */
const PARTS = 64

/** Finest unit that is told apart, in milliseconds: a microsecond. */
const UNIT_MS = 0.001

/** Doublings of the unit that are counted; 2^40 µs is twelve days. */
const DOUBLINGS = 40

/**
 * Counts latencies in buckets that grow with them, so that a million taps take as much room as ten
 * and every percentile is known to 3.2 %. Readings are never below the truth. [RU1]
 */
export class LatencyHistogram {
  readonly #buckets = new Float64Array(PARTS * DOUBLINGS)
  #count = 0
  #maxMs = 0

  get count(): number {
    return this.#count
  }

  /** The longest of all, exactly. */
  get maxMs(): number {
    return this.#maxMs
  }

  /** Count one latency. */
  record(durationMs: number): void {
    assert(durationMs >= 0, 'nothing is answered before it was asked')
    const bucket = bucketOf(Math.ceil(durationMs / UNIT_MS))
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.#count += 1
    this.#maxMs = Math.max(this.#maxMs, durationMs)
  }

  /** What `share` (0 to 1) of all latencies were not above, in milliseconds; 0 without any. */
  percentileMs(share: number): number {
    assert(share >= 0 && share <= 1, 'a share is from 0 to 1')
    const rank = Math.max(1, Math.ceil(share * this.#count))
    let seen = 0
    for (const [bucket, count] of this.#buckets.entries()) {
      seen += count
      if (seen >= rank) return Math.min(this.#maxMs, endOf(bucket) * UNIT_MS)
    }
    return 0
  }

  /** The percentiles that reports show, in milliseconds to the hundredth. */
  summary(): LatencySummary {
    return {
      count: this.#count,
      p50Ms: rounded(this.percentileMs(0.5)),
      p95Ms: rounded(this.percentileMs(0.95)),
      p99Ms: rounded(this.percentileMs(0.99)),
      maxMs: rounded(this.#maxMs),
    }
  }
}

/** What a report says of latencies. */
export interface LatencySummary {
  readonly count: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Below `PARTS` units every unit has its bucket; above, each doubling has `PARTS / 2`. */
function bucketOf(units: number): number {
  if (units < PARTS) return units
  const doubling = Math.floor(Math.log2(units / PARTS)) + 1
  const part = Math.floor(units / 2 ** doubling)
  return Math.min(PARTS * DOUBLINGS - 1, doubling * (PARTS / 2) + part)
}

/** The greatest number of units that falls into a bucket. */
function endOf(bucket: number): number {
  if (bucket < PARTS) return bucket
  const doubling = Math.floor((bucket - PARTS / 2) / (PARTS / 2))
  const part = bucket - doubling * (PARTS / 2)
  return (part + 1) * 2 ** doubling - 1
}

function rounded(ms: number): number {
  return Math.ceil(ms * 100) / 100
}
