const WRAP = 2 ** 32

/**
 * Turns the time stamps of one RTP stream into milliseconds. The first one is where it arrived; the
 * others are placed by their distance to it, however their packets come. [WP2]
 */
export class RtpClock {
  readonly #ticksPerMs: number
  #firstMs = 0
  #last: number | null = null
  #ticks = 0

  constructor(ticksPerMs: number) {
    this.#ticksPerMs = ticksPerMs
  }

  /** The moment of a time stamp that arrives now. */
  at(timestamp: number, nowMs: number): number {
    if (this.#last === null) this.#firstMs = nowMs
    const step = (timestamp - (this.#last ?? timestamp) + WRAP) % WRAP
    this.#ticks += step < WRAP / 2 ? step : step - WRAP
    this.#last = timestamp
    return this.#firstMs + this.#ticks / this.#ticksPerMs
  }
}
