import type { AppliedRelease, DropIndex } from '@nightmarket/kernel'
import {
  dropPage,
  playerSlot,
  productPage,
  showPage,
  troublePage,
  type StagePage,
  type StageSite,
  type Trouble,
} from '@nightmarket/ui'
import { Hono, type Context } from 'hono'

import { answerPage, SharedPages, sendFile } from './page-answer.ts'
import { drawPage, dropOf, showOf, siteOf, type PageDeps } from './page-site.ts'

/**
 * Pages that are the same for everybody who speaks a language: the show, its drops, its things.
 *
 * - [PF7] They are drawn from memory, tagged, in the language of the viewer that the show speaks,
 *   and run no script but the stage's own.
 * - [PF8] What a person wrote, wherever it comes from, is text there and nothing else.
 */
export function pageRoutes(deps: PageDeps): Hono {
  const { stall, now, parts } = deps
  const pages = new SharedPages(deps, parts)
  const shared = (c: Context, draw: (site: StageSite) => StagePage) => {
    const site = siteOf(c, deps)
    const key = `${site.language} ${site.origin} ${c.req.path}`
    return pages.answer(c, key, () => drawPage(site, draw(site)))
  }
  const dropView = (active: AppliedRelease, drop: DropIndex) =>
    dropOf(stall.state, active, drop, now())
  return new Hono()
    .get('/', (c) => {
      const { active } = stall.state
      if (active === null) return answerTrouble(c, deps, 'empty', 200)
      const drops = () => [...active.index.drops.values()].map((drop) => dropView(active, drop))
      const picture = parts.picture?.() ?? null
      const player = (site: StageSite) => (picture === null ? null : playerSlot(site, picture))
      return shared(c, (site) => showPage(site, showOf(active), drops(), player(site)))
    })
    .get('/drops/:dropId', (c) => {
      const { active } = stall.state
      const drop = active?.index.drops.get(c.req.param('dropId') as never)
      if (!active || drop === undefined) return answerTrouble(c, deps, 'missing', 404)
      return shared(c, (site) => dropPage(site, showOf(active), dropView(active, drop)))
    })
    .get('/drops/:dropId/:variantId', (c) => {
      const { active } = stall.state
      const { dropId, variantId } = c.req.param()
      const drop = active?.index.drops.get(dropId as never)
      if (!active || drop?.listings.has(variantId as never) !== true) {
        return answerTrouble(c, deps, 'missing', 404)
      }
      return shared(c, (site) => {
        const view = dropView(active, drop)
        const listing = view.listings.find((each) => each.variantId === variantId)
        if (listing === undefined) return troublePage(site, 'missing')
        return productPage(site, showOf(active), view, listing)
      })
    })
    .get('/stage/*', (c) => {
      const file = parts.files.get(c.req.path.slice('/stage/'.length))
      if (file === undefined) return answerTrouble(c, deps, 'missing', 404)
      return sendFile(c, file, c.req.path === '/stage/worker.js' ? WORKER_HEADERS : {})
    })
    .get('/robots.txt', (c) =>
      c.text('User-agent: *\nDisallow: /buy/\nDisallow: /orders/\nDisallow: /v1/\n'),
    )
}

/** The worker serves the whole site, and fetches from it and from nowhere else. */
const WORKER_HEADERS = {
  'Service-Worker-Allowed': '/',
  'Content-Security-Policy': "default-src 'none'; connect-src 'self'",
}

/** Answer with a page that says what is wrong, and the way out. */
export function answerTrouble(
  c: Context,
  deps: PageDeps,
  trouble: Trouble,
  status: number,
): Response {
  const site = siteOf(c, deps)
  return answerPage(c, deps.parts, drawPage(site, troublePage(site, trouble)), status)
}
