import {
  type Activation,
  assert,
  type FeedDecision,
  type Release,
  type ReleaseId,
} from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'

/** The activation that counts now; `null` before the first. */
export async function findActivation(trx: Transaction<Books>): Promise<Activation | null> {
  const row = await trx
    .selectFrom('activation')
    .selectAll()
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : activationOf(row)
}

/** A row in the kernel's words. */
export function activationOf(row: Row<'activation'>): Activation {
  return {
    number: row.number,
    releaseId: row.release_id as ReleaseId,
    activatedAtMs: row.activated_at_ms,
    reason: row.reason as Activation['reason'],
  }
}

/** What nodes are told of an activation. */
export async function releaseDecision(
  trx: Transaction<Books>,
  { number, releaseId }: Activation,
): Promise<FeedDecision> {
  const release = await findRelease(trx, releaseId)
  assert(release !== null, 'what is active was applied before')
  return { type: 'release.activated', body: { number, releaseId, release } }
}

/** A release's content; `null` when nobody applied it. */
export async function findRelease(
  trx: Transaction<Books>,
  releaseId: ReleaseId,
): Promise<Release | null> {
  const row = await trx
    .selectFrom('release')
    .select('content')
    .where('release_id', '=', releaseId)
    .executeTakeFirst()
  return row === undefined ? null : (JSON.parse(row.content) as Release)
}
