import {
  assert,
  type Drop,
  type Release,
  type SaleTerms,
  type SplitShare,
} from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Books } from '../database/books-tables.ts'

/** What the money of an order needs of the release that the order is pinned to. [O6] */
export interface PinnedRelease {
  readonly split: readonly SplitShare[]
  readonly terms: SaleTerms
  readonly drops: readonly Drop[]
}

/** Reads releases by id, each once for the life of one transaction: they never change. */
export type ReleaseReader = (releaseId: string) => Promise<PinnedRelease>

/** Make a reader for one transaction. A release that an order names and nobody has is a defect. */
export function createReleaseReader(trx: Transaction<Books>): ReleaseReader {
  const known = new Map<string, PinnedRelease>()
  return async (releaseId) => {
    const found = known.get(releaseId) ?? (await readPinned(trx, releaseId))
    known.set(releaseId, found)
    return found
  }
}

async function readPinned(trx: Transaction<Books>, releaseId: string): Promise<PinnedRelease> {
  const row = await trx
    .selectFrom('release')
    .select('content')
    .where('release_id', '=', releaseId)
    .executeTakeFirst()
  assert(row !== undefined, `an order pins a release of these books: ${releaseId}`)
  const { split, terms, drops } = JSON.parse(row.content) as Release
  return { split, terms, drops }
}
