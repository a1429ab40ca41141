import type { Moment } from '@nightmarket/kernel'

interface Timer {
  readonly atMs: number
  readonly work: () => void
}

/** A clock that a test moves: timers run in their order, and everything they set off with them. */
export class FakeTime {
  #nowMs = 0
  readonly #startMs: number
  readonly #timers = new Set<Timer>()

  constructor(startMs: number) {
    this.#startMs = startMs
  }

  readonly now = (): Moment => ({ atMs: this.#startMs + this.#nowMs, monotonicMs: this.#nowMs })

  readonly setTimer = (delayMs: number, work: () => void): (() => void) => {
    const timer = { atMs: this.#nowMs + delayMs, work }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Let so much time pass, timer by timer. */
  async pass(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs
    await settle()
    for (let next = this.#next(untilMs); next !== null; next = this.#next(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      this.#timers.delete(next)
      next.work()
      await settle()
    }
    this.#nowMs = untilMs
  }

  #next(untilMs: number): Timer | null {
    let next: Timer | null = null
    for (const timer of this.#timers) {
      if (timer.atMs <= untilMs && (next === null || timer.atMs < next.atMs)) next = timer
    }
    return next
  }
}

/** Promises that wait for nothing but each other are done after this. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
