import type { ItemId, Product, VariantId } from '@nightmarket/kernel'

import type { BooksTransaction } from '../database/books-database.ts'
import type { NewRow } from '../database/books-tables.ts'
import { insertRows } from '../database/insert-rows.ts'

/** A variant whose stock the file puts below what is lent or sold: it was left as it is. */
export interface StockRefusal {
  readonly code: 'stock_below_committed'
  readonly variantId: VariantId
  readonly itemId: ItemId
  readonly sku: string | null
  /** Units the file says are there. */
  readonly fileUnits: number
  /** Units that the books can take away: free at the core. */
  readonly freeUnits: number
  /** Units that the file would take away. */
  readonly takenUnits: number
}

/** What a file's stock came to. */
export interface StockMoves {
  readonly unitsAdded: number
  readonly unitsTaken: number
  readonly refused: readonly StockRefusal[]
}

/** Move each variant's stock by the difference to what the last file said. [CA2] */
export async function moveStock(
  trx: BooksTransaction,
  products: readonly Product[],
): Promise<StockMoves> {
  const items = await trx.selectFrom('item').select(['item_id', 'imported']).execute()
  const imported = new Map(items.map((row) => [row.item_id, row.imported]))
  const created: NewRow<'item'>[] = []
  const refused: StockRefusal[] = []
  let [unitsAdded, unitsTaken] = [0, 0]
  for (const { variantId, itemId, sku, onHand } of products.flatMap(({ variants }) => variants)) {
    const change = onHand - (imported.get(itemId) ?? 0)
    if (!imported.has(itemId)) {
      created.push({ item_id: itemId, imported: onHand, on_hand: onHand, free: onHand })
    } else if (change !== 0) {
      const freeUnits = await moveItem(trx, itemId, onHand, change)
      if (freeUnits !== null) {
        const about = { variantId, itemId, sku, fileUnits: onHand, takenUnits: -change, freeUnits }
        refused.push({ code: 'stock_below_committed', ...about })
        continue
      }
    }
    if (change > 0) unitsAdded += change
    else unitsTaken -= change
  }
  await insertRows(trx, 'item', created)
  return { unitsAdded, unitsTaken, refused }
}

/** `null` when it moved, or else how many units are free. The guard stands in the statement. */
async function moveItem(
  trx: BooksTransaction,
  itemId: ItemId,
  onHand: number,
  change: number,
): Promise<number | null> {
  const moved = await trx
    .updateTable('item')
    .set((item) => ({
      imported: onHand,
      on_hand: item('on_hand', '+', change),
      free: item('free', '+', change),
    }))
    .where('item_id', '=', itemId)
    .where('free', '>=', -change)
    .executeTakeFirst()
  if (moved.numUpdatedRows === 1n) return null
  const item = await trx
    .selectFrom('item')
    .select('free')
    .where('item_id', '=', itemId)
    .executeTakeFirstOrThrow()
  return item.free
}
