import type { NodeId, OrderId } from '../id.ts'
import type { Json } from '../journal/entry.ts'

/** From the moment the core could see a mismatch to a person's screen, at the latest. [R3] */
export const FLAG_WITHIN_MS = 30 * 60_000

/** From the moment the core could see a mismatch to its end, by a machine or a person. [R3] */
export const END_WITHIN_MS = 60 * 60_000

/** How long a bank usually lets a seller answer a dispute. */
const DISPUTE_ANSWER_MS = 7 * 24 * 3_600_000

/** Every way in which journal, processor and stock can disagree. */
export type MismatchKind =
  | 'charge_without_order'
  | 'order_without_charge'
  | 'amount_differs'
  | 'captured_twice'
  | 'units_oversold'
  | 'unknown_outcome'
  | 'poisoned_entry'
  | 'refund_failed'
  | 'late_capture'
  | 'disputed'
  | 'customer_limit_exceeded'
  | 'forked_journal'
  | 'lost_node'
  | 'drawer_differs'
  | 'count_differs'

/** Whose screen it is on. */
export type MismatchOwner = 'operator' | 'treasurer' | 'engineer'

/** The one thing to do about it. The first three are done by the core, the others by a person. */
export type MismatchAction =
  | 'refund'
  | 'void'
  | 'look_up'
  | 'wait_for_node'
  | 'inspect_charge'
  | 'compare_amounts'
  | 'rescue_order'
  | 'inspect_entry'
  | 'refund_again'
  | 'pay_out_cash'
  | 'answer_dispute'
  | 'review_buyer'
  | 'inspect_node'
  | 'find_node'
  | 'count_drawer'
  | 'count_units'

/** A disagreement: what about, whose, until when, and the one thing to do. */
export interface Mismatch {
  readonly kind: MismatchKind
  /** What it is about: with the kind it is the mismatch's identity. */
  readonly subject: string
  readonly orderId: OrderId | null
  readonly nodeId: NodeId | null
  readonly detail: { readonly [key: string]: Json }
  readonly owner: MismatchOwner
  readonly action: MismatchAction
  readonly deadlineAtMs: number
}

interface MismatchRule {
  readonly owner: MismatchOwner
  readonly action: MismatchAction
  readonly withinMs: number
}

/** [RM1] Each kind's owner, suggested action and time to its end. */
export const MISMATCH_RULES = {
  charge_without_order: { owner: 'treasurer', action: 'refund', withinMs: END_WITHIN_MS },
  order_without_charge: { owner: 'treasurer', action: 'look_up', withinMs: END_WITHIN_MS },
  amount_differs: { owner: 'treasurer', action: 'compare_amounts', withinMs: END_WITHIN_MS },
  captured_twice: { owner: 'treasurer', action: 'refund', withinMs: 0 },
  units_oversold: { owner: 'operator', action: 'rescue_order', withinMs: END_WITHIN_MS },
  unknown_outcome: { owner: 'operator', action: 'look_up', withinMs: END_WITHIN_MS },
  poisoned_entry: { owner: 'engineer', action: 'inspect_entry', withinMs: END_WITHIN_MS },
  refund_failed: { owner: 'treasurer', action: 'refund_again', withinMs: END_WITHIN_MS },
  late_capture: { owner: 'treasurer', action: 'refund', withinMs: 0 },
  disputed: { owner: 'treasurer', action: 'answer_dispute', withinMs: DISPUTE_ANSWER_MS },
  customer_limit_exceeded: { owner: 'operator', action: 'review_buyer', withinMs: END_WITHIN_MS },
  forked_journal: { owner: 'engineer', action: 'inspect_node', withinMs: END_WITHIN_MS },
  drawer_differs: { owner: 'treasurer', action: 'count_drawer', withinMs: END_WITHIN_MS },
  count_differs: { owner: 'operator', action: 'count_units', withinMs: END_WITHIN_MS },
  lost_node: { owner: 'operator', action: 'find_node', withinMs: END_WITHIN_MS },
} as const satisfies Record<MismatchKind, MismatchRule>

/** Make a mismatch by its kind's rule. `sinceMs` is when the core could see it. */
export function createMismatch(
  kind: MismatchKind,
  sinceMs: number,
  about: Pick<Mismatch, 'subject' | 'orderId' | 'nodeId' | 'detail'> & {
    readonly action?: MismatchAction
  },
): Mismatch {
  const { owner, action, withinMs } = MISMATCH_RULES[kind]
  return { kind, owner, action, deadlineAtMs: sinceMs + withinMs, ...about }
}

/** The identity under which the books keep it: the same disagreement is one row. */
export function mismatchIdOf(mismatch: Pick<Mismatch, 'kind' | 'subject'>): string {
  return `${mismatch.kind}:${mismatch.subject}`
}
