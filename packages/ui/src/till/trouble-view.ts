import type { NotSelling } from '@nightmarket/kernel'
import type { UplinkStatus } from '@nightmarket/sync'

/** Why a till does not sell, as its operator is told: `retired` is a till enrolled again since. */
export type Trouble = NotSelling | 'retired'

/**
 * Why a till does not sell now; `null` while it does. [TV30]
 *
 * A stall that its parent refuses only knows that it must stop; the refusal says why.
 */
export function troubleOf(
  notSelling: NotSelling | null,
  refused: UplinkStatus['refused'],
): Trouble | null {
  if (notSelling !== 'quarantined') return notSelling
  if (refused === 'node_revoked') return 'revoked'
  return refused === 'epoch_retired' ? 'retired' : notSelling
}

/**
 * Whether a new enrolment is the way on. A till that closed in order is heard out first: what it
 * has to send would stay behind. [TV30]
 */
export function mayBeginAnew(trouble: Trouble, unsyncedEntries: number): boolean {
  return ENDS.has(trouble) && (trouble !== 'closed' || unsyncedEntries === 0)
}

const ENDS: ReadonlySet<Trouble> = new Set(['revoked', 'quarantined', 'closed', 'retired'])
