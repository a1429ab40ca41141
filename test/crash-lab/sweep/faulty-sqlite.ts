import { StatementSync } from 'node:sqlite'

import type { FaultPlan } from './fault-plan.ts'
import type { FaultyDriver } from './swept-engine.ts'

/** SQLite's own words for a disk that failed. */
const SQLITE_IOERR = 10

/** The end of a transaction that cannot be refused: SQLite has ended it by itself by then. */
const ROLLBACK = /^\s*rollback/i

const STEPS = ['run', 'all'] as const

/**
 * SQLite whose n-th statement fails, in this process, at the driver: below everything of ours.
 * Every statement counts, `begin` and `commit` among them. Mended when disposed.
 */
export class FaultySqlite implements FaultyDriver {
  calls = 0
  failed = 0
  readonly #mend: (() => void)[] = []
  readonly #plan: FaultPlan | null

  constructor(plan: FaultPlan | null) {
    this.#plan = plan
    for (const step of STEPS) this.#break(step)
  }

  [Symbol.dispose](): void {
    for (const mend of this.#mend.splice(0)) mend()
  }

  #break(step: (typeof STEPS)[number]): void {
    const whole = StatementSync.prototype[step] as (this: StatementSync, ...words: never[]) => never
    const fails = (statement: StatementSync, work: () => never) => this.#call(statement, work)
    StatementSync.prototype[step] = function (this: StatementSync, ...words: never[]): never {
      return fails(this, () => whole.apply(this, words))
    }
    this.#mend.push(() => (StatementSync.prototype[step] = whole))
  }

  #call(statement: StatementSync, work: () => never): never {
    this.calls += 1
    if (this.#plan === null || !this.#plan.failing.has(this.calls)) return work()
    this.failed += 1
    if (this.#plan.form === 'unanswered' || ROLLBACK.test(statement.sourceSQL)) work()
    const message = `disk I/O error, on purpose in statement ${this.calls}`
    throw Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode: SQLITE_IOERR })
  }
}
