import type { EdgeDeps } from '../edge-deps.ts'

/** How often waiting questions are asked again at most: a busy stall commits far more often. */
const SWEEP_MS = 10

/** How often they are asked again when nothing is committed: the stall may have failed. */
const IDLE_SWEEP_MS = 200

/** How long an answer may wait for the disk. */
const DURABLE_MS_MAX = 5_000

type WatchDeps = Pick<EdgeDeps, 'stall' | 'setTimer' | 'now' | 'closing'>

/** Waits for news of the stall, for as many as ask, with one listener. */
export class StallWatch {
  readonly #deps: WatchDeps
  readonly #waiters = new Set<() => void>()
  #cancelSweep: (() => void) | null = null
  #isSweepSoon = false

  constructor(deps: WatchDeps) {
    this.#deps = deps
    deps.stall.onDurable(() => {
      if (this.#waiters.size > 0) this.#sweepIn(SWEEP_MS)
    })
    deps.closing?.addEventListener('abort', () => this.#sweep())
  }

  /**
   * Say what memory says once it is on disk, or `null` when the disk failed: memory may be ahead by
   * the batch being written, and nothing is told from memory alone. [ED4]
   */
  async settled<Answer>(read: () => Answer): Promise<Answer | null> {
    const { stall } = this.#deps
    const answer = read()
    const { sequence } = stall.state
    const isWritten = () => stall.head.sequence >= sequence
    const isOver = () => isWritten() || stall.notSelling() === 'storage'
    if (!isOver()) await this.#wait(isOver, DURABLE_MS_MAX)
    return isWritten() ? answer : null
  }

  /** Wait until `isNews`, or for `waitMs`, or until the asker is gone or the server closes. */
  async news(isNews: () => boolean, waitMs: number, asker?: AbortSignal): Promise<void> {
    const isOver = () => isNews() || asker?.aborted === true || this.#deps.closing?.aborted === true
    if (waitMs > 0 && !isOver()) await this.#wait(isOver, waitMs)
  }

  #wait(isOver: () => boolean, waitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const finish = () => {
      cancel()
      this.#waiters.delete(check)
      resolve()
    }
    const check = () => {
      if (isOver()) finish()
    }
    const cancel = this.#deps.setTimer(waitMs, finish)
    this.#waiters.add(check)
    if (this.#cancelSweep === null) this.#sweepIn(IDLE_SWEEP_MS)
    return promise
  }

  #sweepIn(delayMs: number): void {
    const isSoon = delayMs === SWEEP_MS
    if (this.#cancelSweep !== null && (this.#isSweepSoon || !isSoon)) return
    this.#cancelSweep?.()
    this.#isSweepSoon = isSoon
    this.#cancelSweep = this.#deps.setTimer(delayMs, () => this.#sweep())
  }

  #sweep(): void {
    this.#cancelSweep?.()
    this.#cancelSweep = null
    this.#isSweepSoon = false
    for (const check of this.#waiters) check()
    if (this.#waiters.size > 0) this.#sweepIn(IDLE_SWEEP_MS)
  }
}
