import { assert } from '@nightmarket/kernel'

import type { FeeRule } from '../stripe/fee.ts'
import {
  isActive,
  throwDice,
  type Fault,
  type FaultKind,
  type FaultSpec,
  type Operation,
} from './fault.ts'
import type {
  BalanceTransactionObject,
  ChargeObject,
  CustomerObject,
  Delivery,
  DisputeObject,
  EndpointObject,
  EventObject,
  IntentObject,
  KeptMethodObject,
  RefundObject,
  RefundTimer,
  SetupIntentObject,
  StoredAnswer,
} from './object.ts'
import type { SandboxStore } from './store.ts'
import { Table, type Item, type StoredRow } from './table.ts'

/** How long an idempotency key is remembered: as long as Stripe does. */
export const KEY_LIFE_MS = 24 * 60 * 60 * 1_000

/** How many events are kept for the events list. */
export const EVENTS_MAX = 20_000

/** Counters that outlive what they count. */
export interface Tallies extends Item {
  readonly id: 'tallies'
  readonly ids: number
  readonly lastSeconds: number
  readonly deliveriesDone: number
  readonly deliveriesAbandoned: number
  readonly deliveriesLost: number
}

const TALLIES_NONE: Tallies = {
  id: 'tallies',
  created: 0,
  ids: 0,
  lastSeconds: 0,
  deliveriesDone: 0,
  deliveriesAbandoned: 0,
  deliveriesLost: 0,
}

/** The faults that may be confined to some operations. */
type ConfinedKind = 'timeout' | 'latency' | 'outage' | 'rate_limit'

/** What a state works with. */
export interface StateOptions {
  readonly nowMs: () => number
  readonly store: SandboxStore
  readonly feeRule: FeeRule
}

/**
 * All that a sandbox knows. A request changes it in memory in one go; `committed` resolves when
 * the change is in the store, together with all others that arrived meanwhile. [SB10]
 */
export class SandboxState {
  readonly intents = new Table<IntentObject>('intent')
  readonly charges = new Table<ChargeObject>('charge')
  readonly balance = new Table<BalanceTransactionObject>('balance')
  readonly refunds = new Table<RefundObject>('refund', (refund) => refund.payment_intent)
  readonly disputes = new Table<DisputeObject>('dispute', (dispute) => dispute.payment_intent)
  readonly customers = new Table<CustomerObject>('customer')
  readonly methods = new Table<KeptMethodObject>('method', (method) => method.customer)
  readonly setups = new Table<SetupIntentObject>('setup')
  readonly events = new Table<EventObject>('event')
  readonly endpoints = new Table<EndpointObject>('endpoint')
  readonly deliveries = new Table<Delivery>('delivery')
  readonly timers = new Table<RefundTimer>('timer')
  readonly keys = new Table<StoredAnswer>('key')
  readonly faults = new Table<Fault>('fault')
  readonly nowMs: () => number
  readonly feeRule: FeeRule
  readonly #tallies = new Table<Tallies>('tallies')
  readonly #tables = [
    this.intents,
    this.charges,
    this.balance,
    this.refunds,
    this.disputes,
    this.customers,
    this.methods,
    this.setups,
    this.events,
    this.endpoints,
    this.deliveries,
    this.timers,
    this.keys,
    this.faults,
    this.#tallies,
  ]
  readonly #store: SandboxStore
  #committing: Promise<void> | null = null
  #failure: Error | null = null

  constructor({ nowMs, store, feeRule }: StateOptions) {
    this.nowMs = nowMs
    this.feeRule = feeRule
    this.#store = store
    const byKind = new Map(this.#tables.map((table) => [table.kind, table]))
    for (const row of store.load()) byKind.get(row.kind)?.restore(row)
  }

  get tallies(): Tallies {
    return this.#tallies.get('tallies') ?? TALLIES_NONE
  }

  count(change: Partial<Tallies>): void {
    this.#tallies.put({ ...this.tallies, ...change })
  }

  /** A new id, never used before in this store, not even before a reset. */
  nextId(prefix: string): string {
    const ids = this.tallies.ids + 1
    this.count({ ids })
    return `${prefix}_sandbox${ids.toString(36).padStart(12, '0')}`
  }

  /** The time in seconds, which never goes back: lists rely on creation order. */
  nowSeconds(): number {
    const lastSeconds = Math.max(Math.floor(this.nowMs() / 1_000), this.tallies.lastSeconds)
    if (lastSeconds !== this.tallies.lastSeconds) this.count({ lastSeconds })
    return lastSeconds
  }

  /** Switch a fault on. */
  addFault(spec: FaultSpec): Fault {
    const nowMs = this.nowMs()
    const endsAtMs = spec.forMs === undefined ? null : nowMs + spec.forMs
    const id = this.nextId('fault')
    const fault: Fault = { ...spec, id, created: nowMs, endsAtMs, draws: 0, strikes: 0 }
    this.faults.put(fault)
    return fault
  }

  /** Let the first active fault of a kind strike, if its dice say so. It counts the strike. */
  strike<Kind extends FaultKind>(
    kind: Kind,
    isHit: (fault: Fault<Kind>) => boolean = () => true,
  ): Fault<Kind> | null {
    for (const fault of this.faults.values()) {
      if (fault.kind !== kind || !isActive(fault, this.nowMs())) continue
      if (isHit(fault as Fault<Kind>) && this.#throwDice(fault)) return fault as Fault<Kind>
    }
    return null
  }

  /** The same for a fault that may be confined to some operations. */
  strikeOn<Kind extends ConfinedKind>(
    kind: Kind,
    operation: Operation,
  ): Fault<Kind> | null {
    return this.strike(kind, (fault: Fault<ConfinedKind>) => fault.on?.includes(operation) ?? true)
  }

  #throwDice(fault: Fault): boolean {
    const { draws, seed, probability = 1 } = fault
    const isStruck = throwDice(seed, draws) < probability
    const strikes = fault.strikes + (isStruck ? 1 : 0)
    this.faults.put({ ...fault, draws: draws + 1, strikes })
    return isStruck
  }

  /** Resolves when everything that changed up to now is in the store. */
  committed(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    if (!this.#tables.some((table) => table.isDirty)) return Promise.resolve()
    this.#committing ??= new Promise((resolve, reject) => {
      setTimeout(() => {
        this.#committing = null
        try {
          this.commit()
          resolve()
        } catch (error) {
          reject(error instanceof Error ? error : new Error('the store failed', { cause: error }))
        }
      }, 0)
    })
    return this.#committing
  }

  /** Write what changed, now. A store that failed once is not written again: memory is ahead. */
  commit(): void {
    if (this.#failure !== null) throw this.#failure
    this.#prune()
    const rows: StoredRow[] = this.#tables.flatMap((table) => [...table.takeChanges()])
    if (rows.length === 0) return
    try {
      this.#store.write(rows)
    } catch (cause) {
      this.#failure = new Error('the sandbox could not write its store', { cause })
      throw this.#failure
    }
  }

  /** Forget all money, faults and keys. Endpoints stay, and no id is used again. */
  reset(): void {
    const kept: readonly string[] = [this.endpoints.kind, this.#tallies.kind]
    for (const table of this.#tables) if (!kept.includes(table.kind)) table.clear()
    this.count({ deliveriesDone: 0, deliveriesAbandoned: 0, deliveriesLost: 0 })
  }

  close(): void {
    if (this.#failure === null) this.commit()
    this.#store.close()
  }

  #prune(): void {
    const deadMs = this.nowMs() - KEY_LIFE_MS
    for (let key = this.keys.oldest(); key !== undefined && key.created < deadMs; ) {
      this.keys.remove(key.id)
      key = this.keys.oldest()
    }
    while (this.events.size > EVENTS_MAX) {
      const oldest = this.events.oldest()
      assert(oldest !== undefined, 'a table with rows has an oldest')
      this.events.remove(oldest.id)
    }
  }
}
