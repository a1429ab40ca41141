import { readFileSync, renameSync, writeFileSync } from 'node:fs'

import { Coverage, type CoverageRecord } from '../run/coverage.ts'
import type { Span } from '../run/options.ts'
import type { Summary } from '../run/summary.ts'

/** How far a long run has come, as its file says it. */
interface CheckpointRecord {
  readonly from: number
  readonly span: Span
  /** Every seed below this was run. */
  readonly next: number
  /** Seeds beyond that were run too: workers do not end in the order in which they began. */
  readonly ahead: readonly number[]
  readonly failed: readonly number[]
  readonly coverage: CoverageRecord
}

/**
 * How far a run set has come, over all the times that it was started. Written after every universe
 * and as a whole, so that a run that is killed goes on with what it had, and counts nothing twice.
 */
export class Checkpoint {
  readonly coverage: Coverage
  readonly from: number
  readonly #span: Span
  readonly #path: string | null
  readonly #ahead: Set<number>
  readonly #failed: number[]
  #next: number

  private constructor(path: string | null, record: CheckpointRecord) {
    this.#path = path
    this.from = record.from
    this.#span = record.span
    this.coverage = Coverage.of(record.coverage)
    this.#next = record.next
    this.#ahead = new Set(record.ahead)
    this.#failed = [...record.failed]
  }

  /** Go on where a file says; without one, or without a path, begin at `from`. */
  static open(path: string | null, from: number, span: Span = 'evening'): Checkpoint {
    const coverage = new Coverage().toRecord()
    const fresh: CheckpointRecord = { from, span, next: from, ahead: [], failed: [], coverage }
    const record = (path === null ? null : readRecord(path)) ?? fresh
    if (record.span !== span) throw new Error(`${path} is of ${record.span}s, not of ${span}s`)
    return new Checkpoint(path, record)
  }

  /** The first seed that may not have been run. */
  get next(): number {
    return this.#next
  }

  /** Seeds that failed, also those of earlier starts. */
  get failed(): readonly number[] {
    return this.#failed
  }

  /** Whether a seed was run. */
  has(seed: number): boolean {
    return seed < this.#next || this.#ahead.has(seed)
  }

  /** Take a universe that came to its end. A seed that was taken before is not taken again. */
  add(summary: Summary): void {
    const { seed } = summary.options
    if (this.has(seed)) return
    this.coverage.add(summary)
    if (summary.violations.length > 0) this.#failed.push(seed)
    this.#ahead.add(seed)
    while (this.#ahead.delete(this.#next)) this.#next += 1
    this.#write()
  }

  #write(): void {
    if (this.#path === null) return
    const record: CheckpointRecord = {
      from: this.from,
      span: this.#span,
      next: this.#next,
      ahead: [...this.#ahead],
      failed: this.#failed,
      coverage: this.coverage.toRecord(),
    }
    writeFileSync(`${this.#path}.new`, `${JSON.stringify(record)}\n`)
    renameSync(`${this.#path}.new`, this.#path)
  }
}

function readRecord(path: string): CheckpointRecord | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CheckpointRecord
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
