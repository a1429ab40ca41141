import {
  AMOUNT_MINOR_MAX,
  err,
  isCurrency,
  isHash,
  type JournalEntry,
  ok,
  ORDER_TRANSITIONS,
  parseId,
  type Result,
  type StallEvent,
} from '@nightmarket/kernel'

/** Why an entry says nothing that the books understand. It stays in the log. [S2] */
export type EventFlaw = 'type_unknown' | 'body_malformed'

type Check = (value: unknown) => boolean

const QUANTITY_MAX = 1_000_000
const LIST_MAX = 1_000
const TEXT_MAX = 256

const isId: Check = (value) => parseId(value).ok
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const isAmount: Check = (value) => isCount(value) && Number(value) <= AMOUNT_MINOR_MAX
const isQuantity: Check = (value) =>
  isCount(value) && Number(value) >= 1 && Number(value) <= QUANTITY_MAX
const isReference: Check = (value) => typeof value === 'string' && value.length <= TEXT_MAX

const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)

const oneOf = (...texts: readonly string[]): Check => {
  const known: ReadonlySet<unknown> = new Set(texts)
  return (value) => known.has(value)
}

const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length >= 1 && value.length <= LIST_MAX && value.every(check)

/** Checks the members it names; others say nothing to the books. */
const record = (checks: Readonly<Record<string, Check>>): Check => {
  const members = Object.entries(checks)
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const found = value as Readonly<Record<string, unknown>>
    return members.every(([name, check]) => check(found[name]))
  }
}

const position = { feedPosition: isCount }

const isPayment = record({
  payKey: isId,
  method: oneOf('card', 'cash', 'voucher', 'wallet'),
  reference: orNull(isReference),
  amountMinor: isAmount,
})

const isPin = record({
  releaseId: isId,
  releaseNumber: isCount,
  offerId: orNull(isId),
  offerHash: orNull(isHash),
})

const intent = {
  buyerId: isId,
  dropId: isId,
  lines: listOf(record({ variantId: isId, quantity: isQuantity, unitPriceMinor: isAmount })),
  totalMinor: isAmount,
  currency: isCurrency,
  pin: isPin,
  tokenId: isId,
  requestHash: isHash,
}

const allocated = {
  ...intent,
  allocations: listOf(record({ leaseId: isId, itemId: isId, quantity: isQuantity })),
}

const isHold = record({
  ...allocated,
  holdId: isId,
  expiresAtMs: isCount,
  paying: orNull(record({ orderId: isId, payment: isPayment })),
  ticketId: orNull(isId),
})

const isOrder = record({
  ...allocated,
  orderId: isId,
  holdId: orNull(isId),
  payment: isPayment,
  state: oneOf('deferred', 'authorized', 'captured'),
})

const isMove = oneOf(...Object.values(ORDER_TRANSITIONS).flatMap((moves) => Object.keys(moves)))

/** Units of one item in one drop, until when. */
const units = { dropId: isId, itemId: isId, quantity: isQuantity, sellUntilMs: isCount }

/** Who said it, and why. */
const said = { operatorId: isId, why: isReference }

const BODIES: Readonly<Record<StallEvent['type'], Check>> = {
  'release.applied': record({ ...position, number: isCount, releaseId: isId }),
  'lease.received': record({
    ...position,
    leaseId: isId,
    dropId: isId,
    itemId: isId,
    quantity: isQuantity,
  }),
  'lease.returned': record({
    leaseId: isId,
    quantity: isCount,
    feedPosition: orNull(isCount),
  }),
  'lease.disclaimed': record({ leaseId: isId, feedPosition: orNull(isCount) }),
  'lease.handed': record({
    ...units,
    transferId: isId,
    leaseId: isId,
    toNodeId: isId,
    toEpoch: isQuantity,
    operatorId: orNull(isId),
  }),
  'lease.taken': record({ ...units, leaseId: isId, slip: record({}), operatorId: orNull(isId) }),
  'request.made': record({
    requestId: isId,
    orderId: isId,
    kind: oneOf('refund', 'voucher', 'release'),
    amountMinor: orNull(isAmount),
    isPaidOut: (value) => typeof value === 'boolean',
    ...said,
  }),
  'request.decided': record({ ...position, requestId: isId }),
  'cash.counted': record({
    countId: isId,
    kind: oneOf('opening', 'count', 'in', 'out'),
    amountMinor: isAmount,
    expectedMinor: (value) => Number.isSafeInteger(value),
    currency: isCurrency,
    ...said,
  }),
  'stock.counted': record({
    countId: isId,
    itemId: isId,
    quantity: isCount,
    expectedQuantity: isCount,
    ...said,
  }),
  'wallet.asked': record({
    walletId: isId,
    buyerId: isId,
    releaseId: isId,
    currency: isCurrency,
    endsAtMs: isCount,
    payment: isPayment,
  }),
  'tip.given': record({ tipId: isId, walletId: isId, amountMinor: isAmount }),
  'wallet.closed': record({ walletId: isId, spentMinor: isAmount }),
  'pool.reported': record({ ...position, dropId: isId, itemId: isId }),
  'hold.taken': isHold,
  'hold.ended': record({ holdId: isId }),
  'ticket.joined': record({ ticketId: isId }),
  'ticket.left': record({ ticketId: isId }),
  'order.accepted': isOrder,
  'payment.requested': record({ orderId: isId, payment: isPayment }),
  'payment.settled': record({
    ...position,
    orderId: isId,
    payKey: isId,
    outcome: oneOf('authorized', 'captured', 'declined', 'unknown', 'voided'),
  }),
  'order.moved': record({ ...position, orderId: isId, move: isMove }),
  'clock.doubted': record({ expectedAtMs: isCount }),
  'clock.confirmed': record({ parentTimeMs: isCount }),
  'stall.frozen': record({ reason: oneOf('revoked', 'quarantined', 'closed') }),
}

/** Turn a checked entry's content into an event, or say why the books do not understand it. */
export function parseEvent(entry: JournalEntry): Result<StallEvent, EventFlaw> {
  const check = Object.hasOwn(BODIES, entry.type) ? BODIES[entry.type as StallEvent['type']] : null
  if (check === null) return err('type_unknown')
  if (!check(entry.body)) return err('body_malformed')
  return ok({ type: entry.type, body: entry.body } as unknown as StallEvent)
}
