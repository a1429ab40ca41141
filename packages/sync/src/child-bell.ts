/** Sleeps that end by the clock, by a ring, or at the end of everything. */
export class Bell {
  readonly #setTimer: (delayMs: number, work: () => void) => () => void
  #isRung = false
  #wake: (() => void) | null = null

  constructor(setTimer: (delayMs: number, work: () => void) => () => void) {
    this.#setTimer = setTimer
  }

  /** Wake who sleeps, or who will next: a ring is never lost. */
  ring(): void {
    this.#isRung = true
    this.#wake?.()
  }

  /** Resolve after the delay, or at once when it was rung since the last sleep ended. */
  async sleep(delayMs: number): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const cancel = this.#setTimer(delayMs, resolve)
        this.#wake = () => {
          cancel()
          resolve()
        }
      })
      this.#wake = null
    }
    this.#isRung = false
  }
}
