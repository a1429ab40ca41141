import type { ToEpochMs } from '@nightmarket/kernel'
import type { MiddlewareHandler } from 'hono'

import type { Core } from '../core.ts'

/** What the core's routes share. */
export interface CoreRoutesDeps {
  readonly core: Core
  readonly version: string
  /** Lets pass who carries the admin token. */
  readonly admin: MiddlewareHandler
  /** The moment of a local time in a zone, for show files. */
  readonly toEpochMs: ToEpochMs
  /** A hint that payments or refunds became due. */
  readonly wakePayments: () => void
  /** Aborts when the server is closing, so that nobody is kept waiting. */
  readonly closing?: AbortSignal
}
