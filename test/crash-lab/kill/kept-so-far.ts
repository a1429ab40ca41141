import { DatabaseSync } from 'node:sqlite'

import type { BooksDatabase } from '@nightmarket/core'

import { auditOversold, auditStock } from '../../../packages/core/src/audit/audit-stock.ts'
import type { Promised } from '../../../apps/nightmarket/src/rush/promises.ts'

/**
 * The promises that a journal does not keep: each receipt's entry has to stand at its place as it
 * was handed out. Read beside the running edge.
 */
export function findBroken(journalPath: string, promised: Iterable<Promised>): readonly string[] {
  using journal = new DatabaseSync(journalPath, { readOnly: true })
  const entryAt = journal.prepare('SELECT text FROM entry WHERE sequence = ?')
  const broken: string[] = []
  for (const { orderId, receipt } of promised) {
    const { entry } = JSON.parse(receipt) as { readonly entry: string }
    const { sequence } = JSON.parse(entry) as { readonly sequence: number }
    if (entryAt.get(sequence)?.['text'] === entry) continue
    broken.push(`order ${orderId} was accepted as entry ${sequence}, which is not in the journal`)
  }
  return broken
}

/** How far each node's journal is acknowledged: what a core that was killed may not forget. */
export async function readMarks(books: BooksDatabase): Promise<ReadonlyMap<string, number>> {
  return books.read('marks', async (trx) => {
    const rows = await trx.selectFrom('node').select(['node_id', 'epoch', 'sequence']).execute()
    return new Map(rows.map((row) => [`${row.node_id}/${row.epoch}`, row.sequence]))
  })
}

/** Marks that went back, in words. */
export function findForgotten(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): readonly string[] {
  return [...before]
    .filter(([node, sequence]) => (after.get(node) ?? 0) < sequence)
    .map(([node, sequence]) => {
      return `the core had ${sequence} entries of ${node} and now has ${after.get(node) ?? 0}`
    })
}

/** What the books say about stock that does not hold, or is sold twice. */
export async function findOversold(books: BooksDatabase): Promise<readonly string[]> {
  const checks = [await auditStock({ books }), await auditOversold({ books })]
  return checks.flatMap(({ id, violations }) =>
    violations.map(({ subject, problem }) => `${id}: ${subject}: ${problem}`),
  )
}
