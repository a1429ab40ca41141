import { err, mismatchIdOf, ok, type Mismatch, type Result } from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { Row } from '../database/books-tables.ts'

/** A mismatch as it is in the books; `detail` is JSON. */
export type MismatchRow = Row<'mismatch'>

/** The mismatches a page may hold. [S7] */
export const MISMATCHES_MAX = 500

const PERSON = 'person: '

/**
 * Show a mismatch, once: the same disagreement is one row, which keeps its first deadline. [RX3]
 *
 * One that came back after it had agreed is opened again; one that a person has closed stays closed
 * while nothing about it changes. Whether it was opened now is returned.
 */
export async function openMismatch(
  trx: BooksTransaction,
  mismatch: Mismatch,
  nowMs: number,
): Promise<boolean> {
  const mismatch_id = mismatchIdOf(mismatch)
  const known = await trx
    .selectFrom('mismatch')
    .selectAll()
    .where('mismatch_id', '=', mismatch_id)
    .executeTakeFirst()
  const row = rowOf(mismatch, nowMs)
  if (known === undefined) {
    await trx.insertInto('mismatch').values(row).execute()
    return true
  }
  const isSame = known.detail === row.detail && known.action === row.action
  const isClosed = known.closed_at_ms !== null
  if (isSame && (!isClosed || known.resolution?.startsWith(PERSON) === true)) return false
  const { detail, action, order_id, node_id } = row
  const change = { detail, action, order_id, node_id }
  const reopened = { opened_at_ms: nowMs, closed_at_ms: null, resolution: null }
  await trx
    .updateTable('mismatch')
    .set(isClosed ? { ...change, ...reopened, deadline_at_ms: row.deadline_at_ms } : change)
    .where('mismatch_id', '=', mismatch_id)
    .execute()
  return isClosed
}

/** Open mismatches, the most urgent first; or all of them, the newest first. */
export async function listMismatches(
  core: Pick<Core, 'books'>,
  filter: { readonly isOpen?: boolean; readonly limit?: number } = {},
): Promise<readonly MismatchRow[]> {
  const limit = Math.min(filter.limit ?? MISMATCHES_MAX, MISMATCHES_MAX)
  const rows = (trx: Parameters<Parameters<Core['books']['read']>[1]>[0]) =>
    trx.selectFrom('mismatch').selectAll().limit(limit)
  return core.books.read('mismatches', (trx) =>
    filter.isOpen === false
      ? rows(trx).orderBy('opened_at_ms', 'desc').orderBy('mismatch_id').execute()
      : rows(trx)
          .where('closed_at_ms', 'is', null)
          .orderBy('deadline_at_ms')
          .orderBy('mismatch_id')
          .execute(),
  )
}

/** A person has dealt with a mismatch. Their name and words stay in the books. [RX4] */
export async function resolveMismatch(
  core: Pick<Core, 'books' | 'nowMs'>,
  mismatchId: string,
  by: string,
  note: string,
): Promise<Result<MismatchRow, { readonly code: 'mismatch_unknown' | 'mismatch_closed' }>> {
  return core.books.transact('resolve mismatch', async (trx) => {
    const row = await trx
      .selectFrom('mismatch')
      .selectAll()
      .where('mismatch_id', '=', mismatchId)
      .executeTakeFirst()
    if (row === undefined) return err({ code: 'mismatch_unknown' })
    if (row.closed_at_ms !== null) return err({ code: 'mismatch_closed' })
    const change = { closed_at_ms: core.nowMs(), resolution: `${PERSON}${by}: ${note}` }
    await trx.updateTable('mismatch').set(change).where('mismatch_id', '=', mismatchId).execute()
    return ok({ ...row, ...change })
  })
}

function rowOf(mismatch: Mismatch, nowMs: number): MismatchRow {
  return {
    mismatch_id: mismatchIdOf(mismatch),
    kind: mismatch.kind,
    subject: mismatch.subject,
    order_id: mismatch.orderId,
    node_id: mismatch.nodeId,
    detail: JSON.stringify(mismatch.detail),
    owner: mismatch.owner,
    action: mismatch.action,
    opened_at_ms: nowMs,
    deadline_at_ms: mismatch.deadlineAtMs,
    closed_at_ms: null,
    resolution: null,
  }
}
