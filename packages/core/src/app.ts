import {
  createBorder,
  installBorder,
  operationalRoutes,
  referenceRoutes,
  type Border,
  type Log,
  type Metrics,
  type ReadinessCheck,
} from '@nightmarket/http'
import type { Hash } from '@nightmarket/kernel'
import { ProcessorFault } from '@nightmarket/payments'
import { Hono } from 'hono'

import type { Core } from './core.ts'
import { BooksFault } from './database/books-fault.ts'
import { createAdminGuard } from './routes/admin-guard.ts'
import { auditRoutes } from './routes/audit-routes.ts'
import { buyerRoutes } from './routes/buyer-routes.ts'
import { catalogueRoutes } from './routes/catalogue-routes.ts'
import { CORE_PROBLEMS, type CoreCode } from './routes/core-problem.ts'
import { CORE_REFERENCE } from './routes/core-reference.ts'
import type { CoreRoutesDeps } from './routes/core-routes-deps.ts'
import { imageRoutes } from './routes/image-routes.ts'
import { moneyRoutes } from './routes/money-routes.ts'
import { nodeAdminRoutes } from './routes/node-admin-routes.ts'
import { nodeRoutes } from './routes/node-routes.ts'
import { operatorRoutes } from './routes/operator-routes.ts'
import { orderRoutes } from './routes/order-routes.ts'
import { receiptRoutes } from './routes/receipt-routes.ts'
import { releaseRoutes } from './routes/release-routes.ts'
import { stockRoutes } from './routes/stock-routes.ts'
import { tillRoutes } from './routes/till-routes.ts'
import { webhookRoutes } from './routes/webhook-routes.ts'

/** What the core's app is made of. */
export interface CoreAppDeps extends Omit<CoreRoutesDeps, 'admin'> {
  /** SHA-256 of the admin token; the token itself is not known here. */
  readonly adminTokenHash: Hash
  readonly log: Log
  readonly metrics: Metrics | null
  /** Monotonic milliseconds, for durations. */
  readonly monotonicMs: () => number
  readonly onDefect: (error: unknown) => void
}

/** The core's app and its border. */
export interface CoreApp {
  readonly app: Hono
  readonly border: Border
}

/** Make the core's HTTP app. It owns nothing: books and bell are the host's to close. */
export function createCoreApp(deps: CoreAppDeps): CoreApp {
  const { core, log, metrics, monotonicMs, onDefect, version } = deps
  const problems = CORE_PROBLEMS
  const border = createBorder({ problems, log, metrics, monotonicMs, onDefect, refuseFault })
  const admin = createAdminGuard(deps.adminTokenHash, core.digest)
  const app = new Hono()
  installBorder(app, border)
  app.route('/', coreRoutes({ ...deps, admin }))
  app.route('/', operationalRoutes({ problems, metrics, readiness: () => readiness(core) }))
  app.route(
    '/',
    referenceRoutes(app, { ...CORE_REFERENCE, version, digest: core.digest, problems }),
  )
  return { app, border }
}

/** The routes of the API, whose types the client is made from. */
export function coreRoutes(deps: CoreRoutesDeps) {
  return new Hono()
    .route('/', catalogueRoutes(deps))
    .route('/', imageRoutes(deps))
    .route('/', releaseRoutes(deps))
    .route('/', nodeAdminRoutes(deps))
    .route('/', stockRoutes(deps))
    .route('/', orderRoutes(deps))
    .route('/', moneyRoutes(deps))
    .route('/', auditRoutes(deps))
    .route('/', receiptRoutes(deps))
    .route('/', operatorRoutes(deps))
    .route('/', nodeRoutes(deps))
    .route('/', buyerRoutes(deps))
    .route('/', tillRoutes(deps))
    .route('/', webhookRoutes(deps))
}

/** What the typed client knows of a core. */
export type CoreRoutes = ReturnType<typeof coreRoutes>

/** [CR5] A core gets work while its books can be read. */
async function readiness(core: Core): Promise<readonly ReadinessCheck[]> {
  try {
    await core.books.read('readiness', (trx) =>
      trx.selectFrom('market').select('market_id').executeTakeFirst(),
    )
    return [{ name: 'books', isReady: true, reason: null }]
  } catch (error) {
    if (!(error instanceof BooksFault)) throw error
    return [{ name: 'books', isReady: false, reason: `${error.code}: ${error.message}` }]
  }
}

/** [CR6] The world failed, and asking again later is safe. */
function refuseFault(error: unknown): { readonly code: CoreCode } | null {
  if (error instanceof ProcessorFault) return { code: 'processor_unavailable' }
  const isAway =
    error instanceof BooksFault && (error.code === 'unreachable' || error.code === 'contended')
  return isAway ? { code: 'books_unavailable' } : null
}
