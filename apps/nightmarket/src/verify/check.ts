/** Something that does not hold, and the thing it is about. */
export interface Violation {
  readonly subject: string
  readonly problem: string
}

/** One check: what it went through, and what does not hold. Sound when nothing does not. */
export interface Check {
  readonly id: string
  /** What was gone through, by name: `{ orders: 1200 }`. */
  readonly covered: Readonly<Record<string, number>>
  /** The first of them; `violationCount` counts them all. */
  readonly violations: readonly Violation[]
  readonly violationCount: number
}

/** The most violations that a check lists. */
export const VIOLATIONS_MAX = 100

/** Collects what one check goes through and finds. */
export class Findings {
  readonly #id: string
  readonly #covered: Record<string, number> = {}
  readonly #violations: Violation[] = []
  #count = 0

  constructor(id: string) {
    this.#id = id
  }

  /** Say that so many more of a kind were gone through. */
  cover(kind: string, count: number): void {
    this.#covered[kind] = (this.#covered[kind] ?? 0) + count
  }

  /** Say what does not hold, and of what. */
  find(subject: string, problem: string): void {
    this.#count += 1
    if (this.#violations.length < VIOLATIONS_MAX) this.#violations.push({ subject, problem })
  }

  /** The finished check. */
  check(): Check {
    const { length } = this.#violations
    const violationCount = Math.max(length, this.#count)
    return { id: this.#id, covered: this.#covered, violations: this.#violations, violationCount }
  }
}
