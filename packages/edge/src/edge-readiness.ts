import type { GaugeSource, ReadinessCheck } from '@nightmarket/http'

import type { EdgeDeps } from './edge-deps.ts'

type Deps = Pick<EdgeDeps, 'stall' | 'uplink'>

/**
 * Whether an edge should get viewers: it sells. [ED10] A cut-off edge does too, until its leases
 * and limits end, so the uplink is told but does not count.
 */
export function edgeReadiness({ stall, uplink }: Deps): readonly ReadinessCheck[] {
  const reason = stall.notSelling()
  const selling = { name: 'selling', isReady: reason === null, reason }
  const status = uplink()
  if (status === null) return [selling]
  return [selling, { name: 'uplink', isReady: true, reason: describeUplink(status) }]
}

function describeUplink(status: NonNullable<ReturnType<EdgeDeps['uplink']>>): string | null {
  if (status.isConnected) return null
  const since = new Date(status.offlineSinceMs ?? 0).toISOString()
  const error = status.lastError === null ? '' : ` (${status.lastError.code})`
  return `The core was not reached since ${since}${error}; ${status.unsynced} entries wait.`
}

/** What an edge is watched by. Pass it to the registry of its metrics. */
export function edgeGauges({ stall, uplink }: Deps): readonly GaugeSource[] {
  const sumPools = (count: (pool: { unsold: number; held: number; waiting: number }) => number) =>
    stall.state.pools.values().reduce((sum, pool) => sum + count(pool), 0)
  return [
    gauge('stall_is_selling', '1 while the stall sells.', () => flag(stall.notSelling() === null)),
    gauge('stall_journal_entries', 'Durable entries.', () => stall.head.sequence),
    gauge('stall_orders', 'Orders accepted in this epoch.', () => stall.state.orders.size),
    gauge('stall_unsold_units', 'Leased and unsold.', () => sumPools((pool) => pool.unsold)),
    gauge('stall_held_units', 'Held for somebody.', () => sumPools((pool) => pool.held)),
    gauge('stall_waiting_units', 'Wanted by people in line.', () =>
      sumPools((pool) => pool.waiting),
    ),
    gauge('stall_release_number', 'The active release.', () => stall.state.active?.number ?? 0),
    gauge('uplink_is_connected', '1 while the core is reached.', () =>
      flag(uplink()?.isConnected ?? false),
    ),
    gauge(
      'uplink_unsynced_entries',
      'Durable here, not at the core.',
      () => uplink()?.unsynced ?? 0,
    ),
  ]
}

function gauge(name: string, help: string, read: () => number): GaugeSource {
  return { name, help, read }
}

function flag(condition: boolean): number {
  return condition ? 1 : 0
}
