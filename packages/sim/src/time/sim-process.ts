import type { VirtualTime } from './virtual-time.ts'

/**
 * A process of the universe: its timers die with it, and wait while it is paused.
 *
 * What a dead process had under way simply never goes on: whatever it is handed later is dropped.
 */
export class SimProcess {
  readonly time: VirtualTime
  readonly startedAtMs: number
  #isAlive = true
  #isPaused = false
  #late: (() => void)[] = []

  constructor(time: VirtualTime) {
    this.time = time
    this.startedAtMs = time.nowMs
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** A timer of this process. */
  after(delayMs: number, work: () => void): () => void {
    let isCancelled = false
    const cancel = this.time.after(delayMs, () =>
      this.enter(() => (isCancelled ? undefined : work())),
    )
    return () => {
      isCancelled = true
      cancel()
    }
  }

  /** Let something from outside reach the process: now, after its pause, or never. */
  enter(work: () => void): void {
    if (!this.#isAlive) return
    if (this.#isPaused) this.#late.push(work)
    else work()
  }

  /** Resolves after a delay; never once the process is dead. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, resolve))
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    const late = this.#late
    this.#late = []
    for (const work of late) this.time.after(0, () => this.enter(work))
  }

  kill(): void {
    this.#isAlive = false
    this.#late = []
  }
}
