import { ORDER_KEEPS_UNITS } from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'

/** The states in which an order keeps no units. */
const OVER: readonly string[] = Object.entries(ORDER_KEEPS_UNITS)
  .filter(([, isKept]) => !isKept)
  .map(([state]) => state)

/**
 * Orders of one epoch that are over and still have their units: their node has not said that it
 * heard. Goods that were handed over stay sold.
 */
export async function findOverWithUnits(
  trx: Transaction<Books>,
  { node_id, epoch }: Pick<Row<'node'>, 'node_id' | 'epoch'>,
): Promise<readonly Row<'sale_order'>[]> {
  return trx
    .selectFrom('sale_order')
    .selectAll()
    .where('node_id', '=', node_id)
    .where('epoch', '=', epoch)
    .where('holds_units', '=', 1)
    .where('state', 'in', OVER)
    .where('fulfilled_at_ms', 'is', null)
    .execute()
}
