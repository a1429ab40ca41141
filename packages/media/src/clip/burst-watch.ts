import type { ClipDesk } from './clip-desk.ts'
import { BURST_TERMS, findBursts, type BurstTerms } from './find-burst.ts'
import type { ClipSale } from './sale.ts'

/** Makes a clip of each burst once, however often it looks. [CL5] */
export class BurstWatch {
  readonly #desk: Pick<ClipDesk, 'burst'>
  readonly #terms: BurstTerms
  /** Bursts that begin before this were told, or were over before anybody watched. */
  #toldToMs: number

  constructor(desk: Pick<ClipDesk, 'burst'>, sinceMs: number, terms: BurstTerms = BURST_TERMS) {
    this.#desk = desk
    this.#terms = terms
    this.#toldToMs = sinceMs
  }

  /** How far back sales are needed. */
  get memoryMs(): number {
    const { baselineMs, lengthMsMax, windowMs } = this.#terms
    return baselineMs + lengthMsMax + 2 * windowMs
  }

  /** Look at the sales of late. */
  look(sales: readonly ClipSale[], nowMs: number): void {
    for (const burst of findBursts(sales, nowMs, this.#terms)) {
      if (burst.toMs <= this.#toldToMs) continue
      this.#toldToMs = burst.toMs
      this.#desk.burst(burst)
    }
  }
}
