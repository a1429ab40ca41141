import type { DropId, VariantId } from '@nightmarket/kernel'
import { clipPage, type ClipListing } from '@nightmarket/ui'
import { Hono } from 'hono'

import { SharedPages } from './page-answer.ts'
import { answerTrouble } from './page-routes.ts'
import { drawPage, dropOf, showOf, siteOf, type PageDeps } from './page-site.ts'
import type { PublishedClip } from './stage-parts.ts'

/**
 * The pages of clips.
 *
 * - [PF9] A published clip has a page that previews as a film and sells what was sold in it, at the
 *   price and stock of the moment, for as long as the show that is on lists it.
 */
export function clipPageRoutes(deps: PageDeps): Hono {
  const { stall, parts } = deps
  const pages = new SharedPages(deps, parts)
  return new Hono().get('/clips/:clipId', (c) => {
    const { active } = stall.state
    const clip = parts.clips?.published(c.req.param('clipId')) ?? null
    if (active === null || clip === null) return answerTrouble(c, deps, 'missing', 404)
    const site = siteOf(c, deps)
    const key = `${site.language} ${site.origin} ${c.req.path}`
    const draw = () => drawPage(site, clipPage(site, showOf(active), clip, listingsOf(deps, clip)))
    return pages.answer(c, key, draw)
  })
}

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
