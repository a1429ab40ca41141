import { frameOf, type LiveBatch, type LiveFrame } from './live-batch.ts'

/** The most tips that wait for one slow viewer. */
export const BACKLOG_TIPS_MAX = 20

/** The most other messages that wait; past it the viewer does better with a snapshot. */
export const BACKLOG_FRAMES_MAX = 1_000

/**
 * What one slow viewer has not been sent yet. [LV4]
 *
 * Stock, prices and the rest wait as their latest only, so that a viewer who catches up has what
 * counts now; tips are the first to go, and how many went is told.
 */
export class Backlog {
  readonly #latest = new Map<string, LiveFrame>()
  #tips: LiveFrame[] = []
  #shed = 0

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#latest.size === 0 && this.#tips.length === 0 && this.#shed === 0
  }

  /** Whether more waits than is worth sending one by one. */
  get isHopeless(): boolean {
    return this.#latest.size > BACKLOG_FRAMES_MAX
  }

  add(frame: LiveFrame): void {
    if (frame.key === null) {
      this.#tips.push(frame)
      if (this.#tips.length <= BACKLOG_TIPS_MAX) return
      this.#tips.shift()
      this.#shed += 1
      return
    }
    if (frame.message.type === 'release') this.#forgetRelease()
    this.#latest.delete(frame.key)
    this.#latest.set(frame.key, frame)
  }

  /** Take all of it, in the order it was told. */
  take(): LiveBatch {
    const tips = this.#tips
    const frames = [...this.#latest.values(), ...tips].sort((a, b) => offsetOf(a) - offsetOf(b))
    if (this.#shed > 0) frames.push(frameOf({ type: 'shed', count: this.#shed }))
    this.#latest.clear()
    this.#tips = []
    this.#shed = 0
    return { frames }
  }

  /** A release brings all its drops along: what was told of the last one's is over. */
  #forgetRelease(): void {
    for (const [key, { message }] of this.#latest) {
      if ('dropId' in message) this.#latest.delete(key)
    }
  }
}

/** Messages for one viewer have no offset: they come after what everybody was told. */
function offsetOf({ message }: LiveFrame): number {
  return 'offset' in message ? message.offset : Number.MAX_SAFE_INTEGER
}
