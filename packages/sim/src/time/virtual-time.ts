/** Something that happens at a moment of the universe. Lower `order` first at the same moment. */
interface Happening {
  readonly atMs: number
  readonly order: number
  work: (() => void) | null
}

/** A moment in which more happens than this is one that never ends. */
const HAPPENINGS_AT_ONCE_MAX = 20_000

/** Time stands still: something calls itself again and again without letting any pass. */
export class TimeStands extends Error {
  override readonly name = 'TimeStands'
}

/** The machine's own turn of the event loop, taken before a universe replaces the timers. */
const nextTurn = setImmediate

/**
 * The universe's true time: a queue of happenings, one after another.
 *
 * Between two of them everything that is only promises runs to its end, in an order that the
 * language fixes: one turn of the real event loop drains all of it. Nothing here ever waits for
 * the machine's clock, so that an hour passes as fast as its work is done. [SM2]
 */
export class VirtualTime {
  readonly #heap: Happening[] = []
  #nowMs: number
  #order = 0
  #count = 0
  #atOnce = 0

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  /** True time, epoch milliseconds. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** How many happenings there were. */
  get count(): number {
    return this.#count
  }

  /** Let `work` happen after a delay; the returned function takes it back. */
  after(delayMs: number, work: () => void): () => void {
    const delay = Number.isFinite(delayMs) ? Math.max(0, delayMs) : 0
    const happening: Happening = { atMs: this.#nowMs + delay, order: this.#order++, work }
    this.#push(happening)
    return () => {
      happening.work = null
    }
  }

  /** Resolves after a delay. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, resolve))
  }

  /** Let everything happen up to a moment, which is now afterwards. */
  async runUntil(untilMs: number): Promise<void> {
    await drain()
    for (;;) {
      const next = this.#heap[0]
      if (next === undefined || next.atMs > untilMs) break
      this.#pop()
      if (next.work === null) continue
      this.#atOnce = next.atMs > this.#nowMs ? 0 : this.#atOnce + 1
      if (this.#atOnce > HAPPENINGS_AT_ONCE_MAX) throw new TimeStands('time does not go on')
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      this.#count += 1
      next.work()
      await drain()
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  #push(happening: Happening): void {
    const heap = this.#heap
    let place = heap.length
    heap.push(happening)
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || isBefore(parent, happening)) break
      heap[place] = parent
      place = above
    }
    heap[place] = happening
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      const [left, right] = [heap[child], heap[child + 1]]
      if (left === undefined) break
      if (right !== undefined && isBefore(right, left)) child += 1
      const least = heap[child]
      if (least === undefined || isBefore(last, least)) break
      heap[place] = least
      place = child
    }
    heap[place] = last
  }
}

function isBefore(left: Happening, right: Happening): boolean {
  return left.atMs === right.atMs ? left.order < right.order : left.atMs < right.atMs
}

/** Let all promises that can settle now settle. */
function drain(): Promise<void> {
  return new Promise((resolve) => void nextTurn(resolve))
}
