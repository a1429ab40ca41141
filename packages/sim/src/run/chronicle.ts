import { createHash } from 'node:crypto'

import type { VirtualTime } from '../time/virtual-time.ts'

/** One thing that happened, as the timeline prints it. */
export interface ChronicleLine {
  readonly atMs: number
  readonly who: string
  readonly text: string
}

/** A rule that did not hold. */
export interface Violation {
  /** The invariant's id, or `defect` when production code stopped itself. */
  readonly id: string
  readonly text: string
  readonly atMs: number
}

/** How many lines are kept for a timeline; the hash takes all of them. */
const LINES_KEPT_MAX = 20_000

/**
 * What happened in a universe: a hash over every line, so that two runs can be compared, the lines
 * themselves where somebody wants to read them, counters of what was reached, and what was broken.
 */
export class Chronicle {
  readonly marks = new Map<string, number>()
  readonly violations: Violation[] = []
  readonly lines: ChronicleLine[] = []
  readonly #time: VirtualTime
  readonly #startMs: number
  readonly #hash = createHash('sha256')
  readonly #isKept: boolean
  #said = 0
  #isOver = false

  constructor(time: VirtualTime, isKept: boolean) {
    this.#time = time
    this.#startMs = time.nowMs
    this.#isKept = isKept
  }

  /** How many lines were written down. */
  get said(): number {
    return this.#said
  }

  /** Write down that something happened. */
  say(who: string, text: string): void {
    if (this.#isOver) return
    this.#said += 1
    const atMs = this.#time.nowMs - this.#startMs
    this.#hash.update(`${atMs} ${who} ${text}\n`)
    if (this.#isKept && this.lines.length < LINES_KEPT_MAX) this.lines.push({ atMs, who, text })
  }

  /** The story is told: what is put away afterwards is no part of it. */
  end(): void {
    this.#isOver = true
  }

  /** Count that a branch worth reaching was reached. */
  mark(name: string, count = 1): void {
    this.marks.set(name, (this.marks.get(name) ?? 0) + count)
  }

  /** An invariant was looked at where it could have failed, so many times. */
  arm(id: string, count = 1): void {
    if (count > 0) this.mark(`armed ${id}`, count)
  }

  /** An invariant does not hold. */
  violate(id: string, text: string): void {
    this.say('VIOLATION', `${id}: ${text}`)
    this.violations.push({ id, text, atMs: this.#time.nowMs - this.#startMs })
  }

  /** The hash of everything that happened. */
  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}
