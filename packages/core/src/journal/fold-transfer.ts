import {
  type Allocation,
  type JournalEntry,
  type LeaseHanded,
  leaseOfTransfer,
  type LeaseTaken,
  ORDER_KEEPS_UNITS,
  type OrderState,
  type SlipProof,
  verifySlip,
} from '@nightmarket/kernel'

import { type Batch, giveUnitsBack, type LeaseAccount, newLeaseAccount, unsoldOf } from './batch.ts'
import type { FoldTools } from './fold-tools.ts'

/** Why units did not move. */
export type TransferPoison =
  | 'lease_foreign'
  | 'lease_overdrawn'
  | 'slip_invalid'
  | 'transfer_reused'

/**
 * Units that a node says it handed on. [TR1]
 *
 * - [TR1] A transfer is booked once, from whichever journal comes first: the giver's lease stands
 *   for fewer units, and the taker has a lease of its own.
 */
export function foldHanded(
  batch: Batch,
  entry: JournalEntry,
  handed: LeaseHanded,
): TransferPoison | null {
  const { nodeId: giverNodeId, epoch: giverEpoch, atMs: handedAtMs } = entry
  const proof = { handed, giverNodeId, giverEpoch, handedAtMs }
  return book(batch, proof, 'giver')
}

/**
 * Units that a node says it took by a slip. [TR2]
 *
 * - [TR2] The slip's proof is checked again: what a node of this market signed moves the units also
 *   when the giver's journal never arrives, was quarantined, or its units were written off.
 */
export function foldTaken(
  batch: Batch,
  entry: JournalEntry,
  taken: LeaseTaken,
  tools: FoldTools,
): TransferPoison | null {
  const verified = verifySlip(taken.slip, tools.marketPublicKey, tools)
  if (!verified.ok || !isOfSlip(entry, taken, verified.value)) return 'slip_invalid'
  const poison = book(batch, verified.value, 'taker')
  if (poison !== null) return poison
  const lease = batch.findLease(taken.leaseId)
  if (lease === null || lease.state === 'disclaimed') return 'lease_foreign'
  if (lease.state === 'granted') lease.state = 'received'
  return null
}

function isOfSlip(entry: JournalEntry, taken: LeaseTaken, { handed }: SlipProof): boolean {
  return (
    handed.toNodeId === entry.nodeId &&
    handed.toEpoch === entry.epoch &&
    leaseOfTransfer(handed.transferId) === taken.leaseId &&
    handed.quantity === taken.quantity &&
    handed.itemId === taken.itemId &&
    handed.dropId === taken.dropId &&
    handed.sellUntilMs === taken.sellUntilMs
  )
}

function book(batch: Batch, proof: SlipProof, side: 'giver' | 'taker'): TransferPoison | null {
  const { handed, giverNodeId, giverEpoch } = proof
  const known = batch.known.transfers.get(handed.transferId)
  if (known !== undefined) {
    const { row } = known
    const isSame =
      row.from_node_id === giverNodeId &&
      row.from_epoch === giverEpoch &&
      row.lease_id === handed.leaseId &&
      row.to_node_id === handed.toNodeId &&
      row.to_epoch === handed.toEpoch &&
      row.quantity === handed.quantity
    if (!isSame) return 'transfer_reused'
    known.heard[side] = true
    return null
  }
  const lease = batch.known.leases.get(handed.leaseId)
  if (lease === undefined || !isOfGiver(lease, proof)) return 'lease_foreign'
  if (batch.known.leases.has(handed.transferId)) return 'transfer_reused'
  if (side === 'taker') takeBackEnded(batch, lease, handed.quantity)
  if (!takeOut(lease, handed.quantity)) return 'lease_overdrawn'
  batch.addTransfer(proof, side)
  const row = leaseRowOf(lease, proof, batch.known.nowMs)
  batch.known.leases.set(handed.transferId, newLeaseAccount(row))
  return null
}

/**
 * What a giver handed on may have come back to it from orders that the core ended. It wrote that
 * down before the slip, but the taker's journal is here first.
 */
function takeBackEnded(batch: Batch, lease: LeaseAccount, quantity: number): void {
  for (const order of batch.known.orders.values()) {
    if (unsoldOf(lease) >= quantity) return
    const { row, holdsUnits } = order
    const isOver = !ORDER_KEEPS_UNITS[row.state as OrderState] && row.fulfilled_at_ms === null
    const isGivers = row.node_id === lease.row.node_id && row.epoch === lease.row.epoch
    const allocations = JSON.parse(row.allocations) as readonly Allocation[]
    const isOfLease = allocations.some(({ leaseId }) => leaseId === lease.row.lease_id)
    if (isOver && isGivers && isOfLease && holdsUnits) giveUnitsBack(batch, order)
  }
}

function isOfGiver({ row }: LeaseAccount, { handed, giverNodeId, giverEpoch }: SlipProof): boolean {
  return (
    row.node_id === giverNodeId &&
    row.epoch === giverEpoch &&
    row.item_id === handed.itemId &&
    row.drop_id === handed.dropId &&
    row.sell_until_ms === handed.sellUntilMs
  )
}

/**
 * Take units out of the giver's lease. Of a lease that was written off the slip shows where the
 * units went: they are in stock again, at their taker.
 */
function takeOut(lease: LeaseAccount, quantity: number): boolean {
  const fromWrittenOff = Math.max(0, quantity - unsoldOf(lease))
  if (fromWrittenOff > lease.writtenOff) return false
  lease.writtenOff -= fromWrittenOff
  lease.granted -= quantity
  lease.handed += quantity
  return true
}

function leaseRowOf({ row }: LeaseAccount, { handed }: SlipProof, nowMs: number) {
  return {
    lease_id: leaseOfTransfer(handed.transferId),
    node_id: handed.toNodeId,
    epoch: handed.toEpoch,
    drop_id: row.drop_id,
    item_id: row.item_id,
    granted: handed.quantity,
    sold: 0,
    returned: 0,
    written_off: 0,
    recalled: 0,
    handed: 0,
    sell_until_ms: row.sell_until_ms,
    granted_at_ms: nowMs,
    queried_at_ms: null,
    state: 'granted',
  }
}
