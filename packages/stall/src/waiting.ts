import type { JournalHead, SealedEntry } from '@nightmarket/kernel'

/** The answers that wait for one write. */
export interface Waiting {
  readonly entries: SealedEntry[]
  readonly durable: PromiseWithResolvers<void>
}

/** A batch on its way to the store, and where the journal ends before and after it. */
export interface Write {
  readonly batch: Waiting
  readonly expected: JournalHead
  readonly head: JournalHead
}

/** A batch that nothing was decided for yet. */
export function createWaiting(): Waiting {
  const durable = Promise.withResolvers<void>()
  // A batch may fail while nobody waits for it.
  durable.promise.catch(() => undefined)
  return { entries: [], durable }
}
