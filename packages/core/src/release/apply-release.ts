import {
  canonicalJson,
  err,
  type ItemId,
  type Json,
  ok,
  type Release,
  type ReleaseId,
  releaseId as nameRelease,
  type Result,
  utf8ToBytes,
} from '@nightmarket/kernel'
import { EXCHANGE_PAGE_BYTES_MAX } from '@nightmarket/sync'

import type { Core } from '../core.ts'

/** Why a release is not taken into the books. */
export type ReleaseRejection =
  | { readonly code: 'item_unknown'; readonly itemId: ItemId }
  | { readonly code: 'release_too_large'; readonly bytes: number; readonly bytesMax: number }

/** The most bytes that a release may take in an exchange, as the text of a journal's entry. */
export const RELEASE_BYTES_MAX = EXCHANGE_PAGE_BYTES_MAX

/**
 * Put a release into the books under the name of its content. [RL1] The same content is the same
 * release, however often it is applied; nothing is sold by it until it is activated.
 *
 * [RL6] Every node journals it whole: one that no exchange can carry would cut each of them off.
 */
export async function applyRelease(
  core: Core,
  release: Release,
): Promise<
  Result<{ readonly releaseId: ReleaseId; readonly isNew: boolean }, ReleaseRejection>
> {
  const content = canonicalJson(release as unknown as Json)
  const bytes = utf8ToBytes(JSON.stringify(content)).byteLength
  const bytesMax = RELEASE_BYTES_MAX
  if (bytes > bytesMax) return err({ code: 'release_too_large', bytes, bytesMax })
  const releaseId = nameRelease(release, core.digest)
  return core.books.transact('apply release', async (trx) => {
    const items = await trx.selectFrom('item').select('item_id').execute()
    const known = new Set(items.map((row) => row.item_id))
    const unknown = release.variants
      .flatMap((variant) => variant.components)
      .find(({ itemId }) => !known.has(itemId))
    if (unknown !== undefined) return err({ code: 'item_unknown', itemId: unknown.itemId })
    const inserted = await trx
      .insertInto('release')
      .values({
        release_id: releaseId,
        show_id: release.show.showId,
        content,
        created_at_ms: core.nowMs(),
      })
      .onConflict((conflict) => conflict.column('release_id').doNothing())
      .executeTakeFirst()
    return ok({ releaseId, isNew: (inserted.numInsertedOrUpdatedRows ?? 0n) === 1n })
  })
}
