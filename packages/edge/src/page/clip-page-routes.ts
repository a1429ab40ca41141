import type { DropId, VariantId } from '@nightmarket/kernel'
import { clipPage, type ClipListing } from '@nightmarket/ui'
import { Hono } from 'hono'

import { answerTrouble } from './page-routes.ts'
import { answerShared, dropOf, showOf, type PageDeps, type SharedView } from './page-site.ts'
import type { PageShelf } from './page-shelf.ts'
import type { PublishedClip } from './stage-parts.ts'

/**
 * The pages of clips.
 *
 * - [PF9] A published clip has a page that previews as a film and sells what was sold in it, at the
 *   price and stock of the moment, for as long as the show that is on lists it.
 */
export function clipPageRoutes(deps: PageDeps, shelf: PageShelf): Hono {
  const { parts } = deps
  return new Hono().get('/clips/:clipId', async (c) => {
    const view: SharedView = (site, active) => {
      const clip = parts.clips?.published(c.req.param('clipId')) ?? null
      return clip === null ? null : clipPage(site, showOf(active), clip, listingsOf(deps, clip))
    }
    const answer = await answerShared(c, deps, shelf, { view, keptMs: KEPT_MS })
    return answer ?? answerTrouble(c, deps, 'missing', 404)
  })
}

/** A clip may be taken back by its host: its page is looked at again after so long. */
const KEPT_MS = 1_000

function listingsOf({ stall, now }: PageDeps, { products }: PublishedClip): readonly ClipListing[] {
  const { active } = stall.state
  if (active === null) return []
  return products.flatMap(({ dropId, variantId }) => {
    const known = active.index.drops.get(dropId as DropId)
    if (known?.listings.has(variantId as VariantId) !== true) return []
    const drop = dropOf(stall.state, active, known, now())
    const listing = drop.listings.find((each) => each.variantId === variantId)
    return listing === undefined ? [] : [{ drop, listing }]
  })
}
