import { ORDER_IS_OPEN, type OrderState } from '@nightmarket/kernel'
import { z } from 'zod'

import { ORDERS_MAX, type OrderFilter, type OrderPage } from '../order/order-view.ts'
import {
  amountMinor,
  atMs,
  idSchema,
  limitSchema,
  nodeIdSchema,
  orderIdSchema,
} from './id-schema.ts'
import { mismatchSchema, paymentSchema, refundSchema } from './money-view.ts'

const STATES = Object.keys(ORDER_IS_OPEN) as [OrderState, ...OrderState[]]

/** Where an order stands. */
export const orderStateSchema = z.enum(STATES)

const summaryFields = {
  orderId: orderIdSchema,
  state: orderStateSchema,
  nodeId: nodeIdSchema,
  dropId: idSchema('drop', 'midnight'),
  buyerId: z.string(),
  lines: z.array(
    z.strictObject({
      variantId: idSchema('variant', 'night-owl-mug:blue'),
      quantity: z.int(),
      unitPriceMinor: amountMinor('The promised price of one.'),
    }),
  ),
  totalMinor: amountMinor('The sum.'),
  currency: z.string().meta({ examples: ['EUR'] }),
  method: z.string().meta({ examples: ['card'] }),
  acceptedAtMs: atMs('When its node accepted it.'),
  seenAtMs: atMs('When its journal arrived.'),
  deadlineAtMs: atMs('When this state must have ended.').nullable(),
  isContested: z.boolean().meta({ description: 'Its units were not there.' }),
  reason: z.string().nullable(),
}

/** An order in a list. */
export const orderSummary = z.strictObject(summaryFields).meta({ ref: 'OrderSummary' })

/** An order with all that happened to its money. */
export const orderDetail = z
  .strictObject({
    ...summaryFields,
    payments: z.array(paymentSchema),
    refunds: z.array(refundSchema),
    mismatches: z.array(mismatchSchema),
    hasVoucher: z.boolean(),
  })
  .meta({ ref: 'OrderDetail' })

/** A page of orders, the newest at the core first. */
export const orderPage = z
  .strictObject({
    orders: z.array(orderSummary),
    next: z
      .string()
      .nullable()
      .meta({ description: 'The `after` of the next page; null at the end.' }),
  })
  .meta({ ref: 'OrderPage' })

const CURSOR = /^(\d{1,16})\.(.{1,160})$/

/** Which orders, and from where on. */
export const orderQuery = z.strictObject({
  state: z
    .string()
    .max(200)
    .optional()
    .refine((text) => text === undefined || text.split(',').every(isState), 'Unknown state.')
    .meta({ description: 'One state or several with commas between.', examples: ['rescue'] }),
  nodeId: nodeIdSchema.optional(),
  dropId: idSchema('drop', 'midnight').optional(),
  buyerId: idSchema('buyer', 'v-0b9f3d52').optional(),
  contested: z.enum(['true', 'false']).optional(),
  after: z.string().regex(CURSOR, 'From `next` of the page before.').optional(),
  limit: limitSchema(ORDERS_MAX),
})

function isState(text: string): boolean {
  return Object.hasOwn(ORDER_IS_OPEN, text)
}

type OrderQuery = z.output<typeof orderQuery>

/** The filter of a question. */
export function filterOf(query: OrderQuery): OrderFilter {
  const { state, nodeId, dropId, buyerId, contested } = query
  return {
    ...(state === undefined ? {} : { states: state.split(',') as OrderState[] }),
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(dropId === undefined ? {} : { dropId }),
    ...(buyerId === undefined ? {} : { buyerId }),
    ...(contested === undefined ? {} : { isContested: contested === 'true' }),
  }
}

/** Where a page begins: `<seenAtMs>.<orderId>` of the last order of the page before. */
export function pageOf({ after, limit }: OrderQuery): OrderPage {
  const match = CURSOR.exec(after ?? '')
  if (match === null) return { limit }
  const [, seenAtMs = '', orderId = ''] = match
  return { limit, after: { seenAtMs: Number(seenAtMs), orderId } }
}
