import {
  assert,
  createMismatch,
  END_WITHIN_MS,
  isPaymentOpen,
  type NodeId,
  type OrderId,
  type RequestId,
} from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { Row } from '../database/books-tables.ts'
import { appendFeed } from '../feed/append-feed.ts'
import { findNode } from '../node/enrol-node.ts'
import { endRescue } from '../order/end-rescue.ts'
import { refundOwn } from '../order/order-action.ts'
import { findOrder, type OrderRow } from '../order/order-row.ts'
import { findOwnPayments, type PaymentRow } from '../payment/payment-row.ts'
import { openMismatch } from '../reconcile/mismatch-row.ts'
import { completeRefund } from '../refund/complete-refund.ts'
import { findRefundsOf, type RefundRow } from '../refund/refund-row.ts'
import { issueVoucher } from '../voucher/fallback-voucher.ts'
import { isStewardAt } from './operator.ts'

/** Requests decided in one pass; what is left follows in the next. */
const REQUESTS_MAX = 200

type RequestRow = Row<'till_request'>

/** What a request came to: done, refused by a code, or to be looked at again later. */
type Verdict = 'done' | 'wait' | { readonly refused: string }

/**
 * Decide what tills have asked for; how many were decided is returned. [TQ1]
 *
 * - [TQ1] Each is decided once, by the same rules as a person's own decision here, and its till
 *   hears the verdict. Only a steward's is done; nobody's else, whatever the till let happen.
 * - [TQ2] One whose order, or its payment, is still on its way waits for it, an hour at most.
 * - [TQ3] Cash that was handed back is booked as paid out with its refund, never twice; where the
 *   refund is refused, the treasurer sees what is missing in the drawer. Cash that the drawer owed
 *   already is that cash.
 */
export async function decideRequests(core: Core): Promise<number> {
  const pending = await core.books.read('pending requests', (trx) =>
    trx
      .selectFrom('till_request')
      .selectAll()
      .where('state', '=', 'pending')
      .orderBy('seen_at_ms')
      .orderBy('node_id')
      .orderBy('sequence')
      .limit(REQUESTS_MAX)
      .execute(),
  )
  let decided = 0
  for (const row of pending) {
    const isDecided = await core.books.transact('decide request', (trx) => decide(core, trx, row))
    if (isDecided) decided += 1
  }
  return decided
}

/** Looked at again where it is decided: another core may have done so since it was listed. */
async function decide(core: Core, trx: BooksTransaction, row: RequestRow): Promise<boolean> {
  if (!(await isPending(trx, row))) return false
  const verdict = await verdictOf(core, trx, row)
  if (verdict === 'wait' && core.nowMs() < row.seen_at_ms + END_WITHIN_MS) return false
  const reason = verdictReason(verdict)
  const updated = await trx
    .updateTable('till_request')
    .set({ state: reason === null ? 'done' : 'refused', reason })
    .where('node_id', '=', row.node_id)
    .where('epoch', '=', row.epoch)
    .where('request_id', '=', row.request_id)
    .where('state', '=', 'pending')
    .executeTakeFirst()
  assert(updated.numUpdatedRows === 1n, 'a request is decided once')
  if (reason !== null && row.is_paid_out === 1) await showMissing(core, trx, row, reason)
  await tellVerdict(core, trx, row, reason)
  return true
}

async function isPending(trx: BooksTransaction, row: RequestRow): Promise<boolean> {
  const found = await trx
    .selectFrom('till_request')
    .select('state')
    .where('node_id', '=', row.node_id)
    .where('epoch', '=', row.epoch)
    .where('request_id', '=', row.request_id)
    .executeTakeFirst()
  return found?.state === 'pending'
}

function verdictReason(verdict: Verdict): string | null {
  if (verdict === 'done') return null
  return verdict === 'wait' ? 'order_unknown' : verdict.refused
}

async function verdictOf(core: Core, trx: BooksTransaction, row: RequestRow): Promise<Verdict> {
  if (!(await isStewardAt(trx, row.operator_id, row.made_at_ms))) {
    return { refused: 'operator_not_allowed' }
  }
  const order = await findOrder(trx, row.order_id)
  if (order === undefined) return 'wait'
  switch (row.kind) {
    case 'refund':
      return refund(core, trx, row, order)
    case 'release':
      return release(core, trx, order)
    case 'voucher':
      return makeGood(core, trx, row, order)
    default:
      return { refused: 'kind_unknown' }
  }
}

async function refund(
  core: Core,
  trx: BooksTransaction,
  row: RequestRow,
  order: OrderRow,
): Promise<Verdict> {
  const isPaidOut = row.is_paid_out === 1
  if (isPaidOut && order.node_id !== row.node_id) return { refused: 'order_of_another_node' }
  const payments = await findOwnPayments(trx, order)
  const isUnderWay = payments.some(({ state }) => isPaymentOpen(state))
  if (isUnderWay && payments.every(({ captured_minor }) => captured_minor === 0)) return 'wait'
  if (isPaidOut && (await payWhatIsOwed(core, trx, row, payments))) return 'done'
  const refunds = await refundOwn(core, trx, order, {
    ...(row.amount_minor === null ? {} : { amountMinor: row.amount_minor }),
    ...(isPaidOut ? { method: 'cash' } : {}),
    reason: row.why,
  })
  if (!refunds.ok) return { refused: refunds.error.code }
  if (!isPaidOut) return 'done'
  for (const owed of refunds.value) await completeRefund(core, trx, owed, null)
  return 'done'
}

/** Cash that the books had decided back already: whether that is what was paid out. */
async function payWhatIsOwed(
  core: Core,
  trx: BooksTransaction,
  { amount_minor: amountMinor }: RequestRow,
  payments: readonly PaymentRow[],
): Promise<boolean> {
  const owed: RefundRow[] = []
  for (const { pay_key, method } of payments) {
    if (method !== 'cash') continue
    const refunds = await findRefundsOf(trx, pay_key)
    owed.push(...refunds.filter(({ state }) => state === 'owed'))
  }
  const owedMinor = owed.reduce((sum, refund) => sum + refund.amount_minor, 0)
  if (owedMinor === 0 || owedMinor !== (amountMinor ?? owedMinor)) return false
  for (const refund of owed) await completeRefund(core, trx, refund, null)
  return true
}

async function release(core: Core, trx: BooksTransaction, order: OrderRow): Promise<Verdict> {
  const ended = await endRescue(core, trx, order.order_id)
  if (!ended.ok) return { refused: ended.error.code }
  return ended.value === 'payment_open' ? 'wait' : 'done'
}

/** A rescue is given up, and its buyer gets a voucher of what the order cost at most. */
async function makeGood(
  core: Core,
  trx: BooksTransaction,
  row: RequestRow,
  order: OrderRow,
): Promise<Verdict> {
  const amountMinor = row.amount_minor ?? order.total_minor
  if (amountMinor === 0 || amountMinor > order.total_minor) return { refused: 'amount_over_order' }
  if (order.state !== 'released') {
    const ended = await release(core, trx, order)
    if (ended !== 'done') return ended
    // Money that it had goes back by itself: a voucher on top would pay its buyer twice.
    if ((await findOrder(trx, order.order_id))?.state !== 'released') {
      return { refused: 'order_is_refunded' }
    }
  }
  const isIssued = await issueVoucher(core, trx, order, amountMinor)
  return isIssued ? 'done' : { refused: 'voucher_issued_before' }
}

/** The cash is gone, and the books have no refund for it. */
async function showMissing(
  core: Core,
  trx: BooksTransaction,
  row: RequestRow,
  reason: string,
): Promise<void> {
  const nodeId = row.node_id as NodeId
  const subject = `${nodeId}/${row.epoch}/${row.sequence}`
  const { order_id, amount_minor: amountMinor, operator_id: operatorId, why } = row
  const detail = { reason, amountMinor, operatorId, why }
  const about = { subject, orderId: order_id as OrderId, nodeId, detail }
  await openMismatch(trx, createMismatch('drawer_differs', core.nowMs(), about), core.nowMs())
}

/** An epoch that ended hears nothing any more. */
async function tellVerdict(
  core: Core,
  trx: BooksTransaction,
  row: RequestRow,
  reason: string | null,
): Promise<void> {
  const node = await findNode(trx, row.node_id as NodeId)
  if (node?.epoch !== row.epoch) return
  const requestId = row.request_id as RequestId
  const verdict = reason === null ? 'done' : 'refused'
  const body = { requestId, verdict, reason } as const
  await appendFeed(core, trx, row.node_id as NodeId, { type: 'request.decided', body })
}
