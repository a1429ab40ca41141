import {
  type Allocation,
  assert,
  type CashCounted,
  type FeedDecision,
  type JournalEntry,
  type Mismatch,
  type NodeId,
  type OrderState,
  type ReleaseIndex,
  type RequestMade,
  type SlipProof,
  type StockCounted,
  type TipGiven,
  type WalletAsked,
  type WalletClosed,
} from '@nightmarket/kernel'

import type { NewRow, Row } from '../database/books-tables.ts'
import type { PaymentRow } from '../payment/payment-row.ts'
import type { PaymentArrival } from '../payment/request-payment.ts'
import type { ToldDecision } from './told-decisions.ts'

/** A lease as the books have it, and what this batch makes of it. */
export interface LeaseAccount {
  readonly row: Row<'lease'>
  sold: number
  returned: number
  recalled: number
  state: string
  /** Without what was handed on: what the lease still stands for. */
  granted: number
  handed: number
  writtenOff: number
  /** Made by this batch, of units that another node handed on. */
  readonly isNew: boolean
}

/** Units that moved from one node to another, and which journals have said so. */
export interface TransferAccount {
  readonly row: NewRow<'transfer'>
  readonly isNew: boolean
  readonly heard: { giver: boolean; taker: boolean }
}

/** What an operator asked for, with the entry that says so. */
export interface RequestArrival {
  readonly entry: JournalEntry
  readonly request: RequestMade
}

/** What a person counted, with the entry that says so. */
export type CountArrival =
  | { readonly type: 'cash'; readonly entry: JournalEntry; readonly count: CashCounted }
  | { readonly type: 'stock'; readonly entry: JournalEntry; readonly count: StockCounted }

/** An order that this batch touches: known before, or made by it. */
export interface OrderAccount {
  readonly row: NewRow<'sale_order'> & { readonly order_id: string }
  readonly isNew: boolean
  /** The state as its node has it after the entries so far. */
  nodeState: OrderState
  /** The key of the payment that counts now, as its node has it. */
  nodePayKey: string
  holdsUnits: boolean
  isDirty: boolean
}

/** A node's open orders whose payment was not checked before they were accepted. [O7] */
export interface DeferredCount {
  orders: number
  sumMinor: number
  readonly byBuyer: Map<string, number>
}

/** What the core does about a payment once the batch is written. */
export type PaymentTask =
  | { readonly type: 'request'; readonly arrival: PaymentArrival }
  | { readonly type: 'capture'; readonly payKey: string }
  | { readonly type: 'withdraw'; readonly payKey: string }
  | { readonly type: 'open_wallet'; readonly entry: JournalEntry; readonly wallet: WalletAsked }
  | { readonly type: 'tip'; readonly entry: JournalEntry; readonly tip: TipGiven }
  | { readonly type: 'close_wallet'; readonly entry: JournalEntry; readonly end: WalletClosed }

/** What the books know of everything that a batch names, read at once. */
export interface BatchKnowledge {
  readonly node: Row<'node'>
  readonly nowMs: number
  /** Also of other nodes, where units were handed on. */
  readonly leases: Map<string, LeaseAccount>
  readonly transfers: Map<string, TransferAccount>
  readonly orders: Map<string, OrderAccount>
  readonly payments: ReadonlyMap<string, PaymentRow>
  readonly releases: ReadonlyMap<string, ReleaseIndex>
  /** `<number>/<releaseId>` of every activation that was named. */
  readonly activations: ReadonlySet<string>
  /** The release that is active: it stands in for one that nobody knows. */
  readonly activeReleaseId: string | null
  /** What the node was told, by the feed positions that the batch names. */
  readonly told: ReadonlyMap<number, ToldDecision>
  readonly deferred: DeferredCount
}

/**
 * A journal's entries on their way into the books: folded in memory over what was read at once,
 * then written with few statements. The transaction around it is serializable, so that what was
 * read is what is written over; the guards stand in the statements all the same.
 */
export class Batch {
  readonly known: BatchKnowledge
  readonly newOrders: OrderAccount[] = []
  readonly newPayments = new Map<string, PaymentArrival>()
  readonly tasks: PaymentTask[] = []
  readonly mismatches: Mismatch[] = []
  readonly decisions: FeedDecision[] = []
  readonly requests: RequestArrival[] = []
  readonly counts: CountArrival[] = []
  /** The node's last word in this batch about itself. */
  isClosing = false

  constructor(known: BatchKnowledge) {
    this.known = known
  }

  get nodeId(): NodeId {
    return this.known.node.node_id as NodeId
  }

  /** A lease of this node in this epoch; `null` for somebody else's, or nobody's. */
  findLease(leaseId: string): LeaseAccount | null {
    const lease = this.known.leases.get(leaseId)
    const { node_id, epoch } = this.known.node
    return lease?.row.node_id === node_id && lease.row.epoch === epoch ? lease : null
  }

  /** Whether what the books have is of this node in this epoch. */
  isOwn(row: { readonly node_id: string; readonly epoch: number }): boolean {
    const { node_id, epoch } = this.known.node
    return row.node_id === node_id && row.epoch === epoch
  }

  /** Take a transfer into the batch, as one of its sides has told it. */
  addTransfer({ handed, giverNodeId, giverEpoch }: SlipProof, side: 'giver' | 'taker'): void {
    const row = {
      transfer_id: handed.transferId,
      lease_id: handed.leaseId,
      from_node_id: giverNodeId,
      from_epoch: giverEpoch,
      to_node_id: handed.toNodeId,
      to_epoch: handed.toEpoch,
      drop_id: handed.dropId,
      item_id: handed.itemId,
      quantity: handed.quantity,
      giver_heard: 0,
      taker_heard: 0,
      booked_at_ms: this.known.nowMs,
    }
    const heard = { giver: side === 'giver', taker: side === 'taker' }
    this.known.transfers.set(handed.transferId, { row, isNew: true, heard })
  }

  /** Take an order into the batch. */
  addOrder(row: OrderAccount['row'], isHolding: boolean): void {
    assert(!this.known.orders.has(row.order_id), 'an order is taken once')
    const account: OrderAccount = {
      row,
      isNew: true,
      nodeState: row.node_state as OrderState,
      nodePayKey: row.pay_key,
      holdsUnits: isHolding,
      isDirty: false,
    }
    this.known.orders.set(row.order_id, account)
    this.newOrders.push(account)
  }

  /** Whether a pay key is in the books, or asked for by an earlier entry of this batch. */
  isPayKeyTaken(payKey: string): boolean {
    return this.known.payments.has(payKey) || this.newPayments.has(payKey)
  }

  /** Ask for a payment. A key that the books know, by its charge, is looked at again. */
  requestPayment(arrival: PaymentArrival): void {
    if (this.known.payments.has(arrival.payKey)) this.tasks.push({ type: 'request', arrival })
    else this.newPayments.set(arrival.payKey, arrival)
  }
}

/** Units of a lease that are neither sold, back, nor given up. */
export function unsoldOf({ granted, sold, returned, writtenOff }: LeaseAccount): number {
  return granted - sold - returned - writtenOff
}

/** The units of an order that is over are unsold again in their leases. */
export function giveUnitsBack(batch: Batch, order: OrderAccount): void {
  order.holdsUnits = false
  order.isDirty = true
  const allocations = JSON.parse(order.row.allocations) as readonly Allocation[]
  for (const { leaseId, quantity } of allocations) {
    const lease = batch.known.leases.get(leaseId)
    assert(lease !== undefined && lease.sold >= quantity, 'an order gives back what it holds')
    lease.sold -= quantity
  }
}

/** A lease as it was read. */
export function leaseAccount(row: Row<'lease'>): LeaseAccount {
  const { sold, returned, recalled, state, granted, handed, written_off: writtenOff } = row
  const units = { granted, handed, sold, returned, recalled, writtenOff }
  return { row, state, isNew: false, ...units }
}

/** A lease that this batch makes. */
export function newLeaseAccount(row: Row<'lease'>): LeaseAccount {
  return { ...leaseAccount(row), isNew: true }
}
