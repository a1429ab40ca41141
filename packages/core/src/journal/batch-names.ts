import type { CheckedEntry } from '@nightmarket/sync'
import { openEntry, type Json, type OrderAccepted } from '@nightmarket/kernel'

/** Everything that a batch of entries names, so that it is read with few statements. */
export interface BatchNames {
  readonly leaseIds: ReadonlySet<string>
  /** Units that moved between nodes; each is a lease of its taker too. */
  readonly transferIds: ReadonlySet<string>
  /** Leases of other nodes that slips of the batch took units out of. */
  readonly slipLeaseIds: ReadonlySet<string>
  readonly orderIds: ReadonlySet<string>
  readonly payKeys: ReadonlySet<string>
  /** Of orders that were accepted before their payment. */
  readonly buyerIds: ReadonlySet<string>
  readonly releaseIds: ReadonlySet<string>
  /** Where the feed told what the node says it followed. */
  readonly feedPositions: ReadonlySet<number>
  readonly hasDeferred: boolean
  /** Whether an order may end, so that its units go back to leases that no entry names. */
  readonly hasEndings: boolean
}

/** Entries that follow from what the core decided, and are checked against it. */
const FOLLOWED: ReadonlySet<string> = new Set(['lease.returned', 'payment.settled', 'order.moved'])

type Members = Readonly<Record<string, Json | undefined>>

/** Collect the names. Bodies are not checked yet: what is no text names nothing. */
export function collectNames(entries: readonly CheckedEntry[]): BatchNames {
  const collector = new Collector()
  for (const { entry } of entries) collector.collect(entry.type, entry.body)
  return collector
}

class Collector implements BatchNames {
  readonly leaseIds = new Set<string>()
  readonly transferIds = new Set<string>()
  readonly slipLeaseIds = new Set<string>()
  readonly orderIds = new Set<string>()
  readonly payKeys = new Set<string>()
  readonly buyerIds = new Set<string>()
  readonly releaseIds = new Set<string>()
  readonly feedPositions = new Set<number>()
  hasDeferred = false
  hasEndings = false

  collect(type: string, value: Json): void {
    const body = membersOf(value)
    add(this.leaseIds, body['leaseId'])
    add(this.orderIds, body['orderId'])
    add(this.releaseIds, body['releaseId'])
    add(this.releaseIds, membersOf(body['pin'])['releaseId'])
    const paying = membersOf(body['paying'])
    add(this.orderIds, paying['orderId'])
    add(this.payKeys, membersOf(body['payment'])['payKey'])
    add(this.payKeys, membersOf(paying['payment'])['payKey'])
    if (type === 'lease.handed') this.#collectTransfer(body)
    if (type === 'lease.taken') this.#collectSlip(body)
    const allocations = body['allocations']
    if (Array.isArray(allocations)) {
      for (const allocation of allocations) add(this.leaseIds, membersOf(allocation)['leaseId'])
    }
    const position = body['feedPosition']
    const isTold = FOLLOWED.has(type) && Number.isSafeInteger(position)
    if (isTold) this.feedPositions.add(Number(position))
    this.hasEndings ||= type === 'order.moved' || body['outcome'] === 'voided'
    if (body['state'] !== ('deferred' satisfies OrderAccepted['state'])) return
    this.hasDeferred = true
    add(this.buyerIds, body['buyerId'])
  }

  #collectTransfer(handed: Members): void {
    add(this.leaseIds, handed['leaseId'])
    add(this.leaseIds, handed['transferId'])
    add(this.transferIds, handed['transferId'])
  }

  /** What the slip proves is checked later; what it names is read now. */
  #collectSlip(body: Members): void {
    const text = membersOf(body['slip'])['entry']
    const opened = typeof text === 'string' ? openEntry(text) : null
    if (opened?.ok !== true) return
    const handed = membersOf(opened.value.body)
    this.#collectTransfer(handed)
    add(this.slipLeaseIds, handed['leaseId'])
  }
}

function membersOf(value: Json | undefined): Members {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isRecord ? (value as Members) : {}
}

function add(names: Set<string>, value: Json | undefined): void {
  if (typeof value === 'string') names.add(value)
}
