import { z } from 'zod'

import type { PaymentRow } from '../payment/payment-row.ts'
import type { MismatchRow } from '../reconcile/mismatch-row.ts'
import type { RefundRow } from '../refund/refund-row.ts'
import { amountMinor, atMs } from './id-schema.ts'

/** A payment as people and programs see it: no claims of workers. */
export const paymentSchema = z
  .strictObject({
    payKey: z.string(),
    method: z.string().meta({ examples: ['card'] }),
    state: z.string().meta({ examples: ['captured'] }),
    chargeId: z.string().nullable(),
    currency: z.string().meta({ examples: ['EUR'] }),
    amountMinor: amountMinor('What was to be paid.'),
    capturedMinor: amountMinor('What was captured.'),
    refundedMinor: amountMinor('What was decided back.'),
    disputedMinor: amountMinor('What a bank took.'),
    feeMinor: amountMinor('What the processor kept.'),
    declineCode: z.string().nullable(),
    requestedAtMs: atMs('When it was requested.'),
  })
  .meta({ ref: 'Payment' })

/** A refund as people and programs see it. */
export const refundSchema = z
  .strictObject({
    refundId: z.string().meta({ examples: ['rf:ch_1:1'] }),
    payKey: z.string(),
    amountMinor: amountMinor('What is given back.'),
    currency: z.string(),
    reason: z.string(),
    state: z.string().meta({ examples: ['succeeded'] }),
    requestedAtMs: atMs('When it was decided.'),
  })
  .meta({ ref: 'Refund' })

/** A mismatch as people and programs see it. */
export const mismatchSchema = z
  .strictObject({
    mismatchId: z.string(),
    kind: z.string().meta({ examples: ['charge_without_order'] }),
    subject: z.string(),
    orderId: z.string().nullable(),
    nodeId: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
    owner: z.string().meta({ description: 'Whose screen it is on.', examples: ['treasurer'] }),
    action: z.string().meta({ description: 'The one thing to do.', examples: ['refund'] }),
    openedAtMs: atMs('When it was shown first.'),
    deadlineAtMs: atMs('When it must have ended.'),
    closedAtMs: atMs('When it was closed.').nullable(),
    resolution: z.string().nullable(),
  })
  .meta({ ref: 'Mismatch' })

/** Leave out what only workers need of a payment. */
export function viewPayment(row: PaymentRow): z.output<typeof paymentSchema> {
  return {
    payKey: row.pay_key,
    method: row.method,
    state: row.state,
    chargeId: row.charge_id,
    currency: row.currency,
    amountMinor: row.amount_minor,
    capturedMinor: row.captured_minor,
    refundedMinor: row.refunded_minor,
    disputedMinor: row.disputed_minor,
    feeMinor: row.fee_minor,
    declineCode: row.decline_code,
    requestedAtMs: row.requested_at_ms,
  }
}

/** Leave out what only workers need of a refund. */
export function viewRefund(row: RefundRow): z.output<typeof refundSchema> {
  return {
    refundId: row.refund_id,
    payKey: row.pay_key,
    amountMinor: row.amount_minor,
    currency: row.currency,
    reason: row.reason,
    state: row.state,
    requestedAtMs: row.requested_at_ms,
  }
}

/** Open the detail of a mismatch, which the books keep as text. */
export function viewMismatch(row: MismatchRow): z.output<typeof mismatchSchema> {
  return {
    mismatchId: row.mismatch_id,
    kind: row.kind,
    subject: row.subject,
    orderId: row.order_id,
    nodeId: row.node_id,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
    owner: row.owner,
    action: row.action,
    openedAtMs: row.opened_at_ms,
    deadlineAtMs: row.deadline_at_ms,
    closedAtMs: row.closed_at_ms,
    resolution: row.resolution,
  }
}
