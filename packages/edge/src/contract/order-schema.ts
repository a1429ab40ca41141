import { z } from 'zod'

import { clientId, knownId } from './id-schema.ts'
import { tapProof } from './tap-schema.ts'

/** The most lines of one order. */
export const ORDER_LINES_MAX = 20

/** The most units of one line: more is a mistake, and no listing allows it. */
export const QUANTITY_MAX = 10_000

/** The longest offer token that is read, in characters. A token of 20 prices has about 2,000. */
export const TOKEN_LENGTH_MAX = 8_192

/** The longest a question waits for news, in milliseconds. */
export const WAIT_MS_MAX = 25_000

const EXAMPLE_ORDER_ID = '3f0c9a52-6a0e-4a53-9a57-0f6f2f6f8f11'

export const orderId = clientId<'order'>(
  'Made by the device and stored before it is sent. The same id gets the same answer.',
  EXAMPLE_ORDER_ID,
)

export const holdId = clientId<'hold'>(
  'Made by the device. A place in line has the same id, and so has the hold it becomes.',
  'b9e7c3de-3f63-49b4-9b53-6d1f4ad31a90',
)

/** The secret that a device makes for its wallet: whoever knows it can spend from it. */
export const walletKey = z
  .string()
  .min(22)
  .max(128)
  .regex(/^[A-Za-z0-9_-]+$/)
  .meta({
    description: 'Made at random by the device, and kept there. Only its hash is kept.',
    examples: ['Zk1uV2d3cXl0bW9vbi1zZWNyZXQ'],
  })

const token = z
  .string()
  .min(1)
  .max(TOKEN_LENGTH_MAX)
  .meta({
    description: 'From `POST /v1/offers`: fixes the price, buys once.',
    examples: ['eyJ….q8Z…'],
  })

const quantity = z
  .int()
  .min(1)
  .max(QUANTITY_MAX)
  .meta({ examples: [1] })

const lines = z
  .array(
    z
      .strictObject({ variantId: knownId('variant', 'night-owl-mug:blue'), quantity })
      .meta({ ref: 'WantedLine' }),
  )
  .min(1)
  .max(ORDER_LINES_MAX)

/** Twelve digits and more, however grouped, are somebody's card: not for us to have. [O8] */
export const CARD_NUMBER = /^[\d\s-]*(?:\d[\s-]*){12}$/

const payment = z
  .strictObject({
    payKey: clientId<'pay-key'>(
      'Made by the device. One key is one charge, however often it is sent.',
      'a6d1b7d0-9a39-4b8e-8d3a-2b6f0c6d1e77',
    ),
    method: z.enum(['card', 'cash', 'voucher', 'wallet']).meta({
      description: '`cash` needs the operator’s token; `wallet` is for small things.',
    }),
    reference: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[\x21-\x7e]+$/, 'Printable characters without spaces.')
      .refine((text) => !CARD_NUMBER.test(text), 'A card number is refused: send the reference.')
      .optional()
      .meta({
        description: 'For a card: the processor’s id of the payment method. Never a card number.',
        examples: ['pm_card_visa'],
      }),
    voucherCode: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({ description: 'For a voucher: the code as typed. Only its hash is kept.' }),
    walletKey: walletKey
      .optional()
      .meta({ description: 'For a wallet: the secret of its device. Only its hash is kept.' }),
    proof: tapProof
      .optional()
      .meta({ description: 'For a kept method: that its owner tapped. Kept nowhere.' }),
  })
  .superRefine((value, context) => {
    const { method, reference, voucherCode, walletKey } = value
    const need = (isMet: boolean, path: string, message: string) => {
      if (!isMet) context.addIssue({ code: 'custom', path: [path], message })
    }
    const isCard = method === 'card'
    need(isCard === (reference !== undefined), 'reference', 'For a card, and only then.')
    const isVoucher = method === 'voucher'
    need(isVoucher === (voucherCode !== undefined), 'voucherCode', 'For a voucher, and only then.')
    const isWallet = method === 'wallet'
    need(isWallet === (walletKey !== undefined), 'walletKey', 'For a wallet, and only then.')
  })
  .meta({ ref: 'Payment' })

/** `POST /v1/orders`: buy with a token, or buy a hold. */
export const orderRequest = z
  .strictObject({
    orderId,
    token: token.optional(),
    holdId: holdId.optional(),
    lines: lines.optional(),
    quantity: quantity.optional(),
    payment,
  })
  .superRefine((value, context) => {
    const add = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    const hasToken = value.token !== undefined
    if (hasToken === (value.holdId !== undefined)) add('token', 'Either a token or a holdId.')
    const count = Number(value.lines !== undefined) + Number(value.quantity !== undefined)
    if (hasToken && count !== 1) add('lines', 'With a token: either lines or quantity.')
    if (!hasToken && count > 0) add('lines', 'A hold has its lines already.')
  })
  .meta({
    ref: 'OrderRequest',
    description: 'Buy with a `token` and `lines` or `quantity`, or what a hold keeps.',
    examples: [
      {
        orderId: EXAMPLE_ORDER_ID,
        token: 'eyJhdWRpZW5jZSI6Im…​.mK3v…',
        quantity: 1,
        payment: {
          payKey: 'a6d1b7d0-9a39-4b8e-8d3a-2b6f0c6d1e77',
          method: 'card',
          reference: 'pm_card_visa',
        },
      },
    ],
  })

/** `POST /v1/holds`: set units aside, or take a place in line. */
export const holdRequest = z
  .strictObject({
    holdId,
    token,
    lines: lines.optional(),
    quantity: quantity.optional(),
  })
  .superRefine((value, context) => {
    if ((value.lines === undefined) === (value.quantity === undefined)) {
      context.addIssue({ code: 'custom', path: ['lines'], message: 'Either lines or quantity.' })
    }
  })
  .meta({ ref: 'HoldRequest' })

/** `POST /v1/orders/:id/payment`: pay an order in rescue another way. */
export const rescueRequest = z.strictObject({ payment }).meta({ ref: 'RescueRequest' })

/** Ask now, or wait for news. */
export const waitQuery = z.strictObject({
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(WAIT_MS_MAX)
    .default(0)
    .meta({ description: 'How long to wait for news, in milliseconds.' }),
  known: z
    .string()
    .max(32)
    .optional()
    .meta({ description: 'What the asker knows: the `state`, or the `status` without one.' }),
})

export type OrderRequest = z.output<typeof orderRequest>
export type HoldRequest = z.output<typeof holdRequest>
export type PaymentInput = z.output<typeof payment>
