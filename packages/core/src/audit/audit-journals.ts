import {
  JournalCheck,
  openEntry,
  type Checkpoint,
  type JournalEntry,
  type NodeId,
  type OrderAccepted,
  type Release,
} from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'
import { AuditFindings, type AuditCheck } from './audit-check.ts'
import type { AuditedCore } from './audited-core.ts'
import { findPriceFlaw } from './order-price.ts'

/** Entries read at once. */
const PAGE = 2_000

type Journal = Pick<
  Row<'node'>,
  'node_id' | 'epoch' | 'public_key' | 'sequence' | 'head_hash' | 'checkpoint'
>

interface JournalFindings {
  readonly chained: AuditFindings
  readonly kept: AuditFindings
  readonly priced: AuditFindings
  readonly releases: Map<string, Release | null>
}

/**
 * Go through every journal as it was received.
 *
 * - [AU3] Its hashes chain, it is as long as its mark says, and the last checkpoint is its node's.
 * - [AU10] Every accepted order in it is in the books, as it was accepted, or is shown to a person
 *   as a poisoned entry, or is the same tap that another node had first. [JR7]
 * - [AU11] Every price in it is one that the order's release promises. [I22]
 */
export async function auditJournals(core: AuditedCore): Promise<readonly AuditCheck[]> {
  const findings: JournalFindings = {
    chained: new AuditFindings('journals_chained'),
    kept: new AuditFindings('orders_kept'),
    priced: new AuditFindings('prices_pinned'),
    releases: new Map(),
  }
  for (const journal of await readJournals(core)) await auditJournal(core, journal, findings)
  return [findings.chained.check(), findings.kept.check(), findings.priced.check()]
}

async function readJournals(core: AuditedCore): Promise<readonly Journal[]> {
  const columns = ['node_id', 'epoch', 'public_key', 'sequence', 'head_hash', 'checkpoint'] as const
  return core.books.read('journals', async (trx) => [
    ...(await trx.selectFrom('node').select(columns).orderBy('node_id').execute()),
    ...(await trx.selectFrom('retired_epoch').select(columns).orderBy('node_id').execute()),
  ])
}

async function auditJournal(
  core: AuditedCore,
  journal: Journal,
  findings: JournalFindings,
): Promise<void> {
  const { node_id, epoch, public_key: publicKey, sequence } = journal
  const { digest, verify } = core
  const check = new JournalCheck({ nodeId: node_id as NodeId, epoch, publicKey, digest, verify })
  findings.chained.cover('journals', 1)
  for (let after = 0; after < sequence; ) {
    after = await core.books.read('audit a journal', async (trx) => {
      const rows = await readPage(trx, journal, after)
      for (const row of rows) check.addEntry(row)
      await auditOrders(trx, journal, rows.map((row) => row.text), findings)
      return rows.at(-1)?.sequence ?? sequence
    })
  }
  if (journal.checkpoint !== null) {
    check.addCheckpoint(JSON.parse(journal.checkpoint) as Checkpoint)
  }
  const report = check.report()
  const name = `${node_id}/${epoch}`
  findings.chained.cover('entries', report.entryCount)
  findings.chained.cover('checkpoints', report.checkpointCount)
  for (const violation of report.violations) {
    findings.chained.find(name, JSON.stringify(violation))
  }
  const isHead = sequence === 0 || report.head.hash === journal.head_hash
  if (report.head.sequence !== sequence || !isHead) {
    findings.chained.find(name, `ends at ${report.head.sequence}, its mark says ${sequence}`)
  }
}

function readPage(trx: Transaction<Books>, journal: Journal, after: number) {
  return trx
    .selectFrom('journal')
    .select(['sequence', 'hash', 'text'])
    .where('node_id', '=', journal.node_id)
    .where('epoch', '=', journal.epoch)
    .where('sequence', '>', after)
    .where('sequence', '<=', journal.sequence)
    .orderBy('sequence')
    .limit(PAGE)
    .execute()
}

async function auditOrders(
  trx: Transaction<Books>,
  journal: Journal,
  texts: readonly string[],
  findings: JournalFindings,
): Promise<void> {
  const accepted = texts
    .filter((text) => text.includes('"order.accepted"'))
    .map((text) => openEntry(text))
    .flatMap((opened) => (opened.ok && opened.value.type === 'order.accepted' ? opened.value : []))
  if (accepted.length === 0) return
  const ids = accepted.map((entry) => orderOf(entry).orderId)
  const rows = await trx.selectFrom('sale_order').selectAll().where('order_id', 'in', ids).execute()
  const kept = new Map(rows.map((row) => [row.order_id, row]))
  const poisoned = await readPoisoned(trx, journal)
  for (const entry of accepted) {
    const order = orderOf(entry)
    findings.kept.cover('orders', 1)
    if (poisoned.has(`${journal.node_id}/${journal.epoch}/${entry.sequence}`)) {
      findings.kept.cover('poisoned', 1)
      continue
    }
    const flaw = findDifference(kept.get(order.orderId), entry)
    if (flaw !== null) findings.kept.find(order.orderId, flaw)
    findings.priced.cover('orders', 1)
    const release = await readRelease(trx, order.pin.releaseId, findings.releases)
    const problem = release === null ? 'its release is not here' : findPriceFlaw(release, order)
    if (problem !== null) findings.priced.find(order.orderId, problem)
  }
}

function orderOf(entry: JournalEntry): OrderAccepted {
  return entry.body as unknown as OrderAccepted
}

function findDifference(row: Row<'sale_order'> | undefined, entry: JournalEntry): string | null {
  const order = orderOf(entry)
  const place = `${entry.nodeId}/${entry.epoch}/${entry.sequence}`
  if (row === undefined) return `accepted at ${place}, and not in the books`
  if (isSameTapElsewhere(row, entry, order)) return null
  const isSame =
    row.node_id === entry.nodeId &&
    row.epoch === entry.epoch &&
    row.sequence === entry.sequence &&
    row.total_minor === order.totalMinor &&
    row.currency === order.currency &&
    row.release_id === order.pin.releaseId
  return isSame ? null : `the books differ from the entry at ${place}`
}

/** A device that was not answered went to another node with its tap; the second is void. [JR7] */
function isSameTapElsewhere(
  row: Row<'sale_order'>,
  { nodeId, epoch }: JournalEntry,
  { buyerId, payment }: OrderAccepted,
): boolean {
  const isElsewhere = row.node_id !== nodeId || row.epoch !== epoch
  return isElsewhere && row.buyer_id === buyerId && row.pay_key === payment.payKey
}

async function readPoisoned(
  trx: Transaction<Books>,
  journal: Journal,
): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom('mismatch')
    .select('subject')
    .where('kind', '=', 'poisoned_entry')
    .where('node_id', '=', journal.node_id)
    .execute()
  return new Set(rows.map((row) => row.subject))
}

async function readRelease(
  trx: Transaction<Books>,
  releaseId: string,
  known: Map<string, Release | null>,
): Promise<Release | null> {
  const found = known.get(releaseId)
  if (found !== undefined) return found
  const row = await trx
    .selectFrom('release')
    .select('content')
    .where('release_id', '=', releaseId)
    .executeTakeFirst()
  const release = row === undefined ? null : (JSON.parse(row.content) as Release)
  known.set(releaseId, release)
  return release
}
