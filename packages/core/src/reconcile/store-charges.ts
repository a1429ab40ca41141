import type { Charge } from '@nightmarket/payments'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { NewRow } from '../database/books-tables.ts'
import { createReleaseReader } from '../order/pinned-release.ts'
import type { PaymentRow } from '../payment/payment-row.ts'
import { PAYMENT_TERMS } from '../payment/payment-terms.ts'
import { settlePayment } from '../payment/settle-payment.ts'

/**
 * Keep charges as the processor has them now, and let payments catch up with them by the same path
 * as any outcome. When a charge was first seen is kept: deadlines count from there. [RX2]
 */
export async function storeCharges(
  core: Core,
  trx: BooksTransaction,
  charges: readonly Charge[],
): Promise<void> {
  if (charges.length === 0) return
  await trx
    .insertInto('charge')
    .values(charges.map((charge) => chargeRow(charge, core.nowMs())))
    .onConflict((conflict) =>
      conflict.column('charge_id').doUpdateSet((row) => ({
        state: row.ref('excluded.state'),
        captured_minor: row.ref('excluded.captured_minor'),
        refunded_minor: row.ref('excluded.refunded_minor'),
        disputed_minor: row.ref('excluded.disputed_minor'),
      })),
    )
    .execute()
  const payments = await paymentsOf(trx, charges)
  const readRelease = createReleaseReader(trx)
  for (const charge of charges) {
    const payment = payments.get(charge.payKey ?? '')
    if (payment === undefined || !isAhead(charge, payment)) continue
    const answer = { type: 'charge', charge } as const
    const outcome = { payKey: payment.pay_key, claim: null, answer }
    await settlePayment(core, trx, PAYMENT_TERMS, outcome, readRelease)
  }
}

function chargeRow(charge: Charge, nowMs: number): NewRow<'charge'> {
  const { origin } = charge
  return {
    charge_id: charge.chargeId,
    pay_key: charge.payKey,
    order_id: origin?.orderId ?? null,
    origin: origin === null ? null : JSON.stringify(origin),
    state: charge.state,
    amount_minor: charge.amountMinor,
    captured_minor: charge.capturedMinor,
    refunded_minor: charge.refundedMinor,
    disputed_minor: charge.disputedMinor,
    currency: charge.currency,
    created_at_ms: charge.createdAtMs,
    seen_at_ms: nowMs,
  }
}

async function paymentsOf(
  trx: BooksTransaction,
  charges: readonly Charge[],
): Promise<ReadonlyMap<string, PaymentRow>> {
  const keys = charges.flatMap((charge) => charge.payKey ?? [])
  if (keys.length === 0) return new Map()
  const rows = await trx.selectFrom('payment').selectAll().where('pay_key', 'in', keys).execute()
  return new Map(rows.map((row) => [row.pay_key, row as PaymentRow]))
}

/** Whether the processor says more than the books know. */
function isAhead(charge: Charge, payment: PaymentRow): boolean {
  if (charge.disputedMinor > payment.disputed_minor) return true
  if (charge.capturedMinor > payment.captured_minor) return true
  const isOver = charge.state === 'declined' || charge.state === 'voided'
  const isOpen = payment.state !== 'declined' && payment.state !== 'voided'
  return isOver && isOpen && payment.state !== 'captured'
}
