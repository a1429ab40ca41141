import { ProcessorFault, type Charge } from '@nightmarket/payments'
import { matchCase, mismatchIdOf, type MatchCase, type Mismatch } from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Core } from '../core.ts'
import type { Books } from '../database/books-tables.ts'
import { actOnMismatch } from './act-on-mismatch.ts'
import { findSuspects, loadCases, loadForeignCases } from './load-cases.ts'
import { openMismatch } from './mismatch-row.ts'
import { findWalletMismatches } from '../wallet/wallet-mismatches.ts'
import { findLimitMismatches, findNodeMismatches } from './stock-mismatches.ts'
import { storeCharges } from './store-charges.ts'

/** How a pass works. */
export interface ReconciliationOptions {
  /** How far behind the processor's list may be: each pass lists this much again, milliseconds. */
  readonly overlapMs?: number
}

/** What a pass found and did. */
export interface ReconciliationReport {
  readonly listed: number
  readonly opened: number
  readonly closed: number
  readonly refunded: number
  readonly voided: number
  readonly open: number
  /** Why the processor was not listed or asked; `null` when it was. The rest was done anyway. */
  readonly processorFault: string | null
}

const OVERLAP_MS = 60 * 60_000
const LIST_BATCH = 100
/** Charges read again in one pass before their mismatch is believed. */
const READS_MAX = 200

/**
 * One pass of the three-way match: list the processor's charges, compare, show what disagrees, do
 * what may be done without a person. Safe to repeat and to run twice at once. [RX1 to RX10]
 */
export async function runReconciliation(
  core: Core,
  options: ReconciliationOptions = {},
): Promise<ReconciliationReport> {
  const listing = await listCharges(core, options.overlapMs ?? OVERLAP_MS)
  const first = await findMismatches(core)
  const reading = await readAgain(core, first)
  const found = reading.count > 0 ? await findMismatches(core) : first
  const shown = await show(core, found)
  const acts = { refunded: 0, voided: 0, left: 0 }
  let actFault: string | null = null
  for (const mismatch of await stillOpen(core, found)) {
    const end = await orFault(() => actOnMismatch(core, mismatch))
    if (typeof end === 'string') acts[end] += 1
    else actFault = end.message
  }
  const { refunded, voided } = acts
  const processorFault = listing.fault ?? reading.fault ?? actFault
  return { listed: listing.count, ...shown, refunded, voided, processorFault }
}

/** List what the processor has since the newest charge known, and a good while before. [RX8] */
async function listCharges(core: Core, overlapMs: number) {
  const newest = await core.books.read('newest charge', (trx) =>
    trx
      .selectFrom('charge')
      .select(({ fn }) => fn.max<number | null>('created_at_ms').as('atMs'))
      .executeTakeFirst(),
  )
  const sinceMs = Math.max(0, (newest?.atMs ?? 0) - overlapMs)
  let count = 0
  let batch: Charge[] = []
  const store = async () => {
    await core.books.transact('store charges', (trx) => storeCharges(core, trx, batch))
    count += batch.length
    batch = []
  }
  const fault = await orFault(async () => {
    for await (const charge of core.processor.list(sinceMs)) {
      batch.push(charge)
      if (batch.length === LIST_BATCH) await store()
    }
    return null
  })
  if (batch.length > 0) await store()
  return { count, fault: fault?.message ?? null }
}

async function findMismatches(core: Core): Promise<readonly Mismatch[]> {
  const nowMs = core.nowMs()
  return core.books.read('match', async (trx) => {
    const cases = await loadAll(trx)
    return [
      ...cases.flatMap((each) => matchCase(each, nowMs)),
      ...(await findNodeMismatches(trx, nowMs)),
      ...(await findLimitMismatches(trx)),
      ...(await findWalletMismatches(trx)),
    ]
  })
}

async function loadAll(trx: Transaction<Books>): Promise<readonly MatchCase[]> {
  const ids = await findSuspects(trx)
  return [...(await loadCases(trx, ids)), ...(await loadForeignCases(trx))]
}

/** A charge as last listed may be old: before it is believed to disagree it is read again. [RX8] */
async function readAgain(core: Core, found: readonly Mismatch[]) {
  const kinds: ReadonlySet<string> = new Set(['charge_without_order', 'amount_differs'])
  const ids = found.filter((each) => kinds.has(each.kind)).map((each) => each.subject)
  const missing = found
    .filter((each) => each.kind === 'order_without_charge')
    .flatMap((each) => (typeof each.detail['chargeId'] === 'string' ? each.detail['chargeId'] : []))
  let count = 0
  for (const chargeId of [...ids, ...missing].slice(0, READS_MAX)) {
    const charge = await orFault(() => core.processor.read(chargeId))
    if (charge instanceof ProcessorFault) {
      // A charge that the processor does not know is the mismatch; one it did not show, a fault.
      if (charge.code === 'conflict') continue
      return { count, fault: charge.message }
    }
    await core.books.transact('store charge', (trx) => storeCharges(core, trx, [charge]))
    count += 1
  }
  return { count, fault: null }
}

async function show(core: Core, found: readonly Mismatch[]) {
  const ids = new Set(found.map(mismatchIdOf))
  return core.books.transact('show mismatches', async (trx) => {
    let opened = 0
    for (const mismatch of found) {
      if (await openMismatch(trx, mismatch, core.nowMs())) opened += 1
    }
    const rows = await trx
      .selectFrom('mismatch')
      .leftJoin('sale_order', 'sale_order.order_id', 'mismatch.order_id')
      .select(['mismatch_id', 'kind', 'sale_order.order_id as known_order_id'])
      .where('closed_at_ms', 'is', null)
      .execute()
    const over = rows
      .filter((row) => isDerived(row) && !ids.has(row.mismatch_id))
      .map((row) => row.mismatch_id)
    for (const mismatchId of over) {
      const change = { closed_at_ms: core.nowMs(), resolution: 'agrees' }
      await trx.updateTable('mismatch').set(change).where('mismatch_id', '=', mismatchId).execute()
    }
    return { opened, closed: over.length, open: rows.length - over.length }
  })
}

/**
 * Whether a pass may say that a mismatch is over. A poisoned entry is a person's to close, and so
 * are units sold twice by an order that the books could not take.
 */
function isDerived(row: { kind: string; known_order_id: string | null }): boolean {
  if (row.kind === 'units_oversold') return row.known_order_id !== null
  return row.kind !== 'poisoned_entry'
}

/** What a person has closed is left to them, with the deadline that it was first shown with. */
async function stillOpen(core: Core, found: readonly Mismatch[]): Promise<readonly Mismatch[]> {
  const rows = await core.books.read('open mismatches', (trx) =>
    trx
      .selectFrom('mismatch')
      .select(['mismatch_id', 'deadline_at_ms'])
      .where('closed_at_ms', 'is', null)
      .execute(),
  )
  const deadlines = new Map(rows.map((row) => [row.mismatch_id, row.deadline_at_ms]))
  return found.flatMap((mismatch) => {
    const deadlineAtMs = deadlines.get(mismatchIdOf(mismatch))
    return deadlineAtMs === undefined ? [] : [{ ...mismatch, deadlineAtMs }]
  })
}

/** A processor that is down must not keep the rest of the pass from being done. */
async function orFault<T>(work: () => Promise<T>): Promise<T | ProcessorFault> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ProcessorFault) return error
    throw error
  }
}
