import type { AppliedRelease, DropIndex, StallState, VariantId } from '@nightmarket/kernel'
import {
  chooseLanguage,
  renderFrame,
  wordsOf,
  type StageDrop,
  type StageLanguage,
  type StageListing,
  type StagePage,
  type StageShow,
  type StageSite,
} from '@nightmarket/ui'
import type { Context } from 'hono'
import { routePath } from 'hono/route'

import type { EdgeDeps } from '../edge-deps.ts'
import { viewDrop } from '../show/show-view.ts'
import type { PolicyParts } from './page-answer.ts'
import type { PageShelf } from './page-shelf.ts'
import type { StageParts } from './stage-parts.ts'

/** What pages are drawn from. */
export type PageDeps = Pick<EdgeDeps, 'stall' | 'now' | 'digest' | 'newId'> & {
  readonly parts: StageParts & PolicyParts
}

/** The place and time of one request, in the language of who asks. */
export function siteOf(c: Context, deps: PageDeps): StageSite {
  const spoken = deps.stall.state.active?.index.release.show.languages ?? []
  const language = chooseLanguage(c.req.header('accept-language') ?? null, spoken)
  return siteIn(deps, language, deps.parts.publicUrl ?? new URL(c.req.url).origin)
}

function siteIn(
  { stall, now, parts }: PageDeps,
  language: StageLanguage,
  origin: string,
): StageSite {
  const release = stall.state.active?.index.release ?? null
  return {
    language,
    words: wordsOf(language),
    currency: release?.currency ?? 'EUR',
    timeZone: release?.show.timeZone ?? 'UTC',
    nowMs: now().atMs,
    assets: parts.addresses,
    payments: parts.payments,
    origin,
  }
}

/** Draws a page of a release for everybody; `null`: the release has no such page. */
export type SharedView = (site: StageSite, active: AppliedRelease) => StagePage | null

/** Answer with a page for everybody from the shelf; `null`: there is no such page now. */
export function answerShared(
  c: Context,
  deps: PageDeps,
  shelf: PageShelf,
  page: { readonly view: SharedView; readonly keptMs: number },
): Promise<Response | null> {
  const { language, origin } = siteOf(c, deps)
  const draw = () => {
    const { active } = deps.stall.state
    const site = siteIn(deps, language, origin)
    const drawn = active === null ? null : page.view(site, active)
    return drawn === null ? null : drawPage(site, drawn)
  }
  const { path } = c.req
  const header = (name: string) => c.req.header(name) ?? null
  const key = `${language} ${origin} ${path}`
  const shared = { key, route: routePath(c), keptMs: page.keptMs, draw }
  return shelf.answer(shared, { target: path, header })
}

/** A whole document. */
export function drawPage(site: StageSite, page: StagePage): string {
  return renderFrame(site, page).text
}

/** The show of a release. */
export function showOf({ index }: AppliedRelease): StageShow {
  return index.release.show
}

/** A drop as it is now, with everything that a card shows. */
export function dropOf(
  state: StallState,
  active: AppliedRelease,
  drop: DropIndex,
  moment: ReturnType<EdgeDeps['now']>,
): StageDrop {
  const now = viewDrop(state, active, drop, moment)
  const { title } = drop.drop
  const listings = now.listings.map((listing): StageListing => {
    const listed = drop.listings.get(listing.variantId)
    const variant = active.index.variants.get(listing.variantId)
    return {
      ...listing,
      title: variant?.title ?? listing.variantId,
      imageUrl: variant?.imageUrl ?? null,
      listPriceMinor: listed?.priceMinor ?? listing.priceMinor,
      perCustomer: listed?.perCustomer ?? null,
    }
  })
  return { ...now, title, listings }
}

/** What a variant is called here. */
export function titleOf(state: StallState, variantId: VariantId): string {
  return state.active?.index.variants.get(variantId)?.title ?? variantId
}
