/** How finely moments are kept: a second has twenty of them. */
const SLOT_MS = 50
const SLOTS_PER_SECOND = 1_000 / SLOT_MS

/** Counts what happens by when it happens, to say how fast it went when it went fastest. */
export class Pace {
  readonly #slots: number[] = []
  #startMs: number | null = null
  #count = 0

  /** Time runs from here; later calls change nothing. */
  start(nowMs: number): void {
    this.#startMs ??= nowMs
  }

  /** It happened once more. */
  add(nowMs: number): void {
    this.start(nowMs)
    const slot = Math.floor((nowMs - (this.#startMs ?? nowMs)) / SLOT_MS)
    this.#slots[slot] = (this.#slots[slot] ?? 0) + 1
    this.#count += 1
  }

  /**
   * How often it happened in the busiest second. What was over in less than a second is as fast as
   * it was while it lasted, from the start to the last time. [RU4]
   */
  perSecond(): number {
    const { length } = this.#slots
    if (length === 0) return 0
    if (length <= SLOTS_PER_SECOND) return Math.round((this.#count * SLOTS_PER_SECOND) / length)
    let [window, busiest] = [0, 0]
    for (let slot = 0; slot < length; slot += 1) {
      window += (this.#slots[slot] ?? 0) - (this.#slots[slot - SLOTS_PER_SECOND] ?? 0)
      busiest = Math.max(busiest, window)
    }
    return busiest
  }
}
