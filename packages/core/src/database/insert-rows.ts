import { assert } from '@nightmarket/kernel'
import { CompiledQuery, type Transaction } from 'kysely'

import type { Books, NewRow } from './books-tables.ts'

/** Statements of these many rows: few texts, so that prepared statements are used again. */
const ROW_COUNTS = [64, 16, 4, 1] as const

/** SQLite binds at most 32,766 values in a statement, PostgreSQL 65,535. */
const VALUES_MAX = 32_766

/**
 * Insert many rows with few statements, without building a query tree per value: the receiver of
 * journals writes some hundred thousand values a second. All rows have the first one's columns.
 */
export async function insertRows<Table extends keyof Books & string>(
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
    for (; rows.length - start >= count; start += count) {
      const values = rows.slice(start, start + count).flatMap((row) => valuesOf(row, columns))
      const text = insertText(table, columns, count, isNumbered(trx))
      await trx.executeQuery(CompiledQuery.raw(text, values))
    }
  }
}

function valuesOf(row: object, columns: readonly string[]): readonly unknown[] {
  const cells = row as Readonly<Record<string, unknown>>
  return columns.map((column) => {
    const cell = cells[column]
    assert(cell !== undefined, `a row needs a value for ${column}`)
    return cell
  })
}

/** PostgreSQL numbers its parameters; SQLite writes question marks, and also takes `$n` as a name. */
function isNumbered(trx: Transaction<Books>): boolean {
  return trx.getExecutor().adapter.supportsMultipleConnections === true
}

function insertText(
  table: string,
  columns: readonly string[],
  count: number,
  numbered: boolean,
): string {
  const cells = (row: number) =>
    columns.map((_, column) => (numbered ? `$${row * columns.length + column + 1}` : '?'))
  const tuples = Array.from({ length: count }, (_, row) => `(${cells(row).join(',')})`)
  return `insert into ${table} (${columns.join(',')}) values ${tuples.join(',')}`
}
