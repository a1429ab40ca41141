import { parseId } from '../id.ts'
import type { OrderAccepted, OrderLine } from '../stall/event.ts'
import { isCount, isMembers, type FieldChecks } from './fields.ts'

/** What a receipt proves of an order: who, what, for how much. */
export type ReceiptOrder = Pick<
  OrderAccepted,
  'orderId' | 'buyerId' | 'dropId' | 'lines' | 'totalMinor' | 'currency' | 'state'
>

const LINE_CHECKS: FieldChecks<OrderLine> = {
  variantId: (value) => parseId(value).ok,
  quantity: (value) => isCount(value) && value > 0,
  unitPriceMinor: isCount,
}

const ORDER_CHECKS: FieldChecks<ReceiptOrder> = {
  orderId: (value) => parseId(value).ok,
  buyerId: (value) => parseId(value).ok,
  dropId: (value) => parseId(value).ok,
  lines: (value) => Array.isArray(value) && value.length > 0 && value.every(isLine),
  totalMinor: isCount,
  currency: (value) => typeof value === 'string' && /^[A-Z]{3}$/.test(value),
  state: (value) => value === 'deferred' || value === 'authorized' || value === 'captured',
}

function isLine(value: unknown): boolean {
  return isMembers(value) && failingField(value, LINE_CHECKS) === null
}

/** Like `findFieldInvalid`, but a later release of a node may journal more than a reader knows. */
function failingField<T>(members: object, checks: FieldChecks<T>): string | null {
  const values = members as { readonly [Field in keyof T]: unknown }
  for (const field in checks) if (!checks[field](values[field])) return field
  return null
}

/** The member of an `order.accepted` body that a receipt cannot be read from, or `null`. */
export function findOrderFieldInvalid(body: unknown): string | null {
  return isMembers(body) ? failingField(body, ORDER_CHECKS) : 'body'
}

/** The part of a checked body that a receipt vouches for. */
export function bodyToOrder(body: unknown): ReceiptOrder {
  const { orderId, buyerId, dropId, lines, totalMinor, currency, state } = body as OrderAccepted
  return { orderId, buyerId, dropId, lines, totalMinor, currency, state }
}
