import type { AppliedRelease, DropId, DropIndex } from '@nightmarket/kernel'
import {
  dropPage,
  playerSlot,
  productPage,
  renderGoLiveFrame,
  renderOverlayFrame,
  showPage,
  troublePage,
  type Trouble,
} from '@nightmarket/ui'
import { Hono, type Context } from 'hono'

import { answerPage, sendFile } from './page-answer.ts'
import type { PageShelf } from './page-shelf.ts'
import {
  answerShared,
  drawPage,
  dropOf,
  showOf,
  siteOf,
  type PageDeps,
  type SharedView,
} from './page-site.ts'

/** How long a page stands without being drawn again, when nothing was sold meanwhile. */
const KEPT_MS = 5_000

/**
 * Pages that are the same for everybody who speaks a language: the show, its drops, its things.
 *
 * - [PF7] They are drawn from memory, tagged, in the language of the viewer that the show speaks,
 *   and run no script but the stage's own. A page and its tag stay the same until its release, a
 *   phase, a price or the stock that it tells changes.
 * - [PF8] What a person wrote, wherever it comes from, is text there and nothing else.
 * - [PF10] An address that is not there is a page with the way back to a browser, and a problem
 *   document to a program.
 * - [PF12] Search engines and previews are told the same: an event, products and offers of
 *   schema.org, Open Graph, and one address for each page.
 */
export function pageRoutes(deps: PageDeps, shelf: PageShelf): Hono {
  const { stall, now, parts } = deps
  const shared = async (c: Context, view: SharedView) => {
    if (stall.state.active === null) return answerTrouble(c, deps, 'empty', 200)
    const answer = await answerShared(c, deps, shelf, { view, keptMs: KEPT_MS })
    return answer ?? answerTrouble(c, deps, 'missing', 404)
  }
  const dropView = (active: AppliedRelease, drop: DropIndex) =>
    dropOf(stall.state, active, drop, now())
  return new Hono()
    .get('/', (c) =>
      shared(c, (site, active) => {
        const drops = [...active.index.drops.values()].map((drop) => dropView(active, drop))
        const picture = parts.picture?.() ?? null
        const player = picture === null ? null : playerSlot(site, picture)
        const hasWallets = active.index.release.terms.wallet !== undefined
        return showPage(site, showOf(active), drops, player, hasWallets)
      }),
    )
    .get('/drops/:dropId', (c) =>
      shared(c, (site, active) => {
        const drop = active.index.drops.get(c.req.param('dropId') as DropId)
        if (drop === undefined) return null
        return dropPage(site, showOf(active), dropView(active, drop))
      }),
    )
    .get('/drops/:dropId/:variantId', (c) =>
      shared(c, (site, active) => {
        const { dropId, variantId } = c.req.param()
        const drop = active.index.drops.get(dropId as DropId)
        if (drop === undefined) return null
        const view = dropView(active, drop)
        const listing = view.listings.find((each) => each.variantId === variantId)
        return listing === undefined ? null : productPage(site, showOf(active), view, listing)
      }),
    )
    .get('/stage/*', (c) => {
      const file = parts.files.get(c.req.path.slice('/stage/'.length))
      if (file === undefined) return answerTrouble(c, deps, 'missing', 404)
      return sendFile(c, file, c.req.path === '/stage/worker.js' ? WORKER_HEADERS : {})
    })
    .get('/overlay', (c) => answerPage(c, parts, renderOverlayFrame(siteOf(c, deps)).text))
    .get('/go-live', (c) => {
      const answer = answerPage(c, parts, renderGoLiveFrame(siteOf(c, deps)).text)
      answer.headers.set('Permissions-Policy', CAMERA_POLICY)
      return answer
    })
    .get('/robots.txt', (c) =>
      c.text(`User-agent: *\n${PRIVATE.map((path) => `Disallow: ${path}\n`).join('')}`),
    )
}

/** What search engines leave alone. */
const PRIVATE = ['/buy/', '/orders/', '/wallet', '/v1/']

/** The one page of the stage that sees and hears. */
const CAMERA_POLICY = 'camera=(self), microphone=(self), geolocation=()'

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
