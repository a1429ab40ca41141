import { isPaymentOpen, walletCaptured, walletLost } from '@nightmarket/kernel'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { captureEntryId } from '../ledger/book-payment.ts'
import { writeEntry } from '../ledger/write-entry.ts'
import { findPayment, type PaymentRow } from '../payment/payment-row.ts'
import { withdrawPayment } from '../payment/withdraw-payment.ts'

/**
 * Where a wallet stands in the books.
 *
 * ```
 * asked ──► open ──► closing ──► settling ──► settled
 *   └──► refused                     └──► lost (the processor had let the money go)
 * ```
 *
 * `closing`: its node spends no more; its last orders are drawn. `settling`: captured, or let go.
 */
export type WalletStage = 'asked' | 'open' | 'closing' | 'settling' | 'settled' | 'refused' | 'lost'

/** Wallets settled in one pass; what is left follows in the next. */
const WALLETS_MAX = 200

/**
 * Capture what was drawn, in one go, and let the rest go; without a draw, all of it. Nothing
 * happens while its node may still spend, or one of its orders is not drawn yet. [WL3]
 */
export async function settleWallet(
  core: Core,
  trx: BooksTransaction,
  walletId: string,
): Promise<void> {
  const wallet = await trx
    .selectFrom('wallet')
    .selectAll()
    .where('wallet_id', '=', walletId)
    .where('state', '=', 'closing' satisfies WalletStage)
    .executeTakeFirst()
  if (wallet === undefined || (await isDrawing(trx, walletId))) return
  const payment = await findPayment(trx, wallet.pay_key)
  if (payment === undefined || !isPaymentOpen(payment.state)) return
  await moveWallet(trx, wallet.pay_key, 'settling')
  if (wallet.drawn_minor === 0) {
    await withdrawPayment(trx, payment, core.nowMs())
    return
  }
  const capture = { capture_at_once: 1, capture_minor: wallet.drawn_minor }
  await trx
    .updateTable('payment')
    .set({ ...capture, next_at_ms: core.nowMs() })
    .where('pay_key', '=', wallet.pay_key)
    .execute()
}

/** Whether an order that was paid from it is not drawn yet. */
async function isDrawing(trx: BooksTransaction, walletId: string): Promise<boolean> {
  const rows = await trx
    .selectFrom('payment')
    .select('state')
    .where('method', '=', sql.lit('wallet'))
    .where('reference', '=', walletId)
    .where('state', 'not in', ['captured', 'declined', 'voided'])
    .limit(1)
    .execute()
  return rows.length > 0
}

/**
 * [WL4] Close what its node has said nothing of for so long that the processor would let the money
 * go: what the core has heard of is captured. What is heard later goes unpaid, and is shown.
 */
export async function settleDueWallets(core: Core): Promise<number> {
  const due = await core.books.read('wallets that are due', (trx) =>
    trx
      .selectFrom('wallet')
      .select('wallet_id')
      .where('state', 'in', ['asked', 'open'])
      .where('settle_by_ms', '<=', core.nowMs())
      .limit(WALLETS_MAX)
      .execute(),
  )
  for (const { wallet_id } of due) await closeSilentWallet(core, wallet_id)
  return due.length
}

/** Close one that was due when it was read. Its node, or another core, may have done so since. */
export async function closeSilentWallet(core: Core, walletId: string): Promise<void> {
  await core.books.transact('settle a wallet', async (trx) => {
    const updated = await trx
      .updateTable('wallet')
      .set({ state: 'closing' satisfies WalletStage })
      .where('wallet_id', '=', walletId)
      .where('state', 'in', ['asked', 'open'] satisfies WalletStage[])
      .executeTakeFirst()
    if (updated.numUpdatedRows === 1n) await settleWallet(core, trx, walletId)
  })
}

/** Let a wallet follow the payment that holds its money. [WL3, WL4] */
export async function followWallet(
  core: Core,
  trx: BooksTransaction,
  before: PaymentRow,
  after: PaymentRow,
): Promise<void> {
  if (before.state === after.state) return
  const { pay_key, currency } = after
  const wallet = await trx
    .selectFrom('wallet')
    .selectAll()
    .where('pay_key', '=', pay_key)
    .executeTakeFirst()
  if (wallet === undefined) return
  const entry = { entryId: captureEntryId(pay_key), orderId: null, atMs: core.nowMs() }
  if (after.state === 'authorized' && wallet.state === 'asked') {
    return moveWallet(trx, pay_key, 'open')
  }
  if (after.state === 'captured') {
    const { captured_minor: amountMinor, fee_minor: feeMinor } = after
    const { name: processor } = core.processor
    await writeEntry(trx, walletCaptured({ processor, amountMinor, feeMinor, currency }), entry)
    return moveWallet(trx, pay_key, 'settled')
  }
  if (after.state !== 'declined' && after.state !== 'voided') return
  const { drawn_minor: drawnMinor } = wallet
  if (drawnMinor === 0) {
    return moveWallet(trx, pay_key, wallet.state === 'settling' ? 'settled' : 'refused')
  }
  await writeEntry(trx, walletLost(drawnMinor, currency), entry)
  await moveWallet(trx, pay_key, 'lost')
}

async function moveWallet(
  trx: BooksTransaction,
  payKey: string,
  state: WalletStage,
): Promise<void> {
  await trx.updateTable('wallet').set({ state }).where('pay_key', '=', payKey).execute()
}
