import { assert } from '@nightmarket/kernel'

/** How many may be at it at once; whoever comes later waits, first come first served. */
export class Turns {
  #free: number
  #waiting: (() => void)[] = []
  #served = 0

  constructor(count: number) {
    assert(Number.isSafeInteger(count) && count > 0, 'somebody must have a turn')
    this.#free = count
  }

  /** Resolves when it is one's turn. */
  async take(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Pass one's turn on. */
  give(): void {
    const next = this.#waiting[this.#served]
    if (next === undefined) {
      this.#waiting = []
      this.#served = 0
      this.#free += 1
      return
    }
    this.#served += 1
    next()
  }
}
