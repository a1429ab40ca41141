import { BooksFault, type BooksDatabase } from '@nightmarket/core'

import type { Prng } from '../prng.ts'
import type { Chronicle } from '../run/chronicle.ts'
import type { SimProcess } from '../time/sim-process.ts'

/** What happens at the core's database to one of the next transactions. */
export type BooksFate = 'crash_before_commit' | 'crash_after_commit' | 'disk_full'

/** The faults that wait for a transaction. */
export interface BooksFates {
  /** Taken by the first write transaction after `skip` others. */
  next: { readonly fate: BooksFate; skip: number } | null
  /** How long a transaction may wait before it begins: lets others go between. Milliseconds. */
  delayMs: number
}

/** Thrown inside a transaction of a process that died: it rolls back. */
class ProcessDied extends Error {
  override readonly name = 'ProcessDied'
}

/** What a dead process awaits. */
function never<T>(): Promise<T> {
  return new Promise(() => undefined)
}

/**
 * The books as one process of the core has them. The database outlives the process, as a file does;
 * a transaction whose process dies before the commit leaves nothing, one after it stays.
 */
export function openBooksGate(
  books: BooksDatabase,
  host: {
    readonly process: SimProcess
    readonly fates: BooksFates
    readonly prng: Prng
    readonly chronicle: Chronicle
    readonly onCrash: () => void
  },
): BooksDatabase {
  const { process, fates, prng, chronicle, onCrash } = host
  const enter = async () => {
    if (fates.delayMs > 0) await process.sleep(prng.below(fates.delayMs))
    if (process.isPaused) await process.sleep(0)
    if (!process.isAlive) await never()
  }
  const attempt = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    await enter()
    const fate = takeFate(fates)
    if (fate !== null) chronicle.mark(`fault core_${fate}`)
    if (fate === 'disk_full') throw new BooksFault('disk_full', `${name}: the disk is full`)
    try {
      const result = await work()
      if (fate === 'crash_after_commit') onCrash()
      return process.isAlive ? result : await never()
    } catch (error) {
      if (error instanceof ProcessDied || !process.isAlive) return never()
      throw error
    }
  }
  const gate = {
    engine: books.engine,
    pool: null,
    foreignVersion: () => books.foreignVersion(),
    migrate: () => books.migrate(),
    read: async <T>(name: string, work: Parameters<BooksDatabase['read']>[1]) => {
      await enter()
      const result = (await books.read(name, work)) as T
      return process.isAlive ? result : never<T>()
    },
    transact: <T>(name: string, work: Parameters<BooksDatabase['transact']>[1]) => {
      const isDoomed = fates.next?.fate === 'crash_before_commit' && fates.next.skip === 0
      return attempt(name, () =>
        books.transact(name, async (trx) => {
          if (!process.isAlive) throw new ProcessDied()
          const result = (await work(trx)) as T
          if (isDoomed) onCrash()
          if (!process.isAlive) throw new ProcessDied()
          return result
        }),
      )
    },
    async [Symbol.asyncDispose]() {},
  }
  return gate as unknown as BooksDatabase
}

function takeFate(fates: BooksFates): BooksFate | null {
  const { next } = fates
  if (next === null) return null
  if (next.skip > 0) {
    next.skip -= 1
    return null
  }
  fates.next = null
  return next.fate
}
