import {
  createBorder,
  installBorder,
  operationalRoutes,
  referenceRoutes,
  type Border,
  type FindPrepared,
  type TextRoute,
} from '@nightmarket/http'
import type { TokenId } from '@nightmarket/kernel'
import { createOfferRules } from '@nightmarket/rule'
import { StallFault } from '@nightmarket/stall'
import { StorageFault } from '@nightmarket/storage'
import { SIGNATURE_HEADER } from '@nightmarket/sync'
import { Hono } from 'hono'

import { aidRoutes } from './buyer/aid-routes.ts'
import { createAskCore, type AskCore } from './buyer/ask-core.ts'
import { passkeyRoutes } from './buyer/passkey-routes.ts'
import type { EdgeDeps } from './edge-deps.ts'
import { EDGE_PROBLEMS } from './edge-problem.ts'
import { edgeReadiness } from './edge-readiness.ts'
import { liveRoutes } from './live/event-stream.ts'
import { LiveChannel } from './live/live-channel.ts'
import { handoverRoutes } from './handover/handover-routes.ts'
import { createTokenDesk, type TokenDesk } from './offer/offer-token.ts'
import { decisionRoutes } from './offer/decision-routes.ts'
import { createOfferDesk, type OfferDesk } from './offer/decide-offers.ts'
import { offerRoutes } from './offer/offer-routes.ts'
import { createBuyRoute } from './order/buy.ts'
import { holdRoutes } from './order/hold-routes.ts'
import { orderRoutes } from './order/order-routes.ts'
import { StallWatch } from './order/stall-watch.ts'
import { overlayRoutes } from './overlay/overlay-routes.ts'
import { PageShelf } from './page/page-shelf.ts'
import type { StageParts } from './page/stage-parts.ts'
import { missingPage, stageRoutes, withSiblingList } from './page/stage-routes.ts'
import { tillRoutes } from './page/till-routes.ts'
import { relayRoutes } from './relay/relay-routes.ts'
import { showRoutes } from './show/show-routes.ts'
import { allowSiblings, siblingRoutes, withSiblings } from './sibling/sibling-routes.ts'

/** An edge's app, and what a host needs to serve its hot path straight from the socket. */
export interface Edge {
  readonly app: Hono
  readonly textRoutes: readonly TextRoute[]
  /** Pages that lie ready. */
  readonly prepared: FindPrepared
  readonly border: Border
  /** For the host's WebSockets. */
  readonly live: LiveChannel
  /** Who asks, for limits. */
  readonly addressOf: NonNullable<EdgeDeps['addressOf']>
}

/** Make an edge's HTTP app. It owns nothing: the stall and the uplink are the host's to close. */
export function createEdgeApp(deps: EdgeDeps): Edge {
  const { log, metrics, now, onDefect } = deps
  const monotonicMs = () => now().monotonicMs
  const border = createBorder({
    problems: EDGE_PROBLEMS,
    log,
    metrics,
    monotonicMs,
    onDefect,
    refuseFault,
  })
  const tokens = createTokenDesk(audienceOf(deps), deps.mac)
  const buy = createBuyRoute({ ...deps, tokens })
  const watch = new StallWatch(deps)
  const hasPicture = () => (deps.stage?.picture?.() ?? null) !== null
  const live = new LiveChannel({ ...deps, watch, hasPicture })
  const desk = openDesk(deps, tokens)
  const askCore = createAskCore(deps)
  const app = new Hono()
  const { stage, till } = deps
  const missing = stage === undefined ? {} : { missing: missingPage({ ...deps, stage }) }
  installBorder(app, border, missing)
  app.use('/v1/*', allowSiblings(deps))
  app.route('/', edgeRoutes(deps, { border, buy, tokens, watch, desk, live, askCore }))
  const addressOf = deps.addressOf ?? ((peer) => peer)
  app.route('/', liveRoutes(live, addressOf))
  if (till !== undefined) app.route('/', tillRoutes(till))
  const shelf = stage === undefined ? null : openShelf(deps, stage)
  if (shelf !== null && stage !== undefined)
    app.route('/', stageRoutes({ ...deps, stage }, { desk, buy, askCore, shelf, api: app }))
  const readiness = () => edgeReadiness(deps)
  app.route('/', operationalRoutes({ problems: EDGE_PROBLEMS, metrics, readiness }))
  app.route('/', referenceRoutes(app, describeEdge(deps)))
  const prepared = shelf?.find ?? (() => null)
  return { app, border, textRoutes: [withSiblings(buy, deps)], prepared, live, addressOf }
}

/** The routes of the API, whose types the client is made from. */
export function edgeRoutes(
  deps: EdgeDeps,
  parts: {
    readonly border: Border
    readonly buy: TextRoute
    readonly tokens: TokenDesk
    readonly watch: StallWatch
    readonly desk: OfferDesk
    readonly live: LiveChannel
    readonly askCore: AskCore
  },
) {
  const { border, buy, tokens, watch, desk, live, askCore } = parts
  return new Hono()
    .route('/', showRoutes(deps))
    .route('/', offerRoutes(deps, desk))
    .route('/', orderRoutes(deps, { buy, border, watch }))
    .route('/', aidRoutes(deps, askCore))
    .route('/', passkeyRoutes(deps, askCore))
    .route('/', holdRoutes({ ...deps, tokens }, watch))
    .route('/', overlayRoutes(deps, live))
    .route('/', decisionRoutes(deps))
    .route('/', relayRoutes(deps))
    .route('/', handoverRoutes(deps))
    .route('/', siblingRoutes(deps))
}

/** What the typed client knows of an edge. */
export type EdgeApp = ReturnType<typeof edgeRoutes>

/** The one place where offers are decided: for pages and for the interface. */
function openDesk(deps: EdgeDeps, tokens: TokenDesk): OfferDesk {
  const { stall, digest, newId, decisions } = deps
  return createOfferDesk({
    tokens,
    digest,
    newTokenId: () => newId() as TokenId,
    state: () => stall.state,
    holdsFor: createOfferRules().holdsFor,
    onDecision: (decision) => decisions?.append(decision),
  })
}

/** Pages that are the same for everybody. */
function openShelf(deps: EdgeDeps, stage: StageParts): PageShelf {
  return new PageShelf({ ...deps, parts: withSiblingList(deps, stage) })
}

/** Who this edge's tokens are for. [O9] */
function audienceOf({ stall }: Pick<EdgeDeps, 'stall'>): string {
  return `${stall.state.nodeId}/${stall.state.epoch}`
}

/** What was decided is taken back when it cannot be written: the same request may be sent again. */
function refuseFault(error: unknown) {
  const isDisk = error instanceof StorageFault || error instanceof StallFault
  return isDisk ? ({ code: 'not_selling', reason: 'storage' } as const) : null
}

function describeEdge({ version, digest }: EdgeDeps) {
  return {
    title: 'Nightmarket edge',
    version,
    description:
      'Sells to the viewers near it, and goes on when the core is out of reach. Every request ' +
      'may be repeated with the same ids: it is carried out once.',
    tags: [
      { name: 'Show', description: 'What is on, what it costs and what is left.' },
      { name: 'Offers', description: 'Prices that are promised to one viewer for a few minutes.' },
      { name: 'Orders', description: 'Buying, and what became of it.' },
      { name: 'Passkeys', description: 'Buyers who let themselves be remembered.' },
      { name: 'Holds and line', description: 'Units set aside, and the line for them.' },
      { name: 'Tills to the core', description: 'What tills below this edge say to the core.' },
      { name: 'Overlays', description: 'What is shown over the picture. For the operator.' },
      { name: 'Live', description: 'What changes, told as it changes.' },
      { name: 'Clips', description: 'Moments of the show that sell.' },
      { name: 'Captions', description: 'The words of the show, in every language.' },
      { name: 'Operation', description: 'For load balancers and monitoring.' },
    ],
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'The operator’s token.' },
      node: {
        type: 'apiKey',
        in: 'header',
        name: SIGNATURE_HEADER,
        description: 'A node’s Ed25519 signature over the request. The edge only carries it.',
      },
    } as const,
    problems: EDGE_PROBLEMS,
    digest,
  }
}
