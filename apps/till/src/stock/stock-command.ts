import {
  verifySlip,
  type CashCounted,
  type CountId,
  type ItemId,
  type OperatorId,
  type Slip,
  type SlipProof,
  type StallAnswer,
  type TransferId,
} from '@nightmarket/kernel'
import { newId, sha256, verifySignature } from '@nightmarket/stall/browser'
import type { HandableLine } from '@nightmarket/ui/till'

import type { Till } from '../till.ts'
import { tryCommand } from '../try-command.ts'
import type { TakingTill } from './slip-code.ts'

/** Put on record how many units of each item were counted, by whom and why. */
export async function countGoods(
  till: Till,
  counted: ReadonlyMap<ItemId, number>,
  operatorId: OperatorId,
  why: string,
): Promise<StallAnswer> {
  let answer: StallAnswer = { status: 'done' }
  for (const [itemId, quantity] of counted) {
    const count = { countId: newId() as CountId, itemId, quantity, operatorId, why }
    answer = await tryCommand(till, { type: 'count_stock', count })
    if (answer.status === 'rejected') return answer
  }
  return answer
}

/** Put on record what is in the drawer, or what was put in or taken out. */
export function countDrawer(
  till: Till,
  kind: CashCounted['kind'],
  amountMinor: number,
  operatorId: OperatorId,
  why: string,
): Promise<StallAnswer> {
  const count = { countId: newId() as CountId, kind, amountMinor, operatorId, why }
  return tryCommand(till, { type: 'count_cash', count })
}

/** What is to be handed to whom, named once, so that a second tap makes no second slip. */
export interface HandoverWish {
  readonly transferId: TransferId
  readonly line: HandableLine
  readonly quantity: number
  readonly to: TakingTill
}

/** Begin to hand units to another till. */
export function wishToHand(line: HandableLine, quantity: number, to: TakingTill): HandoverWish {
  return { transferId: newId() as TransferId, line, quantity, to }
}

/** Hand units over; the slip that the other till takes them by leaves only when it is on disk. */
export async function handUnits(
  till: Till,
  { transferId, line, quantity, to }: HandoverWish,
  operatorId: OperatorId,
): Promise<Slip | { readonly code: string }> {
  const { dropId, itemId } = line
  const { nodeId: toNodeId, epoch: toEpoch } = to
  const what = { transferId, dropId, itemId, quantity, toNodeId, toEpoch, operatorId }
  const answer = await tryCommand(till, { type: 'hand_over', ...what })
  if (answer.status === 'rejected') return answer.rejection
  return (await till.stall.slip(transferId)) ?? { code: 'transfer_unknown' }
}

/** A slip whose proof was checked here, without asking anybody. */
export type CheckedSlip = SlipProof & { readonly slip: Slip }

/** Check a slip with the market's key; `null` when it proves nothing. */
export function checkSlip({ enrolment }: Till, slip: unknown): CheckedSlip | null {
  const check = { digest: sha256, verify: verifySignature }
  const proof = verifySlip(slip, enrolment.marketPublicKey, check)
  return proof.ok ? proof.value : null
}

/** Take the units of a slip. Taking it again is the same. */
export function takeUnits(
  till: Till,
  { slip, ...proof }: CheckedSlip,
  operatorId: OperatorId,
): Promise<StallAnswer> {
  return tryCommand(till, { type: 'take_slip', proof, slip, operatorId })
}

/** Refuse a slip for good: its units go back to the market. */
export function refuseUnits(till: Till, proof: CheckedSlip): Promise<StallAnswer> {
  return tryCommand(till, { type: 'refuse_slip', proof })
}

/** Give everything that is unsold back to the market. */
export function returnEverything(till: Till): Promise<StallAnswer> {
  return tryCommand(till, { type: 'return_units', leaseId: null })
}

/** The last word of the night: units go back, and nothing is sold any more under this enrolment. */
export async function closeForTheNight(till: Till): Promise<StallAnswer> {
  const returned = await returnEverything(till)
  if (returned.status === 'rejected') return returned
  return tryCommand(till, { type: 'freeze', reason: 'closed' })
}
