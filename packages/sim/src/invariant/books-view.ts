import type { BooksDatabase } from '@nightmarket/core'
import { sql } from 'kysely'

type Read = Parameters<BooksDatabase['read']>[1]
type Books = Parameters<Read>[0] extends { selectFrom: infer _ } ? Parameters<Read>[0] : never

/** The rows that the invariants look at, all of one moment. */
export interface BooksView extends Awaited<ReturnType<typeof readAll>> {}

/** Read the books as they are now, past every fault. */
export async function viewBooks(books: BooksDatabase): Promise<BooksView> {
  return books.read('view', readAll)
}

/** How many rows were written, changed or deleted since the books were opened. */
export async function countChanges(books: BooksDatabase): Promise<number> {
  return books.read('changes', async (trx) => {
    const { rows } = await sql<{ count: number }>`select total_changes() as count`.execute(trx)
    return rows[0]?.count ?? 0
  })
}

async function readAll(trx: Books) {
  return {
    items: await trx.selectFrom('item').selectAll().execute(),
    leases: await trx.selectFrom('lease').selectAll().orderBy('lease_id').execute(),
    nodes: await trx.selectFrom('node').selectAll().orderBy('node_id').execute(),
    orders: await trx.selectFrom('sale_order').selectAll().orderBy('order_id').execute(),
    payments: await trx.selectFrom('payment').selectAll().orderBy('pay_key').execute(),
    refunds: await trx.selectFrom('refund').selectAll().orderBy('refund_id').execute(),
    mismatches: await trx.selectFrom('mismatch').selectAll().orderBy('mismatch_id').execute(),
    charges: await trx.selectFrom('charge').selectAll().orderBy('charge_id').execute(),
    vouchers: await trx.selectFrom('voucher').selectAll().orderBy('voucher_hash').execute(),
    transfers: await trx.selectFrom('transfer').selectAll().orderBy('transfer_id').execute(),
    activations: await trx.selectFrom('activation').selectAll().orderBy('number').execute(),
  }
}
