import { assert } from '@nightmarket/kernel'
import { CompiledQuery, type Transaction } from 'kysely'

import type { Books, NewRow } from './books-tables.ts'
import { placeholders } from './placeholders.ts'

/** Statements of these many rows: few texts, so that prepared statements are used again. */
const ROW_COUNTS = [64, 16, 4, 1] as const

/** SQLite binds at most 32,766 values in a statement, PostgreSQL 65,535. */
const VALUES_MAX = 32_766

/**
 * Insert many rows with few statements, without building a query tree per value: the receiver of
 * journals writes some hundred thousand values a second. All rows have the first one's columns.
 */
export async function insertRows<Table extends keyof Books>(
  trx: Transaction<Books>,
  table: Table,
  rows: readonly NewRow<Table>[],
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const columns = Object.keys(first)
  assert(columns.length * ROW_COUNTS[0] <= VALUES_MAX, 'a table has at most 500 columns')
  let start = 0
  for (const count of ROW_COUNTS) {
    if (rows.length - start < count) continue
    const text = insertText(trx, table, columns, count)
    for (; rows.length - start >= count; start += count) {
      const values: unknown[] = []
      for (const row of rows.slice(start, start + count)) addValues(values, row, columns)
      await trx.executeQuery(CompiledQuery.raw(text, values))
    }
  }
}

function addValues(values: unknown[], row: object, columns: readonly string[]): void {
  const cells = row as Readonly<Record<string, unknown>>
  for (const column of columns) {
    const cell = cells[column]
    assert(cell !== undefined, `a row needs a value for ${column}`)
    values.push(cell)
  }
}

function insertText(
  trx: Transaction<Books>,
  table: string,
  columns: readonly string[],
  count: number,
): string {
  const tuples = Array.from({ length: count }, (_, row) => {
    return `(${placeholders(trx, row * columns.length, columns.length).join(',')})`
  })
  return `insert into ${table} (${columns.join(',')}) values ${tuples.join(',')}`
}
