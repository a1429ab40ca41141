import {
  unreachable,
  type OrderId,
  type OrderRecord,
  type RequestRecord,
} from '@nightmarket/kernel'

/** How far a till's journal is known above: what arrived, and what its answer was read for. */
export interface Heard {
  /** The last entry that is durable at the parent. */
  readonly acknowledged: number
  /** The last entry whose decisions were all read here. */
  readonly heardThrough: number
}

/**
 * What became of a sale, as far as it is known here.
 *
 * `unsent` is on this till alone; `checking` waits for the books, or for the payment; `kept` is
 * booked with its money; `rescue` needs somebody; the others are ends.
 */
export type Verdict =
  | 'unsent'
  | 'checking'
  | 'kept'
  | 'rescue'
  | 'refunding'
  | 'refunded'
  | 'vouchered'
  | 'given_up'
  | 'disputed'
  | 'voided'

/** Every verdict, in the order in which people want to know of them. */
export const VERDICTS: readonly Verdict[] = [
  'rescue',
  'disputed',
  'refunding',
  'unsent',
  'checking',
  'kept',
  'refunded',
  'vouchered',
  'given_up',
  'voided',
]

/** The last thing that was asked of the core about an order; `null` for none. */
export function lastRequestOf(
  requests: Iterable<RequestRecord>,
  orderId: OrderId,
): RequestRecord | null {
  let last: RequestRecord | null = null
  for (const record of requests) if (record.request.orderId === orderId) last = record
  return last
}

/** The verdict on one sale. [TV20] */
export function verdictOf(
  record: OrderRecord,
  heard: Heard,
  requests: Iterable<RequestRecord>,
): Verdict {
  switch (record.state) {
    case 'accepted':
    case 'deferred':
    case 'unknown':
    case 'authorized':
    case 'captured':
    case 'fulfilled':
      return keptOrOnItsWay(record, heard)
    case 'rescue':
      return 'rescue'
    case 'released':
      return hasVoucher(record, requests) ? 'vouchered' : 'given_up'
    case 'refund_due':
      return 'refunding'
    case 'refunded':
    case 'disputed':
    case 'voided':
      return record.state
    default:
      return unreachable(record.state)
  }
}

function keptOrOnItsWay({ sequence, state }: OrderRecord, heard: Heard): Verdict {
  if (sequence > heard.acknowledged) return 'unsent'
  const isPaid = state === 'captured' || state === 'fulfilled'
  return isPaid && sequence <= heard.heardThrough ? 'kept' : 'checking'
}

function hasVoucher({ order }: OrderRecord, requests: Iterable<RequestRecord>): boolean {
  for (const { request, verdict } of requests) {
    const isOurs = request.orderId === order.orderId && request.kind === 'voucher'
    if (isOurs && verdict?.verdict === 'done') return true
  }
  return false
}

/** How many sales have one verdict, and what they come to. */
export interface VerdictSum {
  readonly verdict: Verdict
  readonly sales: number
  readonly totalMinor: number
}

/** Sales by verdict, those that need somebody first; verdicts without sales are left out. [TV21] */
export function sumVerdicts(
  sales: Iterable<{ readonly verdict: Verdict; readonly totalMinor: number }>,
): readonly VerdictSum[] {
  const sums = new Map<Verdict, { sales: number; totalMinor: number }>()
  for (const { verdict, totalMinor } of sales) {
    const sum = sums.get(verdict) ?? { sales: 0, totalMinor: 0 }
    sums.set(verdict, { sales: sum.sales + 1, totalMinor: sum.totalMinor + totalMinor })
  }
  return VERDICTS.flatMap((verdict) => {
    const sum = sums.get(verdict)
    return sum === undefined ? [] : [{ verdict, ...sum }]
  })
}
