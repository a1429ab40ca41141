import { assert } from '../assert.ts'
import type { DropId, ItemId, LeaseId, NodeId, OperatorId, TransferId } from '../id.ts'
import type { Slip } from '../journal/receipt.ts'
import { notSelling } from './admission.ts'
import type { Decision, Moment, StallCommand } from './command.ts'
import { refuses, says } from './decision.ts'
import { unsoldOf, type LeaseAccount, type StallState } from './state.ts'
import { findPool, isLeaseSelling } from './stock.ts'

/**
 * Units given to another node, without asking anybody above. The entry, with its proof, is the slip
 * that the other node takes them by. From here on they are the other's, used or not. [SL1]
 */
export interface LeaseHanded {
  readonly transferId: TransferId
  readonly leaseId: LeaseId
  readonly dropId: DropId
  readonly itemId: ItemId
  readonly quantity: number
  /** The lease's own end: handing units on never makes them last longer. */
  readonly sellUntilMs: number
  /** The one node and epoch that may take them. */
  readonly toNodeId: NodeId
  readonly toEpoch: number
  /** Who handed them over; `null` when no person did. */
  readonly operatorId: OperatorId | null
}

/**
 * Units taken by a slip: a lease whose id is the transfer's. The slip travels along, so that the
 * books can follow also when its giver's journal never arrives.
 */
export interface LeaseTaken {
  readonly leaseId: LeaseId
  readonly dropId: DropId
  readonly itemId: ItemId
  readonly quantity: number
  readonly sellUntilMs: number
  /** From receipt, by whichever clock is ahead. [L3] */
  readonly ttlMs: number
  readonly slip: Slip
  readonly operatorId: OperatorId | null
}

/** A slip after its proof was checked: what the giver journaled, and when by the giver's clock. */
export interface SlipProof {
  readonly handed: LeaseHanded
  readonly giverNodeId: NodeId
  readonly giverEpoch: number
  readonly handedAtMs: number
}

/** The lease that a transfer becomes at its taker. */
export function leaseOfTransfer(transferId: TransferId): LeaseId {
  return transferId as string as LeaseId
}

/**
 * Decide to hand unsold units to another node.
 *
 * - [SL1] Units leave the giver's account in the fact that the slip proves: durable before anybody
 *   sees the slip. The same transfer id is the same slip.
 * - [SL2] A slip is of one lease that may still be sold from, never of more than is unsold there.
 * - [SL6] Units that came by a slip are not handed on by another.
 */
export function handOver(
  state: StallState,
  command: Extract<StallCommand, { readonly type: 'hand_over' }>,
  moment: Moment,
): Decision {
  const { transferId, dropId, itemId, quantity, toNodeId, toEpoch, operatorId } = command
  const known = state.handed.get(transferId)?.handed
  if (known !== undefined) {
    const isSame =
      known.toNodeId === toNodeId && known.itemId === itemId && known.quantity === quantity
    return isSame ? DONE : refuses({ code: 'idempotency_key_reused' })
  }
  assert(Number.isSafeInteger(quantity) && quantity > 0, 'the border refuses such quantities')
  const reason = notSelling(state, moment)
  if (reason !== null) return refuses({ code: 'not_selling', reason })
  const leases = leasesWith(state, command, moment)
  const lease = longestOf(leases.filter(({ isBySlip }) => !isBySlip))
  if (lease === null) {
    return refuses({ code: leases.length > 0 ? 'units_handed_before' : 'units_short', dropId })
  }
  const { leaseId, sellUntilMs } = lease
  const body: LeaseHanded = {
    dropId,
    itemId,
    leaseId,
    operatorId,
    quantity,
    sellUntilMs,
    toEpoch,
    toNodeId,
    transferId,
  }
  return { events: [{ type: 'lease.handed', body }], answer: DONE.answer }
}

/** The leases that have enough and may be sold from. */
function leasesWith(
  state: StallState,
  { dropId, itemId, quantity }: Pick<LeaseHanded, 'dropId' | 'itemId' | 'quantity'>,
  moment: Moment,
): readonly LeaseAccount[] {
  const leases = findPool(state, dropId, itemId)?.leases ?? []
  return leases.filter((lease) => unsoldOf(lease) >= quantity && isLeaseSelling(lease, moment))
}

function longestOf(leases: readonly LeaseAccount[]): LeaseAccount | null {
  return leases.reduce<LeaseAccount | null>(
    (best, lease) => (lease.sellUntilMs > (best?.sellUntilMs ?? 0) ? lease : best),
    null,
  )
}

/**
 * Decide to take units by a slip whose proof the shell has checked.
 *
 * - [SL3] Only the named node and epoch takes it, once; taking it again is the same.
 * - [SL4] What was refused, or disclaimed to the parent, is never taken afterwards.
 */
export function takeSlip(
  state: StallState,
  command: Extract<StallCommand, { readonly type: 'take_slip' }>,
  moment: Moment,
): Decision {
  const { proof, slip, operatorId } = command
  const { handed, handedAtMs } = proof
  const { toNodeId, toEpoch, dropId, itemId, quantity, sellUntilMs } = handed
  if (!isMine(state, handed)) return refuses({ code: 'slip_foreign', toNodeId, toEpoch })
  const leaseId = leaseOfTransfer(handed.transferId)
  if (state.leases.has(leaseId)) return DONE
  if (state.disclaimed.has(leaseId)) return refuses({ code: 'slip_refused' })
  const reason = notSelling(state, moment)
  if (reason !== null) return refuses({ code: 'not_selling', reason })
  // Units must not last longer for having been handed on: the clock that is ahead counts, be it
  // this one, the giver's, or the parent's as far as it is known here.
  const ttlMs = sellUntilMs - Math.max(moment.atMs + state.behindParentMs, handedAtMs)
  if (ttlMs <= 0) return refuses({ code: 'slip_over', sellUntilMs })
  const body: LeaseTaken = {
    dropId,
    itemId,
    leaseId,
    operatorId,
    quantity,
    sellUntilMs,
    slip,
    ttlMs,
  }
  return { events: [{ type: 'lease.taken', body }], answer: DONE.answer }
}

/**
 * Decide not to take a slip, for good: the parent then has the units back.
 *
 * - [SL4] A transfer that was taken is given back by returning its units, not by refusing it.
 */
export function refuseSlip(
  state: StallState,
  { proof }: Extract<StallCommand, { readonly type: 'refuse_slip' }>,
): Decision {
  const { handed } = proof
  const { toNodeId, toEpoch } = handed
  if (!isMine(state, handed)) return refuses({ code: 'slip_foreign', toNodeId, toEpoch })
  const leaseId = leaseOfTransfer(handed.transferId)
  if (state.disclaimed.has(leaseId)) return DONE
  if (state.leases.has(leaseId)) return refuses({ code: 'slip_taken' })
  const body = { feedPosition: null, leaseId }
  return { events: [{ type: 'lease.disclaimed', body }], answer: DONE.answer }
}

function isMine(state: StallState, { toNodeId, toEpoch }: LeaseHanded): boolean {
  return toNodeId === state.nodeId && toEpoch === state.epoch
}

const DONE: Decision = says({ status: 'done' })
