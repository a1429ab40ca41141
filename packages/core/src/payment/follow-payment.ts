import { isPaymentOpen, moveOrder, type OrderMove, type PaymentState } from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import { moveOrderRow, tellMove, type MoveFields } from '../order/move-order-row.ts'
import type { OrderRow } from '../order/order-row.ts'
import type { ReleaseReader } from '../order/pinned-release.ts'
import { decideRefund } from '../refund/decide-refund.ts'
import { findOwnPayments, type PaymentRow } from './payment-row.ts'
import type { PaymentTerms } from './payment-terms.ts'
import { withdrawPayment } from './withdraw-payment.ts'

/** A payment before and after an outcome, with the order it is for. */
export interface Followed {
  readonly before: PaymentRow
  readonly after: PaymentRow
  readonly order: OrderRow
  readonly terms: PaymentTerms
}

/**
 * Let an order follow its payment.
 *
 * - [PM10] A decline puts the order into rescue until its release's `rescueMs` have passed; a void
 *   ends it. Either way its units move on only then. [O5]
 * - [PM13] Money for an order that has ended, or has money already, is given back at once.
 *   [O5, I14]
 * - [PM18] An order has the money that any of its payments took: what becomes of another payment
 *   does not take it away, and ends nothing while one may still bring money. [I17, O5]
 * - [PM14] A contested order keeps its money and stays in rescue until a person decides. [L5]
 */
export async function followPayment(
  core: Core,
  trx: BooksTransaction,
  readRelease: ReleaseReader,
  followed: Followed,
): Promise<void> {
  const { before, after, order } = followed
  const others = await othersOf(trx, followed)
  if (after.disputed_minor > before.disputed_minor) {
    if ((await moveOrderRow(trx, order, 'dispute')) !== null) {
      await tellMove(core, trx, order, 'dispute')
    }
    return
  }
  if (after.state === 'captured') {
    return followCapture(core, trx, readRelease, { ...followed, others })
  }
  const isNews = before.state !== after.state
  const move = isNews ? MOVES[after.state] : LATE_MOVES[after.state]
  if (move === null) return
  if (isLeftToOthers(move, others)) {
    // The node hears of this payment's end, and may know of no other: it is told of the money.
    const isPaid = order.state === 'captured' && hasMoney(others)
    if (isNews && isPaid) await tellMove(core, trx, order, 'capture')
    return
  }
  await moveAndTell(core, trx, followed, move, await fieldsOf(core, readRelease, followed, move))
}

/** The order's move for a payment's new state. */
const MOVES: Readonly<Record<PaymentState, OrderMove | null>> = {
  requested: null,
  unknown: 'lose',
  authorized: 'authorize',
  captured: 'capture',
  declined: 'fail',
  voiding: null,
  voided: 'void',
}

/** The same for an order whose journal arrived after its payment had ended. */
const LATE_MOVES: Readonly<Record<PaymentState, OrderMove | null>> = {
  ...MOVES,
  unknown: null,
  authorized: null,
  voided: 'fail',
}

async function othersOf(
  trx: BooksTransaction,
  { after, order }: Followed,
): Promise<readonly PaymentRow[]> {
  const payments = await findOwnPayments(trx, order)
  return payments.filter((payment) => payment.pay_key !== after.pay_key)
}

function hasMoney(payments: readonly PaymentRow[]): boolean {
  return payments.some((payment) => payment.captured_minor > payment.refunded_minor)
}

/**
 * Whether the order's other payments decide where it goes. One that is open may bring its money: a
 * hold that nobody captures does not, yet a void, which gives units back, waits for it too.
 */
function isLeftToOthers(move: OrderMove, others: readonly PaymentRow[]): boolean {
  if (hasMoney(others)) return true
  const open = others.filter((other) => isPaymentOpen(other.state))
  if (move === 'void') return open.length > 0
  const isEnding = move === 'fail' || move === 'lose'
  return isEnding && open.some((other) => other.state !== 'voiding' && other.capture_at_once === 1)
}

async function followCapture(
  core: Core,
  trx: BooksTransaction,
  readRelease: ReleaseReader,
  followed: Followed & { readonly others: readonly PaymentRow[] },
): Promise<void> {
  const { before, after, order, others } = followed
  const { pay_key: payKey } = after
  if (after.disputed_minor > 0) return
  if (after.refunded_minor === after.captured_minor) {
    if (isLeftToOthers('fail', others)) return
    const fields = await fieldsOf(core, readRelease, followed, 'fail')
    return moveAndTell(core, trx, followed, 'fail', fields)
  }
  if (hasMoney(others)) {
    await decideRefund(core, trx, { payKey, reason: 'captured_twice' })
    return
  }
  if (order.is_contested === 1 && order.state === 'rescue') return
  const isPaid = order.state === 'captured' || order.state === 'fulfilled'
  if (!isPaid && !moveOrder(order.state, 'capture').ok) {
    await decideRefund(core, trx, { payKey, reason: 'late_capture' })
    return
  }
  await moveAndTell(core, trx, followed, 'capture')
  for (const other of others) await withdrawPayment(trx, other, core.nowMs())
  if (before.state === 'voiding') await decideRefund(core, trx, { payKey, reason: 'late_capture' })
}

/** The node infers a move from an outcome that is news; other moves it has to be told. */
async function moveAndTell(
  core: Core,
  trx: BooksTransaction,
  { before, after, order }: Followed,
  move: OrderMove,
  fields: MoveFields = {},
): Promise<void> {
  const moved = await moveOrderRow(trx, order, move, fields)
  if (moved !== null && before.state === after.state) await tellMove(core, trx, order, move)
}

async function fieldsOf(
  core: Core,
  readRelease: ReleaseReader,
  { after, order, terms }: Followed,
  move: OrderMove,
): Promise<MoveFields> {
  if (move === 'lose') return { deadlineAtMs: after.requested_at_ms + terms.unknownMs }
  if (move !== 'fail') return {}
  const { rescueMs } = (await readRelease(order.release_id)).terms
  const reason = after.decline_code ?? after.state
  return { deadlineAtMs: core.nowMs() + rescueMs, reason }
}
