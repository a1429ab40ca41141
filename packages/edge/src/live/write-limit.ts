/** How much one address may do at once, and how fast it may go on. */
export interface WriteRate {
  readonly burst: number
  readonly perSecond: number
}

/** The most addresses remembered; past it the ones that were quiet longest are forgotten. */
export const ADDRESSES_MAX = 20_000

interface Bucket {
  tokens: number
  atMs: number
}

/** Limits what each address sends, by a bucket of tokens that fills again. [LV6] */
export class WriteLimit {
  readonly #rate: WriteRate
  readonly #monotonicMs: () => number
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: WriteRate, monotonicMs: () => number) {
    this.#rate = rate
    this.#monotonicMs = monotonicMs
  }

  /** Whether an address may do one thing more now. */
  take(address: string): boolean {
    const { burst, perSecond } = this.#rate
    const nowMs = this.#monotonicMs()
    const known = this.#buckets.get(address) ?? { tokens: burst, atMs: nowMs }
    const filled = known.tokens + ((nowMs - known.atMs) / 1_000) * perSecond
    const tokens = Math.min(burst, filled)
    const isAllowed = tokens >= 1
    this.#buckets.delete(address)
    this.#buckets.set(address, { tokens: isAllowed ? tokens - 1 : tokens, atMs: nowMs })
    this.#forget()
    return isAllowed
  }

  #forget(): void {
    if (this.#buckets.size <= ADDRESSES_MAX) return
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}
