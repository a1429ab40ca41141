import { isActive } from './fault.ts'
import type { SandboxState } from './state.ts'

interface Sums {
  authorizedMinor: number
  capturedMinor: number
  refundedMinor: number
  disputedMinor: number
  feeMinor: number
}

/** What the sandbox holds, for a person: counts per state and sums per currency, minor units. */
export function summarize(state: SandboxState): object {
  const { deliveriesDone, deliveriesAbandoned, deliveriesLost } = state.tallies
  const faults = [...state.faults.values()]
  return {
    nowMs: state.nowMs(),
    intents: countBy(state.intents.values(), ({ status }) => status),
    refunds: countBy(state.refunds.values(), ({ status }) => status),
    disputes: countBy(state.disputes.values(), ({ status }) => status),
    sums: sumByCurrency(state),
    idempotencyKeys: state.keys.size,
    events: state.events.size,
    webhooks: {
      endpoints: state.endpoints.size,
      waiting: state.deliveries.size,
      delivered: deliveriesDone,
      abandoned: deliveriesAbandoned,
      lost: deliveriesLost,
    },
    faults: faults.map((fault) => ({
      id: fault.id,
      kind: fault.kind,
      active: isActive(fault, state.nowMs()),
      strikes: fault.strikes,
    })),
  }
}

function countBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = { total: 0 }
  for (const item of items) {
    const key = keyOf(item)
    counts[key] = (counts[key] ?? 0) + 1
    counts['total'] = (counts['total'] ?? 0) + 1
  }
  return counts
}

function sumByCurrency(state: SandboxState): Record<string, Sums> {
  const sums: Record<string, Sums> = {}
  const of = (currency: string): Sums => (sums[currency.toUpperCase()] ??= emptySums())
  for (const intent of state.intents.values()) {
    of(intent.currency).authorizedMinor += intent.amount_capturable
    of(intent.currency).capturedMinor += intent.amount_received
  }
  for (const refund of state.refunds.values()) {
    if (refund.status !== 'failed') of(refund.currency).refundedMinor += refund.amount
  }
  for (const dispute of state.disputes.values()) {
    if (dispute.status !== 'won') of(dispute.currency).disputedMinor += dispute.amount
  }
  for (const entry of state.balance.values()) of(entry.currency).feeMinor += entry.fee
  return sums
}

function emptySums(): Sums {
  return { authorizedMinor: 0, capturedMinor: 0, refundedMinor: 0, disputedMinor: 0, feeMinor: 0 }
}
