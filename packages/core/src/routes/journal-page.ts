import type { NodeId, SealedEntry } from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import { findNode } from '../node/enrol-node.ts'

/** The entries of a page. [S7] */
export const JOURNAL_PAGE_MAX = 1_000

/** A page of a node's journal as the books have it. */
export interface JournalPage {
  readonly nodeId: NodeId
  readonly epoch: number
  readonly entries: SealedEntry[]
  /** The sequence after which the next page begins; `null` at the end. */
  readonly next: number | null
}

/** Read a page, oldest first; `null` for a node that nobody knows. */
export async function readJournalPage(
  core: Pick<Core, 'books'>,
  range: {
    readonly nodeId: NodeId
    /** `null`: the present one. */
    readonly epoch: number | null
    readonly after: number
    readonly limit: number
  },
): Promise<JournalPage | null> {
  const { nodeId, after, limit } = range
  return core.books.read('journal page', async (trx) => {
    const node = await findNode(trx, nodeId)
    if (node === undefined) return null
    const epoch = range.epoch ?? node.epoch
    const entries = await trx
      .selectFrom('journal')
      .select(['sequence', 'hash', 'text'])
      .where('node_id', '=', nodeId)
      .where('epoch', '=', epoch)
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(limit)
      .execute()
    const next = entries.length === limit ? (entries.at(-1)?.sequence ?? null) : null
    return { nodeId, epoch, entries, next }
  })
}
