import { sql, type Transaction } from 'kysely'

import type { BooksTransaction } from '../database/books-database.ts'
import type { Books } from '../database/books-tables.ts'
import { findPayment, type PaymentRow } from '../payment/payment-row.ts'

/** Who draws, and how much. A wallet is of one node in one epoch. */
export interface Draw {
  readonly node_id: string
  readonly epoch: number
  readonly amount_minor: number
}

/**
 * Draw from a wallet in one guarded statement: never more than was set aside, only by the node that
 * it was lent to, and not any more once its capture was asked for. [WL2]
 */
export async function drawFromWallet(
  trx: BooksTransaction,
  walletId: string,
  { node_id, epoch, amount_minor }: Draw,
): Promise<boolean> {
  const updated = await trx
    .updateTable('wallet')
    .set({ drawn_minor: sql<number>`drawn_minor + ${amount_minor}` })
    .where('wallet_id', '=', walletId)
    .where('node_id', '=', node_id)
    .where('epoch', '=', epoch)
    .where('state', 'in', ['open', 'closing'])
    .where(sql<boolean>`drawn_minor + ${amount_minor} <= amount_minor`)
    .executeTakeFirst()
  return updated.numUpdatedRows === 1n
}

/** The payment that holds the money which another payment was drawn from. */
export async function findWalletPayment(
  trx: Transaction<Books>,
  { reference }: PaymentRow,
): Promise<PaymentRow | null> {
  const wallet = await trx
    .selectFrom('wallet')
    .select('pay_key')
    .where('wallet_id', '=', reference ?? '')
    .executeTakeFirst()
  return wallet === undefined ? null : ((await findPayment(trx, wallet.pay_key)) ?? null)
}
