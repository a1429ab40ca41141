import {
  createMismatch,
  splitAmount,
  WALLET_MS_MAX,
  walletTipped,
  type JournalEntry,
  type TipGiven,
  type WalletAsked,
  type WalletClosed,
} from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { writeEntry } from '../ledger/write-entry.ts'
import { createReleaseReader } from '../order/pinned-release.ts'
import { openMismatch } from '../reconcile/mismatch-row.ts'
import { drawFromWallet } from './draw-wallet.ts'
import { settleWallet } from './settle-wallet.ts'

/** A day for the node to come back, before its processor lets the money go. */
const SETTLE_MARGIN_MS = 24 * 3_600_000

/** Take a wallet into the books; its payment is asked for beside it. No name is taken twice. */
export async function openWallet(
  trx: BooksTransaction,
  { entry, wallet }: { readonly entry: JournalEntry; readonly wallet: WalletAsked },
  nowMs: number,
): Promise<void> {
  const row = {
    wallet_id: wallet.walletId,
    node_id: entry.nodeId,
    epoch: entry.epoch,
    sequence: entry.sequence,
    pay_key: wallet.payment.payKey,
    release_id: wallet.releaseId,
    buyer_id: wallet.buyerId,
    amount_minor: wallet.payment.amountMinor,
    currency: wallet.currency,
    state: 'asked',
    spent_minor: null,
    seen_at_ms: nowMs,
    settle_by_ms: nowMs + WALLET_MS_MAX + SETTLE_MARGIN_MS,
  }
  const inserted = await trx
    .insertInto('wallet')
    .values(row)
    .onConflict((conflict) => conflict.column('wallet_id').doNothing())
    .executeTakeFirst()
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 1n) return
  // Somebody else's name: nothing can be drawn here, so nothing is kept set aside.
  const withdrawn = { state: 'voiding', next_at_ms: nowMs }
  await trx
    .updateTable('payment')
    .set(withdrawn)
    .where('pay_key', '=', wallet.payment.payKey)
    .execute()
  await refuse(trx, entry, 'wallet_id_reused', nowMs)
}

/**
 * Book a tip: drawn, and shared by the release that its wallet was opened under, in the transaction
 * that takes its entry. [WL2]
 */
export async function bookTip(
  core: Core,
  trx: BooksTransaction,
  { entry, tip }: { readonly entry: JournalEntry; readonly tip: TipGiven },
): Promise<void> {
  const { walletId, tipId, amountMinor } = tip
  const [node_id, epoch, nowMs] = [entry.nodeId, entry.epoch, core.nowMs()]
  const isFresh = amountMinor > 0 && !(await isKnown(trx, entry, tipId))
  const draw = { node_id, epoch, amount_minor: amountMinor }
  if (!isFresh || !(await drawFromWallet(trx, walletId, draw))) {
    return refuse(trx, entry, 'wallet_overdrawn', nowMs)
  }
  const { release_id, currency } = await trx
    .selectFrom('wallet')
    .select(['release_id', 'currency'])
    .where('wallet_id', '=', walletId)
    .executeTakeFirstOrThrow()
  const row = { tip_id: tipId, wallet_id: walletId, ...draw, sequence: entry.sequence }
  await trx.insertInto('tip').values({ ...row, given_at_ms: entry.atMs }).execute()
  const { split } = await createReleaseReader(trx)(release_id)
  const legs = splitAmount(amountMinor, split)
  const draft = walletTipped({ amountMinor, currency, legs })
  const entryId = `tip:${node_id}/${epoch}/${tipId}`
  await writeEntry(trx, draft, { entryId, orderId: null, atMs: nowMs })
}

async function isKnown(
  trx: BooksTransaction,
  { nodeId, epoch }: JournalEntry,
  tipId: string,
): Promise<boolean> {
  const row = await trx
    .selectFrom('tip')
    .select('tip_id')
    .where('node_id', '=', nodeId)
    .where('epoch', '=', epoch)
    .where('tip_id', '=', tipId)
    .executeTakeFirst()
  return row !== undefined
}

/** Its node spends no more of it: only that lets go of the rest. [WL3] */
export async function closeWallet(
  core: Core,
  trx: BooksTransaction,
  { entry, end }: { readonly entry: JournalEntry; readonly end: WalletClosed },
): Promise<void> {
  await trx
    .updateTable('wallet')
    .set({ state: 'closing', spent_minor: end.spentMinor })
    .where('wallet_id', '=', end.walletId)
    .where('node_id', '=', entry.nodeId)
    .where('epoch', '=', entry.epoch)
    .where('state', 'in', ['asked', 'open'])
    .execute()
  await settleWallet(core, trx, end.walletId)
}

async function refuse(
  trx: BooksTransaction,
  { nodeId, epoch, sequence, type }: JournalEntry,
  reason: string,
  nowMs: number,
): Promise<void> {
  const subject = `${nodeId}/${epoch}/${sequence}`
  const detail = { reason, epoch, sequence, type }
  const about = { subject, orderId: null, nodeId, detail }
  await openMismatch(trx, createMismatch('poisoned_entry', nowMs, about), nowMs)
}
