import type {
  OperatorId,
  OrderRecord,
  PayKey,
  RequestId,
  RequestKind,
  StallAnswer,
} from '@nightmarket/kernel'
import { newId } from '@nightmarket/stall/browser'
import type { Remedy } from '@nightmarket/ui/till'

import type { Till } from '../till.ts'
import { tryCommand } from '../try-command.ts'

/**
 * A remedy that somebody began: named once, so that a second tap is the same one. Who and why come
 * with the tap that does it.
 */
export interface RemedyBegun {
  readonly remedy: Remedy
  readonly record: OrderRecord
  readonly requestId: RequestId
  readonly payKey: PayKey
}

/** Begin a remedy for a sale. Nothing is written before it is done. */
export function beginRemedy(remedy: Remedy, record: OrderRecord): RemedyBegun {
  return { remedy, record, requestId: newId() as RequestId, payKey: newId() as PayKey }
}

/** What each remedy asks of the core. */
const KINDS = {
  pay_back: 'refund',
  refund: 'refund',
  voucher: 'voucher',
  release: 'release',
} as const satisfies Record<AskedRemedy, RequestKind>

/** A remedy that asks the core for something; `pay_again` asks nothing, it pays. */
export type AskedRemedy = Exclude<Remedy, 'pay_again'>

/** Do it: on disk, with who and why, when this resolves. What only the core decides is queued. */
export async function carryOutRemedy(
  till: Till,
  remedy: AskedRemedy,
  { record, requestId }: RemedyBegun,
  operatorId: OperatorId,
  why: string,
): Promise<StallAnswer> {
  const { orderId } = record.order
  const isPaidOut = remedy === 'pay_back'
  const what = { requestId, orderId, kind: KINDS[remedy], amountMinor: null, isPaidOut }
  return tryCommand(till, { type: 'make_request', request: { ...what, operatorId, why } })
}
