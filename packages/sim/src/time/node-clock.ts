import type { Moment } from '@nightmarket/kernel'

import type { VirtualTime } from './virtual-time.ts'

/** How far off a clock may be and still be called right. */
const RIGHT_MS = 2_000

/** A device's clocks: a wall clock that may be off, drift and be set; and a monotonic one. */
export class NodeClock {
  readonly #time: VirtualTime
  /** Parts per million. Both clocks run on the same crystal. */
  readonly driftPpm: number
  readonly #bornAtMs: number
  #offsetMs: number
  #bootedAtMs: number
  /** The wall clock went back, and no process has written that down. */
  #isSetBack = false
  #isBlind = false

  constructor(time: VirtualTime, fields: { readonly skewMs: number; readonly driftPpm: number }) {
    this.#time = time
    this.#offsetMs = fields.skewMs
    this.driftPpm = fields.driftPpm
    this.#bornAtMs = time.nowMs
    this.#bootedAtMs = time.nowMs
  }

  /** The wall clock minus true time. */
  get skewMs(): number {
    return this.#wallMs() - this.#time.nowMs
  }

  /**
   * Whether a process began after the clock had been set back unnoticed: while the device was off,
   * or in the moments before it went off. Nothing on it can tell, until the clock is right again.
   */
  get isBlind(): boolean {
    return this.#isBlind && Math.abs(this.skewMs) > RIGHT_MS
  }

  /** The process that runs has written down that the clock went back, or had the time to. */
  noticed(): void {
    this.#isSetBack = false
  }

  now(): Moment {
    const monotonicMs = Math.floor(this.#stretched(this.#time.nowMs - this.#bootedAtMs))
    return { atMs: this.#wallMs(), monotonicMs }
  }

  /** True time of a reading of the monotonic clock since the last boot. */
  trueMsOf(monotonicMs: number): number {
    return this.#bootedAtMs + monotonicMs / (1 + this.driftPpm / 1e6)
  }

  /** Somebody, or NTP, sets the wall clock by so much. */
  step(byMs: number): void {
    this.#offsetMs += byMs
    this.#isSetBack ||= byMs < 0
  }

  /** Set the wall clock to so much off true time. */
  setSkew(skewMs: number): void {
    this.step(skewMs - this.skewMs)
  }

  /** A process starts: its monotonic clock begins at nothing. */
  boot(): void {
    this.#bootedAtMs = this.#time.nowMs
    this.#isBlind ||= this.#isSetBack
  }

  #wallMs(): number {
    const nowMs = this.#time.nowMs
    const drift = this.#stretched(nowMs - this.#bornAtMs) - (nowMs - this.#bornAtMs)
    return Math.max(0, Math.floor(nowMs + this.#offsetMs + drift))
  }

  #stretched(durationMs: number): number {
    return durationMs * (1 + this.driftPpm / 1e6)
  }
}
