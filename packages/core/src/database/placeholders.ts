import type { Transaction } from 'kysely'

import type { Books } from './books-tables.ts'

/** The marks of `count` parameters after the first `offset`: numbered where the engine wants so. */
export function placeholders(
  trx: Transaction<Books>,
  offset: number,
  count: number,
): readonly string[] {
  const isNumbered = trx.getExecutor().adapter.supportsMultipleConnections === true
  return Array.from({ length: count }, (_, index) =>
    isNumbered ? `$${offset + index + 1}` : '?',
  )
}
