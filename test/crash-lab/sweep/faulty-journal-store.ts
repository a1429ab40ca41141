import { StorageFault, type JournalStore } from '@nightmarket/storage'

import type { FaultPlan } from './fault-plan.ts'

/**
 * A journal store whose n-th call fails, at the interface that every store has. Counts the calls
 * since it was last armed, so that a sweep knows when it has been through all of them.
 */
export class FaultyJournalStore implements JournalStore {
  calls = 0
  /** How many calls were made to fail. */
  failed = 0
  readonly #inner: JournalStore
  #plan: FaultPlan | null = null

  constructor(inner: JournalStore) {
    this.#inner = inner
  }

  /** From here on these calls fail; `null` mends the store. */
  arm(plan: FaultPlan | null): void {
    this.calls = 0
    this.failed = 0
    this.#plan = plan
  }

  head(): ReturnType<JournalStore['head']> {
    return this.#call(() => this.#inner.head())
  }

  append(...words: Parameters<JournalStore['append']>): ReturnType<JournalStore['append']> {
    return this.#call(() => this.#inner.append(...words))
  }

  read(range: Parameters<JournalStore['read']>[0]): ReturnType<JournalStore['read']> {
    return this.#call(() => this.#inner.read(range))
  }

  checkpointCovering(sequence: number): ReturnType<JournalStore['checkpointCovering']> {
    return this.#call(() => this.#inner.checkpointCovering(sequence))
  }

  latestCheckpoint(): ReturnType<JournalStore['latestCheckpoint']> {
    return this.#call(() => this.#inner.latestCheckpoint())
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #call<T>(work: () => Promise<T>): Promise<T> {
    this.calls += 1
    if (this.#plan === null || !this.#plan.failing.has(this.calls)) return work()
    this.failed += 1
    if (this.#plan.form === 'unanswered') await work()
    throw new StorageFault('failed', `call ${this.calls} of the journal fails on purpose`)
  }
}
