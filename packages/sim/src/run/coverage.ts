import { FAULT_KINDS } from './plan.ts'
import type { Summary } from './summary.ts'

/** Every invariant of PROTOCOL §8 that must have been looked at where it could have failed. */
export const INVARIANTS = Array.from({ length: 24 }, (_, index) => `I${index + 1}`)

/** From how many universes on a run set is expected to have met every pair of faults. */
const PAIRS_FROM_SEEDS = 300
/** The same for every kind of fault, and every invariant. */
const KINDS_FROM_SEEDS = 40

/** What happens beside the planned faults: slips, what people ask and count, rare refunds. */
const FIELD_MARKS: readonly string[] = [
  'take_slip done',
  'take_slip slip_refused',
  'refuse_slip done',
  'fault slip lost',
  'fault slip bent',
  'fault slip shown twice',
  'fault slip shown to another node',
  'till asks for refund, paid out',
  'till counts wrong',
  'voucher was spent',
  'refund captured_twice',
  'refund late_capture',
  'rogue forks',
  'core has two processes',
  'message relayed',
]

/** I7 is the same sum as I1: a unit that was given on is in the orders once. */
const ARMED_BY: Readonly<Record<string, string>> = { I7: 'I1' }

/** What a run set reached so far, as plain data. */
export interface CoverageRecord {
  readonly seeds: number
  readonly simulatedMs: number
  readonly happenings: number
  readonly marks: Readonly<Record<string, number>>
  readonly pairs: readonly string[]
}

/** What a run set reached, and what it should have reached and did not. */
export class Coverage {
  readonly marks = new Map<string, number>()
  readonly #pairs = new Set<string>()
  #seeds = 0
  #simulatedMs = 0
  #happenings = 0

  /** Go on from what was reached before. */
  static of({ seeds, simulatedMs, happenings, marks, pairs }: CoverageRecord): Coverage {
    const coverage = new Coverage()
    coverage.#seeds = seeds
    coverage.#simulatedMs = simulatedMs
    coverage.#happenings = happenings
    for (const [name, count] of Object.entries(marks)) coverage.marks.set(name, count)
    for (const pair of pairs) coverage.#pairs.add(pair)
    return coverage
  }

  toRecord(): CoverageRecord {
    return {
      seeds: this.#seeds,
      simulatedMs: this.#simulatedMs,
      happenings: this.#happenings,
      marks: Object.fromEntries(this.marks),
      pairs: [...this.#pairs],
    }
  }

  add(summary: Summary): void {
    this.#seeds += 1
    this.#simulatedMs += summary.simulatedMs
    this.#happenings += summary.happenings
    for (const [name, count] of Object.entries(summary.marks)) {
      this.marks.set(name, (this.marks.get(name) ?? 0) + count)
    }
    const injected = FAULT_KINDS.filter((kind) => (summary.marks[`injected ${kind}`] ?? 0) > 0)
    for (const [index, left] of injected.entries()) {
      for (const right of injected.slice(index + 1)) this.#pairs.add(`${left} + ${right}`)
    }
  }

  get seeds(): number {
    return this.#seeds
  }

  get simulatedHours(): number {
    return this.#simulatedMs / 3_600_000
  }

  get happenings(): number {
    return this.#happenings
  }

  /** Everything that went wrong on purpose: planned faults, and each message or call they hit. */
  get faults(): number {
    return [...this.marks]
      .filter(([name]) =>
        /^(injected|fault|message cut|buyer (double|retries|re(use|play)s)) ?/.test(name),
      )
      .reduce((sum, [, count]) => sum + count, 0)
  }

  get pairs(): { readonly met: number; readonly all: number } {
    return { met: this.#pairs.size, all: (FAULT_KINDS.length * (FAULT_KINDS.length - 1)) / 2 }
  }

  /** What this run set should have reached and did not; empty when it is large enough and did. */
  unarmed(): readonly string[] {
    if (this.#seeds < KINDS_FROM_SEEDS) return []
    const has = (name: string) => (this.marks.get(name) ?? 0) > 0
    const invariants = INVARIANTS.filter((id) => !has(`armed ${ARMED_BY[id] ?? id}`))
    const kinds = FAULT_KINDS.filter((kind) => !has(`injected ${kind}`))
    const field = FIELD_MARKS.filter((mark) => !has(mark))
    const pairs = this.#seeds < PAIRS_FROM_SEEDS ? [] : this.#pairsUnmet()
    return [...invariants, ...kinds, ...field, ...pairs]
  }

  #pairsUnmet(): readonly string[] {
    return FAULT_KINDS.flatMap((left, index) =>
      FAULT_KINDS.slice(index + 1)
        .map((right) => `${left} + ${right}`)
        .filter((pair) => !this.#pairs.has(pair)),
    )
  }
}
