import { openBooks, type BooksDatabase } from '../../../packages/core/src/index.ts'
import { emptyBooks } from '../../../packages/core/src/testing/empty-books.ts'
import type { FaultPlan } from './fault-plan.ts'
import { FaultyPostgres } from './faulty-postgres.ts'
import { FaultySqlite } from './faulty-sqlite.ts'

/** A driver whose n-th statement fails, until it is disposed. */
export interface FaultyDriver extends Disposable {
  /** Statements so far, `begin` and `commit` among them. */
  readonly calls: number
  /** How many of them were made to fail. */
  readonly failed: number
}

/** What the books lie on while a sweep fails its statements. */
export interface SweptEngine {
  /** Empty books, for one run. */
  readonly openBooks: () => Promise<BooksDatabase>
  readonly failing: (plan: FaultPlan | null) => FaultyDriver
}

/** SQLite in memory. */
export const SWEPT_SQLITE: SweptEngine = {
  openBooks: () => openBooks({ path: ':memory:' }),
  failing: (plan) => new FaultySqlite(plan),
}

/** A PostgreSQL database that nobody else uses; emptied before each run. */
export function sweptPostgres(url: string): SweptEngine {
  return {
    async openBooks() {
      const books = await openBooks({ url })
      await emptyBooks(books)
      return books
    },
    failing: (plan) => new FaultyPostgres(plan),
  }
}
