import type { TextRoute } from '@nightmarket/http'
import { Hono, type Context } from 'hono'

import type { AskCore } from '../buyer/ask-core.ts'
import { BUYER_HEADER, type EdgeDeps } from '../edge-deps.ts'
import { buyFormRoutes } from '../form/buy-form-routes.ts'
import { orderFormRoutes, type AskInterface } from '../form/order-form-routes.ts'
import { viewerFormRoutes } from '../form/viewer-form-routes.ts'
import { walletFormRoutes } from '../form/wallet-form-routes.ts'
import type { OfferDesk } from '../offer/decide-offers.ts'
import { clipPageRoutes } from './clip-page-routes.ts'
import { imageRoutes } from './image-routes.ts'
import { answerTrouble, pageRoutes } from './page-routes.ts'
import type { PageShelf } from './page-shelf.ts'
import type { Sibling, StageParts } from './stage-parts.ts'

type StageDeps = EdgeDeps & { readonly stage: StageParts }

/** Everything that a viewer sees without a program of its own. `api` answers the interface. */
export function stageRoutes(
  deps: StageDeps,
  rest: {
    readonly desk: OfferDesk
    readonly buy: TextRoute
    readonly askCore: AskCore
    readonly shelf: PageShelf
    readonly api: Pick<Hono, 'request'>
  },
): Hono {
  const { stall, now, digest, newId, stage } = deps
  const parts = withSiblingList(deps, stage)
  const page = { stall, now, digest, newId, parts }
  const ask: AskInterface = async ({ path, body, buyerId }) => {
    const headers = { 'content-type': 'application/json', [BUYER_HEADER]: buyerId }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await rest.api.request(path, init)
    const { code = null } = (await response.json()) as { readonly code?: string }
    return { status: response.status, code: response.ok ? null : code }
  }
  const { desk, buy, askCore, shelf } = rest
  return new Hono()
    .route('/', pageRoutes(page, shelf))
    .route('/', clipPageRoutes(page, shelf))
    .route('/', imageRoutes(page))
    .route('/', viewerFormRoutes(page))
    .route('/', buyFormRoutes({ ...page, desk, buy }))
    .route('/', walletFormRoutes({ ...page, desk, buy }))
    .route('/', orderFormRoutes({ ...page, desk, buy, ask, askCore }))
}

/** The page for an address that is not there. [PF10] */
export function missingPage(deps: StageDeps): (c: Context) => Response {
  const { stall, now, digest, newId, stage } = deps
  const page = { stall, now, digest, newId, parts: withSiblingList(deps, stage) }
  return (c) => answerTrouble(c, page, 'missing', 404)
}

/** The stage with the edges that its pages may move to. */
export function withSiblingList(
  { siblings = () => SIBLINGS_NONE }: Pick<EdgeDeps, 'siblings'>,
  stage: StageParts,
): StageParts & { readonly siblings: () => readonly Sibling[] } {
  return { ...stage, siblings }
}

const SIBLINGS_NONE: readonly Sibling[] = []
