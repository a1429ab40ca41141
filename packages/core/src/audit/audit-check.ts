/** Something that does not hold, and the thing it is about. */
export interface AuditViolation {
  readonly subject: string
  readonly problem: string
}

/** One check of the books: what it went through, and what does not hold. Sound when none. */
export interface AuditCheck {
  readonly id: AuditCheckId
  /** What was gone through, by name: `{ orders: 1200 }`. */
  readonly covered: Readonly<Record<string, number>>
  /** At most `VIOLATIONS_LISTED_MAX`; `violationCount` counts them all. */
  readonly violations: readonly AuditViolation[]
  readonly violationCount: number
}

/** Every check, in the order in which they run. */
export type AuditCheckId =
  | 'stock_conserved'
  | 'units_oversold'
  | 'journals_chained'
  | 'orders_kept'
  | 'prices_pinned'
  | 'captured_once'
  | 'refunds_covered'
  | 'ledger_balanced'
  | 'postings_match'
  | 'wallets_add_up'
  | 'orders_end'
  | 'feeds_gapless'

/** The most violations a check lists. */
export const AUDIT_VIOLATIONS_MAX = 100

/** Collects what one check finds. */
export class AuditFindings {
  readonly #id: AuditCheckId
  readonly #covered: Record<string, number> = {}
  readonly #violations: AuditViolation[] = []
  #count = 0

  constructor(id: AuditCheckId) {
    this.#id = id
  }

  /** Say that so many more of a kind were gone through. */
  cover(kind: string, count: number): void {
    this.#covered[kind] = (this.#covered[kind] ?? 0) + count
  }

  /** Say what does not hold, and of what. */
  find(subject: string, problem: string): void {
    this.#count += 1
    if (this.#violations.length < AUDIT_VIOLATIONS_MAX) this.#violations.push({ subject, problem })
  }

  /** The finished check. */
  check(): AuditCheck {
    return {
      id: this.#id,
      covered: this.#covered,
      violations: this.#violations,
      violationCount: this.#count,
    }
  }
}
