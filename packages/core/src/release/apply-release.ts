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
} from '@nightmarket/kernel'

import type { Core } from '../core.ts'

/** Why a release is not taken into the books. */
export type ReleaseRejection = { readonly code: 'item_unknown'; readonly itemId: ItemId }

/**
 * Put a release into the books under the name of its content. [RL1] The same content is the same
 * release, however often it is applied; nothing is sold by it until it is activated.
 */
export async function applyRelease(
  core: Core,
  release: Release,
): Promise<
  Result<{ readonly releaseId: ReleaseId; readonly isNew: boolean }, ReleaseRejection>
> {
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
        content: canonicalJson(release as unknown as Json),
        created_at_ms: core.nowMs(),
      })
      .onConflict((conflict) => conflict.column('release_id').doNothing())
      .executeTakeFirst()
    return ok({ releaseId, isNew: (inserted.numInsertedOrUpdatedRows ?? 0n) === 1n })
  })
}
