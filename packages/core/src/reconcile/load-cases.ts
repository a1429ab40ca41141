import type {
  ChargeFact,
  ChargeFactOrigin,
  MatchCase,
  NodeId,
  OrderFact,
  OrderId,
  PayKey,
  PaymentFact,
  PaymentMethod,
  RefundFact,
  RefundId,
} from '@nightmarket/kernel'
import type { ChargeOrigin } from '@nightmarket/payments'
import { sql, type Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'
import type { OrderRow } from '../order/order-row.ts'
import type { PaymentRow } from '../payment/payment-row.ts'
import type { RefundRow } from '../refund/refund-row.ts'

/** Sales looked at in one query. */
const CHUNK = 400

/**
 * The sales whose three sides may disagree, found by queries over the whole books: a sale that
 * matches is not loaded. [RX1] What is found here is compared by the kernel's `matchCase`.
 */
export async function findSuspects(trx: Transaction<Books>): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select order_id as id from sale_order
     where state in ('accepted', 'deferred', 'unknown', 'authorized', 'rescue')
    union select order_id from sale_order where state in ('captured', 'fulfilled')
      and not exists (select 1 from payment p
        where p.order_id = sale_order.order_id and p.captured_minor > 0)
    union select order_id from payment
     where is_wallet = 0 and (state in ('requested', 'unknown', 'authorized', 'voiding')
        or disputed_minor > 0)
    union select order_id from payment where method = 'card' and state = 'captured'
      and is_wallet = 0
      and not exists (select 1 from charge c where c.charge_id = payment.charge_id)
    union select order_id from payment
     where is_wallet = 0 and captured_minor > 0 and not exists (
      select 1 from sale_order o where o.order_id = payment.order_id
         and o.state not in ('voided', 'released'))
    union select order_id from payment where captured_minor > 0 and is_wallet = 0
     group by order_id having count(*) > 1
    union select order_id from refund where state <> 'succeeded'
    union select p.order_id from charge c join payment p on p.pay_key = c.pay_key
     where p.is_wallet = 0 and (c.amount_minor <> p.amount_minor
        or c.captured_minor <> p.captured_minor
        or c.refunded_minor <> p.refunded_minor or c.disputed_minor <> p.disputed_minor
        or c.currency <> p.currency)
    union select c.order_id from charge c where c.order_id is not null
      and c.state in ('authorized', 'captured')
      and not exists (select 1 from payment p where p.pay_key = c.pay_key)`.execute(trx)
  return rows.map((row) => row.id)
}

/** Charges without a pay key and an order: somebody else's, each a case of its own. */
export async function loadForeignCases(trx: Transaction<Books>): Promise<readonly MatchCase[]> {
  const rows = await trx
    .selectFrom('charge')
    .selectAll()
    .where('order_id', 'is', null)
    .where('state', 'in', ['authorized', 'captured'])
    .where(
      sql<boolean>`not exists (select 1 from payment p where p.pay_key = charge.pay_key)`,
    )
    .execute()
  return rows.map((row) => ({
    order: null,
    payments: [],
    refunds: [],
    charges: [chargeFact(row, null)],
  }))
}

/** Load the three sides of these orders. */
export async function loadCases(
  trx: Transaction<Books>,
  orderIds: readonly string[],
): Promise<readonly MatchCase[]> {
  const cases: MatchCase[] = []
  for (let start = 0; start < orderIds.length; start += CHUNK) {
    cases.push(...(await loadChunk(trx, orderIds.slice(start, start + CHUNK))))
  }
  return cases
}

async function loadChunk(
  trx: Transaction<Books>,
  ids: readonly string[],
): Promise<readonly MatchCase[]> {
  const [orders, payments, refunds] = [
    await trx.selectFrom('sale_order').selectAll().where('order_id', 'in', ids).execute(),
    await trx.selectFrom('payment').selectAll().where('order_id', 'in', ids).execute(),
    await trx.selectFrom('refund').selectAll().where('order_id', 'in', ids).execute(),
  ]
  const charges = await loadCharges(trx, ids, payments.map((payment) => payment.pay_key))
  const orderOf = new Map(payments.map((payment) => [payment.pay_key, payment.order_id]))
  const byOrder = {
    orders: Map.groupBy(orders, (row) => row.order_id),
    payments: Map.groupBy(payments, (row) => row.order_id),
    refunds: Map.groupBy(refunds, (row) => row.order_id),
    charges: Map.groupBy(charges, ({ row }) => orderOf.get(row.pay_key ?? '') ?? row.order_id),
  }
  return ids.map((id) => ({
    order: byOrder.orders.get(id)?.map((row) => orderFact(row as OrderRow))[0] ?? null,
    payments: (byOrder.payments.get(id) ?? []).map((row) => paymentFact(row as PaymentRow)),
    refunds: (byOrder.refunds.get(id) ?? []).map((row) => refundFact(row as RefundRow)),
    charges: (byOrder.charges.get(id) ?? []).map(({ row, origin }) => chargeFact(row, origin)),
  }))
}

async function loadCharges(
  trx: Transaction<Books>,
  orderIds: readonly string[],
  payKeys: readonly string[],
) {
  const rows = await trx
    .selectFrom('charge')
    .selectAll()
    .where((where) =>
      where.or([
        where('order_id', 'in', orderIds),
        ...(payKeys.length > 0 ? [where('pay_key', 'in', payKeys)] : []),
      ]),
    )
    .execute()
  const known = new Set(payKeys)
  return Promise.all(
    rows.map(async (row) => {
      const isKnown = row.pay_key !== null && known.has(row.pay_key)
      return { row, origin: await originOf(trx, row, isKnown) }
    }),
  )
}

/**
 * Whether the entry that a charge names has arrived; not asked where the payment is known. A charge
 * that names somebody else's node has no origin here: another market shares the account. [RM4]
 */
async function originOf(
  trx: Transaction<Books>,
  row: Row<'charge'>,
  isKnown: boolean,
): Promise<ChargeFactOrigin | null> {
  if (row.origin === null) return null
  const { nodeId, epoch, sequence } = JSON.parse(row.origin) as ChargeOrigin
  const place = { nodeId: nodeId as NodeId, epoch, sequence }
  if (isKnown) return { ...place, isReceived: true }
  const node = await trx
    .selectFrom('node')
    .select('node_id')
    .where('node_id', '=', nodeId)
    .executeTakeFirst()
  if (node === undefined) return null
  const entry = await trx
    .selectFrom('journal')
    .select('sequence')
    .where('node_id', '=', nodeId)
    .where('epoch', '=', epoch)
    .where('sequence', '=', sequence)
    .executeTakeFirst()
  return { ...place, isReceived: entry !== undefined }
}

function orderFact(row: OrderRow): OrderFact {
  return {
    orderId: row.order_id as OrderId,
    nodeId: row.node_id as NodeId,
    state: row.state,
    totalMinor: row.total_minor,
    currency: row.currency,
    seenAtMs: row.seen_at_ms,
    deadlineAtMs: row.deadline_at_ms,
    isContested: row.is_contested === 1,
    reason: row.reason,
  }
}

function paymentFact(row: PaymentRow): PaymentFact {
  return {
    payKey: row.pay_key as PayKey,
    orderId: row.order_id as OrderId,
    nodeId: row.node_id as NodeId,
    method: row.method as PaymentMethod,
    state: row.state,
    amountMinor: row.amount_minor,
    currency: row.currency,
    chargeId: row.charge_id,
    capturedMinor: row.captured_minor,
    refundedMinor: row.refunded_minor,
    disputedMinor: row.disputed_minor,
    requestedAtMs: row.requested_at_ms,
    isToCapture: row.capture_at_once === 1,
  }
}

function refundFact(row: RefundRow): RefundFact {
  return {
    refundId: row.refund_id as RefundId,
    payKey: row.pay_key as PayKey,
    state: row.state,
    amountMinor: row.amount_minor,
    requestedAtMs: row.requested_at_ms,
  }
}

function chargeFact(row: Row<'charge'>, origin: ChargeFactOrigin | null): ChargeFact {
  return {
    chargeId: row.charge_id,
    payKey: row.pay_key as PayKey | null,
    origin,
    state: row.state as ChargeFact['state'],
    amountMinor: row.amount_minor,
    capturedMinor: row.captured_minor,
    refundedMinor: row.refunded_minor,
    disputedMinor: row.disputed_minor,
    currency: row.currency,
    seenAtMs: row.seen_at_ms,
  }
}
