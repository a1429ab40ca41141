import { createPrng, type Prng } from '../prng.ts'
import type { Mood, UniverseOptions } from './options.ts'

/** Everything that can be made to go wrong, or to be done foolishly, at a moment. */
export const FAULT_KINDS = [
  'edge_crash',
  'edge_crash_in_recovery',
  'edge_pause',
  'edge_lost',
  'edge_cloned',
  'backup_restored',
  'core_crash',
  'core_crash_before_commit',
  'core_crash_after_commit',
  'core_disk_full',
  'core_pause',
  'link_cut',
  'link_cut_up',
  'link_cut_down',
  'link_flapping',
  'link_lossy',
  'link_duplicating',
  'link_reordering',
  'link_slow',
  'link_outage_long',
  'till_unplugged',
  'disk_full',
  'disk_write_fails',
  'disk_write_fails_but_lands',
  'disk_unreadable',
  'disk_bit_flips',
  'disk_tail_torn',
  'disk_slow',
  'clock_steps_back',
  'clock_steps_forward',
  'clock_boots_in_1970',
  'processor_outage',
  'processor_timeouts_with_effect',
  'processor_timeouts_without_effect',
  'processor_late',
  'processor_pending',
  'processor_rate_limits',
  'processor_search_lags',
  'processor_list_lags',
  'notices_lost',
  'notices_duplicated',
  'notices_late',
  'charge_disputed',
  'charge_disputed_during_refund',
  'charge_captured_late',
  'charge_foreign',
  'charge_unexplained',
  'price_changed',
  'rolled_back',
  'two_operators_activate',
  'refunded_twice',
  'refunded_in_parts',
  'order_voided',
  'order_fulfilled',
  'rescue_released',
  'node_revoked',
  'node_closed',
  'node_enrolled_again',
  'written_off_alive',
  'poisoned_entries',
  'handed_and_written_off',
  'slip_at_close',
  'voucher_given',
] as const

/** One kind of fault or foolish act. */
export type FaultKind = (typeof FAULT_KINDS)[number]

/** One planned fault: enough to do the same again. Two dice from 0 to 1 for what is drawn. */
export interface PlannedFault {
  readonly number: number
  readonly kind: FaultKind
  /** From the start. */
  readonly atMs: number
  readonly edge: number
  readonly dice: readonly [number, number]
}

/** What happens rarely, since it ends a node's day. */
const RARE: ReadonlySet<FaultKind> = new Set([
  'edge_lost',
  'edge_cloned',
  'backup_restored',
  'disk_bit_flips',
  'disk_tail_torn',
  'node_revoked',
  'node_closed',
  'node_enrolled_again',
  'written_off_alive',
  'poisoned_entries',
  'handed_and_written_off',
])

/** Faults for every ten minutes. */
const PER_TEN_MINUTES: Readonly<Record<Mood, number>> = {
  quiet: 0.3,
  uneasy: 3,
  stormy: 8,
  savage: 20,
}

/** The share of all kinds that a universe knows, so that pairs meet in many ways. */
const KINDS_SHARE: Readonly<Record<Mood, number>> = {
  quiet: 0.1,
  uneasy: 0.3,
  stormy: 0.5,
  savage: 0.8,
}

/** Deal a universe's faults. Leaving one out changes nothing about the others. [SM1] */
export function planOf(options: UniverseOptions): readonly PlannedFault[] {
  const prng = createPrng(`universe ${options.seed}`).fork('plan')
  const kinds = FAULT_KINDS.filter(() => prng.chance(KINDS_SHARE[options.mood]))
  if (kinds.length === 0) return []
  const tens = options.safetyMinutes / options.pace / 10
  const count = Math.ceil(PER_TEN_MINUTES[options.mood] * tens)
  const plan = Array.from({ length: Math.max(count, kinds.length) }, (_, number) =>
    plannedFault(prng, options, { number, kind: kinds[number] ?? kindOf(prng, kinds) }),
  )
  plan.push(...lateSlips(prng, options, plan.length))
  return plan.toSorted((a, b) => a.atMs - b.atMs || a.number - b.number)
}

/** Where a drop ends before the faults do, units are handed on that are only used afterwards. */
function lateSlips(
  prng: Prng,
  options: UniverseOptions,
  number: number,
): readonly PlannedFault[] {
  if (options.closesAfterMinutes >= options.safetyMinutes) return []
  const fault = plannedFault(prng, options, { number, kind: 'slip_at_close' })
  return [{ ...fault, atMs: prng.between(20_000, 60_000) }]
}

function kindOf(prng: Prng, kinds: readonly FaultKind[]): FaultKind {
  const kind = prng.pick(kinds)
  return RARE.has(kind) && prng.chance(0.85) ? prng.pick(kinds) : kind
}

function plannedFault(
  prng: Prng,
  options: UniverseOptions,
  { number, kind }: Pick<PlannedFault, 'number' | 'kind'>,
): PlannedFault {
  const lastMs = Math.floor(options.safetyMinutes * 60_000 * 0.95)
  const anyMs = 15_000 + prng.below(lastMs)
  // The end of a drop is when a lease may be sold too long: a good part of all faults fall there.
  const closingMs = options.closesAfterMinutes * 60_000 + prng.between(-240_000, 240_000)
  const isAtClose = prng.chance(0.25) && closingMs > 15_000 && closingMs < lastMs
  return {
    number,
    kind,
    atMs: isAtClose ? closingMs : anyMs,
    edge: prng.below(options.edges + options.tills),
    dice: [prng.next(), prng.next()],
  }
}
