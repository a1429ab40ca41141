import type { OrderState } from '@nightmarket/kernel'
import { z } from 'zod'

import { knownId } from './id-schema.ts'

/** A moment, epoch milliseconds. */
export function atMs(description: string) {
  const examples = [1_790_000_000_000]
  return z.int().meta({ description: `${description} Epoch milliseconds.`, examples })
}

/** An amount of money in minor units. */
export function amountMinor(description: string) {
  return z
    .int()
    .min(0)
    .meta({ description: `${description} Minor units.`, examples: [2_400] })
}
const hash = z.string().meta({ description: 'SHA-256, hexadecimal.', examples: ['9f2c…'] })

const ORDER_STATES = [
  'accepted',
  'deferred',
  'unknown',
  'authorized',
  'captured',
  'fulfilled',
  'rescue',
  'released',
  'refund_due',
  'refunded',
  'disputed',
  'voided',
] as const satisfies readonly OrderState[]

const orderState = z.enum(ORDER_STATES)
const orderId = knownId('order', '3f0c9a52-6a0e-4a53-9a57-0f6f2f6f8f11')
const holdId = knownId('hold', 'b9e7c3de-3f63-49b4-9b53-6d1f4ad31a90')
const ticketId = knownId('ticket', 'b9e7c3de-3f63-49b4-9b53-6d1f4ad31a90')

/** Proof of an order, checkable offline with the market’s public key. */
export const receipt = z
  .looseObject({
    format: z.literal('nightmarket-receipt/1'),
    entry: z.string().meta({
      description: 'RFC 8785 text of the journal entry; its hash is a leaf of the tree.',
      examples: ['{"atMs":1790000000000,"body":{…},"type":"order.accepted"}'],
    }),
    leafIndex: z.int().meta({ examples: [41] }),
    path: z.array(hash).meta({ description: 'RFC 6962 inclusion path.' }),
    checkpoint: z.looseObject({
      origin: z.string().meta({ examples: ['nightmarket/edge-1/1'] }),
      size: z.int().meta({ examples: [64] }),
      root: hash,
      signature: z.string().meta({ description: 'Ed25519, base64.', examples: ['mK3v…=='] }),
    }),
    certificate: z.looseObject({
      nodeId: z.string().meta({ examples: ['edge-1'] }),
      epoch: z.int(),
      kind: z.enum(['edge', 'till', 'core']),
      publicKey: z.string().meta({ examples: ['q8Zt…='] }),
      issuedAtMs: atMs('When it was issued.'),
      signature: z.string().meta({ examples: ['Zb1x…=='] }),
    }),
  })
  .meta({ ref: 'Receipt', description: 'Checkable by anyone, offline.' })

/** `201`: bought. */
export const acceptedAnswer = z
  .strictObject({
    status: z.literal('accepted'),
    orderId,
    state: orderState.meta({
      description: '`deferred`: the payment is being made; `captured`: paid.',
      examples: ['deferred'],
    }),
    sequence: z
      .int()
      .nullable()
      .meta({ description: 'Its entry in the journal.', examples: [42] }),
    receipt: receipt.nullable(),
  })
  .meta({ ref: 'Accepted' })

const paying = z.strictObject({
  status: z.literal('paying'),
  orderId,
  holdId,
  amountMinor: amountMinor('What is being paid.'),
  expiresAtMs: atMs('When the hold would end, were no payment in flight.'),
})
const waiting = z.strictObject({
  status: z.literal('waiting'),
  ticketId,
  position: z.int().meta({ description: '1 is next.', examples: [3] }),
})
const held = z.strictObject({
  status: z.literal('held'),
  holdId,
  expiresAtMs: atMs('The end, to the second.'),
})
const holdEnded = z.strictObject({
  status: z.literal('hold_ended'),
  holdId,
  reason: z.enum(['bought', 'expired', 'released', 'declined', 'voided']),
})
const ticketEnded = z.strictObject({
  status: z.literal('ticket_ended'),
  ticketId,
  reason: z.enum(['served', 'left', 'sold_out', 'closed']),
})

/** Everything a stall says of an order, a hold or a place in line that is no sale yet. */
export const pendingAnswer = z
  .discriminatedUnion('status', [paying, waiting, held, holdEnded, ticketEnded])
  .meta({ ref: 'Pending' })

/** `GET /v1/orders/:id`. The details are for the buyer alone. */
export const orderView = z
  .strictObject({
    orderId,
    status: z.enum(['accepted', 'paying', 'waiting', 'held', 'hold_ended', 'ticket_ended']),
    state: orderState.nullable().meta({ examples: ['captured'] }),
    order: z
      .strictObject({
        dropId: knownId('drop', 'midnight'),
        lines: z.array(
          z.strictObject({
            variantId: knownId('variant', 'night-owl-mug:blue'),
            quantity: z.int(),
            unitPriceMinor: amountMinor('The promised price of one.'),
          }),
        ),
        totalMinor: amountMinor('The sum.'),
        currency: z.string().meta({ examples: ['EUR'] }),
        payment: z.strictObject({
          payKey: z.string(),
          method: z.enum(['card', 'cash', 'voucher', 'wallet']),
          amountMinor: amountMinor('What is paid.'),
        }),
        sequence: z.int(),
      })
      .nullable()
      .meta({ description: 'Only with the buyer’s header, and once it is sold.' }),
    pending: pendingAnswer.nullable().meta({ description: 'Only with the buyer’s header.' }),
  })
  .meta({ ref: 'OrderView' })

export type AcceptedAnswer = z.output<typeof acceptedAnswer>
export type PendingAnswer = z.output<typeof pendingAnswer>
export type OrderView = z.output<typeof orderView>
