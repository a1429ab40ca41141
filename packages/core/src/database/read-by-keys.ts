import { CompiledQuery, type Transaction } from 'kysely'

import type { Books, Row } from './books-tables.ts'
import { placeholders } from './placeholders.ts'

/** Statements of these many keys: few texts, so that prepared statements are used again. */
const KEY_COUNTS = [256, 32, 4, 1] as const

/** Read the rows of many keys with few statements. In no order; a key without a row is left out. */
export async function readByKeys<Table extends keyof Books>(
  trx: Transaction<Books>,
  table: Table,
  column: keyof Books[Table] & string,
  keys: readonly string[],
): Promise<readonly Row<Table>[]> {
  const found: Row<Table>[] = []
  let start = 0
  for (const count of KEY_COUNTS) {
    for (; keys.length - start >= count; start += count) {
      const list = placeholders(trx, 0, count).join(',')
      const text = `select * from ${table} where ${column} in (${list})`
      const query = CompiledQuery.raw(text, keys.slice(start, start + count))
      const { rows } = await trx.executeQuery<Row<Table>>(query)
      found.push(...rows)
    }
  }
  return found
}
