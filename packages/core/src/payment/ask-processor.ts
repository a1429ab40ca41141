import { ProcessorFault, type Charge, type Processor } from '@nightmarket/payments'
import { unreachable, type OrderId, type PayKey } from '@nightmarket/kernel'

import type { PaymentAnswer } from './payment-answer.ts'
import type { PaymentRow } from './payment-row.ts'
import type { PaymentStep } from './payment-step.ts'

/** A payment whose reference is the processor's own, and whom it keeps the method for. */
export type Payable = PaymentRow & { readonly customerId: string | null }

/**
 * Take one step at the processor. No transaction is open here. [PM15]
 *
 * A call that ends without an answer is `silent`; a conflict is an answer, so the charge is read.
 */
export async function askProcessor(
  processor: Processor,
  payment: Payable,
  step: PaymentStep,
): Promise<PaymentAnswer> {
  try {
    const charge = await callProcessor(processor, payment, step)
    if (charge === 'local') return { type: 'local' }
    return charge === null ? { type: 'absent' } : { type: 'charge', charge }
  } catch (error) {
    if (error instanceof ProcessorFault) return { type: 'silent' }
    throw error
  }
}

async function callProcessor(
  processor: Processor,
  payment: Payable,
  step: PaymentStep,
): Promise<Charge | null | 'local'> {
  const payKey = payment.pay_key as PayKey
  switch (step.type) {
    case 'settle':
      return 'local'
    case 'ask':
      return authorize(processor, payment)
    case 'look_up': {
      const found = await find(processor, payment)
      return found === null && step.mayAsk ? authorize(processor, payment) : found
    }
    case 'capture':
      return orRead(
        processor,
        step.chargeId,
        processor.capture(step.chargeId, payKey, payment.capture_minor ?? undefined),
      )
    case 'void':
      return orRead(processor, step.chargeId, processor.void(step.chargeId, payKey))
    default:
      return unreachable(step)
  }
}

async function find(processor: Processor, payment: Payable): Promise<Charge | null> {
  if (payment.charge_id !== null) return processor.read(payment.charge_id)
  return processor.lookup(payment.pay_key as PayKey, payment.requested_at_ms - LOOKUP_MARGIN_MS)
}

/** The processor's clock may be behind ours. */
const LOOKUP_MARGIN_MS = 10 * 60_000

async function authorize(processor: Processor, payment: Payable): Promise<Charge> {
  const { customerId } = payment
  const { pay_key, reference, amount_minor, currency, order_id, node_id, epoch, sequence } = payment
  return processor.authorize({
    payKey: pay_key as PayKey,
    reference: reference ?? '',
    ...(customerId === null ? {} : { customerId }),
    amountMinor: amount_minor,
    currency,
    // What nobody wants any more is only held, to be voided.
    capture: payment.capture_at_once === 1 && payment.state !== 'voiding',
    origin: { orderId: order_id as OrderId, nodeId: node_id, epoch, sequence },
  })
}

/** A conflict says that the charge is not what we thought: what it is now is the answer. */
async function orRead(
  processor: Processor,
  chargeId: string,
  call: Promise<Charge>,
): Promise<Charge> {
  try {
    return await call
  } catch (error) {
    if (error instanceof ProcessorFault && error.code === 'conflict') {
      return processor.read(chargeId)
    }
    throw error
  }
}
