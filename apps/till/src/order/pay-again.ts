import { signal } from '@preact/signals'
import type { OperatorId, PaymentWish } from '@nightmarket/kernel'
import { isUsedHere, methodOf, type PaymentWay } from '@nightmarket/ui/till'

import { askReader, type PayNote } from '../sale/ask-reader.ts'
import { readPaymentCode } from '../sale/payment-code.ts'
import type { Till } from '../till.ts'
import { tryCommand } from '../try-command.ts'
import type { RemedyBegun } from './remedy.ts'

/** Who pays a sale again, and why. */
export interface PayingAgain {
  readonly till: Till
  readonly begun: RemedyBegun
  readonly operatorId: OperatorId
  readonly why: string
}

/** Ends the asking of the reader that a card is being held to, if one is. */
export const readerAsked = signal<AbortController | null>(null)

/**
 * Take another payment for a sale in rescue, under the pay key that was named when it was begun: a
 * tap that is repeated takes nothing twice. `null` once it is on disk, or what to say. A voucher
 * that this till has sold for before is taken when it is entered once more (`isSure`).
 */
export async function payAgain(
  paying: PayingAgain,
  way: PaymentWay,
  code = '',
  isSure = false,
): Promise<PayNote | null> {
  if (way === 'cash') return write(paying, { method: 'cash', reference: null })
  if (way === 'card') return payByCard(paying)
  const read = readPaymentCode(way, code)
  if ('refusal' in read) return { text: `pay.${read.refusal}` }
  const isDoubtful = way === 'voucher' && isUsedHere(paying.till.stall.state, read.reference)
  if (isDoubtful && !isSure) return USED_HERE
  return write(paying, { method: methodOf(way), reference: read.reference })
}

/** What is said of a voucher that was sold for here before. */
export const USED_HERE: PayNote = { text: 'pay.usedHere' }

async function payByCard(paying: PayingAgain): Promise<PayNote | null> {
  const { payKey, record } = paying.begun
  const { totalMinor, currency } = record.order
  const ending = new AbortController()
  readerAsked.value = ending
  const wish = { payKey, amountMinor: totalMinor, currency }
  const answer = await askReader(wish, ending.signal).finally(() => {
    readerAsked.value = null
  })
  if ('note' in answer) return answer.note
  return write(paying, { method: 'card', reference: answer.reference })
}

async function write(
  { till, begun: { record, payKey }, operatorId, why }: PayingAgain,
  payment: Omit<PaymentWish, 'payKey'>,
): Promise<PayNote | null> {
  const { orderId, buyerId } = record.order
  const wish = { payKey, ...payment }
  const answer = await tryCommand(till, {
    type: 'pay_order',
    orderId,
    buyerId,
    payment: wish,
    operatorId,
    why,
  })
  if (answer.status !== 'rejected') return null
  return { text: 'order.remedyRefused', code: answer.rejection.code }
}
