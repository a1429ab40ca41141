import {
  assert,
  err,
  type ItemId,
  type LeaseId,
  type NodeId,
  ok,
  type Result,
} from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { Row } from '../database/books-tables.ts'
import { appendFeed } from '../feed/append-feed.ts'
import { answerOnce, type NamedRequest, type RequestReused } from '../request/answer-once.ts'
import { shareStock } from './share-stock.ts'

/** What is given up, and what a person counted of it, item by item; what is not named is 0. */
export type WriteOff = NamedRequest & {
  readonly counted: readonly { readonly itemId: ItemId; readonly quantity: number }[]
} & ({ readonly nodeId: NodeId } | { readonly leaseId: LeaseId })

/** What a write-off came to, in units. */
export interface WriteOffReport {
  readonly leases: number
  readonly unitsBack: number
  readonly unitsWrittenOff: number
}

/** Why nothing was written off. */
export type WriteOffRejection =
  | { readonly code: 'nothing_outstanding' }
  | {
      readonly code: 'counted_over_outstanding'
      readonly itemId: ItemId
      readonly outstanding: number
    }

/**
 * Give up on the units that a lost node still has, with a physical count of what is there. [L4]
 *
 * What was counted is free again; the rest leaves the stock and is *contested*: if a journal still
 * turns up that sold it, those orders go to rescue, never silently oversold. [L5] A node that is
 * still there is asked to stop selling them. [LE5] One that names its request is made once: sent
 * again, it does not take what was lent since. [LE9]
 */
export async function writeOff(
  core: Core,
  request: WriteOff,
): Promise<Result<WriteOffReport, WriteOffRejection | RequestReused>> {
  const done = await core.books.transact('write off', (trx) =>
    answerOnce(core, trx, { ...request, verb: 'write off' }, () => giveUpAll(core, trx, request)),
  )
  if (done.ok) await shareStock(core)
  return done
}

async function giveUpAll(
  core: Core,
  trx: BooksTransaction,
  request: WriteOff,
): Promise<Result<WriteOffReport, WriteOffRejection>> {
  const leases = await readOutstanding(trx, request)
  if (leases.length === 0) return err({ code: 'nothing_outstanding' })
  const left = new Map(request.counted.map(({ itemId, quantity }) => [itemId, quantity]))
  const excess = findExcess(leases, left)
  if (excess !== null) return err(excess)
  let [unitsBack, unitsWrittenOff] = [0, 0]
  for (const lease of leases) {
    const itemId = lease.item_id as ItemId
    const outstanding = outstandingOf(lease)
    const back = Math.min(outstanding, left.get(itemId) ?? 0)
    left.set(itemId, (left.get(itemId) ?? 0) - back)
    await giveUp(core, trx, lease, back)
    unitsBack += back
    unitsWrittenOff += outstanding - back
  }
  return ok({ leases: leases.length, unitsBack, unitsWrittenOff })
}

/** Units of a lease that are neither sold nor back. */
export function outstandingOf(
  lease: Pick<Row<'lease'>, 'granted' | 'sold' | 'returned' | 'written_off'>,
): number {
  return lease.granted - lease.sold - lease.returned - lease.written_off
}

async function readOutstanding(
  trx: BooksTransaction,
  request: WriteOff,
): Promise<readonly Row<'lease'>[]> {
  const leases = trx.selectFrom('lease').selectAll().orderBy('granted_at_ms').orderBy('lease_id')
  const chosen =
    'leaseId' in request
      ? leases.where('lease_id', '=', request.leaseId)
      : leases.where('node_id', '=', request.nodeId)
  return (await chosen.execute()).filter((lease) => outstandingOf(lease) > 0)
}

function findExcess(
  leases: readonly Row<'lease'>[],
  counted: ReadonlyMap<ItemId, number>,
): WriteOffRejection | null {
  for (const [itemId, quantity] of counted) {
    assert(Number.isSafeInteger(quantity) && quantity >= 0, 'a count is a whole number from 0')
    const outstanding = leases
      .filter((lease) => lease.item_id === itemId)
      .reduce((sum, lease) => sum + outstandingOf(lease), 0)
    if (quantity > outstanding) return { code: 'counted_over_outstanding', itemId, outstanding }
  }
  return null
}

async function giveUp(
  core: Core,
  trx: BooksTransaction,
  lease: Row<'lease'>,
  back: number,
): Promise<void> {
  const outstanding = outstandingOf(lease)
  const lost = outstanding - back
  await trx
    .updateTable('lease')
    .set((row) => ({
      returned: row('returned', '+', back),
      written_off: row('written_off', '+', lost),
      state: 'written_off',
    }))
    .where('lease_id', '=', lease.lease_id)
    .execute()
  await trx
    .updateTable('item')
    .set((row) => ({ free: row('free', '+', back), on_hand: row('on_hand', '-', lost) }))
    .where('item_id', '=', lease.item_id)
    .execute()
  await trx
    .updateTable('drop_pool')
    .set((row) => ({ out: row('out', '-', outstanding) }))
    .where('drop_id', '=', lease.drop_id)
    .where('item_id', '=', lease.item_id)
    .execute()
  const node = await trx
    .selectFrom('node')
    .select(['epoch', 'state'])
    .where('node_id', '=', lease.node_id)
    .executeTakeFirst()
  if (node?.epoch !== lease.epoch || node.state !== 'active') return
  const body = { leaseId: lease.lease_id as LeaseId, quantity: outstanding }
  await appendFeed(core, trx, lease.node_id as NodeId, { type: 'lease.recalled', body })
}
