import { auditBooks, type AuditCheckId } from '@nightmarket/core'
import type { OrderState } from '@nightmarket/kernel'

import type { World } from '../world/world.ts'
import type { BooksView } from './books-view.ts'
import { keepsUnits } from './live-units.ts'

const MINUTE_MS = 60_000
/** From when the core could see it: until somebody sees it, and until it is over. [R3] */
const FLAG_MS = 30 * MINUTE_MS
const END_MS = 60 * MINUTE_MS
/** A pass of the reconciler or two. */
const SLACK_MS = 3 * MINUTE_MS

/**
 * [I14] No order keeps more than its price, and one that ended keeps nothing: at the books always,
 * at the bank at rest.
 */
export function checkPrices(world: World, books: BooksView, phase: 'safety' | 'rest'): void {
  const { chronicle, line } = world
  const totals = new Map(
    books.orders.map((order) => [
      order.order_id,
      keepsUnits(order.state as OrderState) ? order.total_minor : 0,
    ]),
  )
  const held = new Map<string, number>()
  for (const payment of books.payments) {
    // What a dispute has taken back is no more the market's.
    const left = payment.captured_minor - payment.refunded_minor - payment.disputed_minor
    held.set(payment.order_id, (held.get(payment.order_id) ?? 0) + left)
  }
  chronicle.arm('I14', held.size)
  for (const [orderId, minor] of held) {
    const total = totals.get(orderId)
    if (total !== undefined && minor > total) {
      chronicle.violate('I14', `${orderId} keeps ${minor} of a price of ${total} in the books`)
    }
  }
  if (phase === 'safety') return
  const atBank = new Map<string, number>()
  for (const { charge } of line.bank.charges.values()) {
    const orderId = charge.origin?.orderId ?? charge.chargeId
    const left = charge.capturedMinor - charge.refundedMinor
    atBank.set(orderId, (atBank.get(orderId) ?? 0) + left)
  }
  for (const [orderId, minor] of atBank) {
    const total = totals.get(orderId)
    const isDisputed = books.payments.some(
      (each) => each.order_id === orderId && each.disputed_minor > 0,
    )
    if (total !== undefined && minor > total && !isDisputed) {
      chronicle.violate('I14', `${orderId} keeps ${minor} of a price of ${total} at the bank`)
    }
  }
}

/** [I15] Refunds within what was captured, and none decided once the books knew of a dispute. */
export function checkRefunds(world: World, books: BooksView): void {
  const { chronicle, line } = world
  for (const payment of books.payments) {
    const refunds = books.refunds.filter((refund) => refund.pay_key === payment.pay_key)
    const decided = refunds.filter(({ state }) => state !== 'failed')
    const sum = decided.reduce((total, refund) => total + refund.amount_minor, 0)
    if (refunds.length > 0) chronicle.arm('I15')
    if (sum > payment.captured_minor) {
      chronicle.violate(
        'I15',
        `${payment.pay_key}: refunds of ${sum}, captured ${payment.captured_minor}`,
      )
    }
    const { disputed_at_ms: disputedAtMs } = payment
    if (disputedAtMs === null) continue
    const late = refunds.find((refund) => refund.requested_at_ms > disputedAtMs)
    if (late !== undefined)
      chronicle.violate('I15', `${late.refund_id} was decided after a dispute`)
  }
  for (const { charge, refunds, disputedAtMs } of line.bank.charges.values()) {
    const sum = [...refunds.values()].reduce((total, refund) => total + refund.amountMinor, 0)
    if (disputedAtMs !== null) chronicle.mark('charge was disputed')
    if (sum > charge.capturedMinor) {
      chronicle.violate(
        'I15',
        `${charge.chargeId}: the bank refunded ${sum} of ${charge.capturedMinor}`,
      )
    }
  }
}

/** [I16] Money that nothing explains is on a screen within 30 minutes, and given back within 60. */
export function checkUnexplained(world: World, books: BooksView): void {
  const { chronicle, oracle, time, line } = world
  const known = new Set(books.orders.map(({ order_id }) => order_id))
  const nodes = new Set(books.nodes.map(({ node_id }) => node_id))
  for (const row of books.charges) {
    const isExplained = row.order_id !== null && known.has(row.order_id)
    // What a chargeback or a refund has taken back already is nobody's money to explain.
    const heldMinor = row.captured_minor - row.refunded_minor - row.disputed_minor
    if (isExplained || heldMinor <= 0) {
      oracle.unexplainedSinceMs.delete(row.charge_id)
      continue
    }
    // A charge that was declined may be captured an hour later: it is money from then on.
    const sinceMs = oracle.unexplainedSinceMs.getOrInsert(row.charge_id, time.nowMs)
    const ageMs = time.nowMs - sinceMs - oracle.troubleMs - SLACK_MS
    const shown = books.mismatches.some(
      ({ kind, subject }) => kind === 'charge_without_order' && subject === row.charge_id,
    )
    if (ageMs > FLAG_MS || shown) chronicle.arm('I16')
    if (ageMs > FLAG_MS && !shown) {
      chronicle.violate(
        'I16',
        `${row.charge_id} is unexplained for ${minutes(ageMs)} and not shown`,
      )
    }
    const bank = line.bank.charges.get(row.charge_id)?.charge
    const isOurs = nodes.has(bank?.origin?.nodeId ?? '')
    const isBack =
      bank !== undefined && bank.refundedMinor + bank.disputedMinor >= bank.capturedMinor
    if (ageMs > END_MS && isOurs && !isBack) {
      chronicle.violate(
        'I16',
        `${row.charge_id} is unexplained for ${minutes(ageMs)} and not given back`,
      )
    }
  }
}

/** [I17] Nothing explained is given back as unmatched, nor a sale's money while it stands. */
export function checkFalseRefunds(world: World, books: BooksView, phase: 'safety' | 'rest'): void {
  const { chronicle } = world
  const orders = new Map(books.orders.map((order) => [order.order_id, order]))
  chronicle.arm('I17', books.refunds.length)
  for (const refund of books.refunds) {
    const order = orders.get(refund.order_id)
    const isFalse =
      refund.reason === 'unmatched' && (order?.seen_at_ms ?? Infinity) <= refund.requested_at_ms
    if (isFalse)
      chronicle.violate('I17', `${refund.refund_id} of ${refund.order_id}, which was known`)
  }
  if (phase === 'safety') return
  for (const order of books.orders) {
    if (order.state !== 'captured' && order.state !== 'fulfilled') continue
    const payments = books.payments.filter(({ order_id }) => order_id === order.order_id)
    const captured = payments.reduce((sum, each) => sum + each.captured_minor, 0)
    const back = books.refunds
      .filter(
        ({ order_id, reason, state }) =>
          order_id === order.order_id && !reason.startsWith('person') && state !== 'failed',
      )
      .reduce((sum, refund) => sum + refund.amount_minor, 0)
    if (captured - back < order.total_minor) {
      chronicle.violate(
        'I17',
        `${order.order_id} stands and has ${captured - back} of ${order.total_minor}`,
      )
    }
  }
}

/** Which invariant each of the core's own audits looks at. */
const AUDITED: Readonly<Record<AuditCheckId, string>> = {
  stock_conserved: 'I4',
  units_oversold: 'I1',
  journals_chained: 'I9',
  orders_kept: 'I10',
  prices_pinned: 'I22',
  captured_once: 'I14',
  refunds_covered: 'I15',
  ledger_balanced: 'I20',
  postings_match: 'I20',
  wallets_add_up: 'I14',
  orders_end: 'I23',
  feeds_gapless: 'S6',
}

/** [I20] The ledger, and whatever else the core's own audit of its books finds. */
export async function checkByAudit(world: World, phase: 'safety' | 'rest'): Promise<void> {
  for await (const check of auditBooks(world.core.observer)) {
    const id = AUDITED[check.id]
    if (id === 'I23' && phase === 'safety') continue
    world.chronicle.arm(
      id,
      Object.values(check.covered).reduce((sum, count) => sum + count, 0),
    )
    for (const { subject, problem } of check.violations.slice(0, 3)) {
      world.chronicle.violate(id, `audit ${check.id}: ${subject}: ${problem}`)
    }
  }
}

/** [I20] What a voucher has left is what it was given less what was paid with it. */
export function checkVouchers(world: World, books: BooksView): void {
  for (const { voucher_hash, amount_minor, remaining_minor } of books.vouchers) {
    const spent = books.payments
      .filter(({ method, reference }) => method === 'voucher' && reference === voucher_hash)
      .reduce((sum, payment) => sum + payment.captured_minor - payment.refunded_minor, 0)
    if (spent > 0) world.chronicle.mark('voucher was spent')
    if (spent === amount_minor - remaining_minor) continue
    const text = `paid ${spent} and has ${remaining_minor} of ${amount_minor} left`
    world.chronicle.violate('I20', `voucher ${voucher_hash.slice(0, 8)} ${text}`)
  }
}

/** Why money was given back, counted: what a generator never brings about shows nothing. */
export function markRefunds(world: World, books: BooksView): void {
  for (const { reason } of books.refunds) {
    world.chronicle.mark(`refund ${reason.split(':')[0]}`)
  }
}

function minutes(durationMs: number): string {
  return `${Math.round(durationMs / MINUTE_MS)} min`
}
