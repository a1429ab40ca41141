import { hc } from 'hono/client'

import type { CoreRoutes } from './app.ts'

/** Calls a core with the types of its own routes. */
export type CoreClient = ReturnType<typeof hc<CoreRoutes>>

/**
 * Make a client of a core. `fetch` may be an app's own `request`, so that a command can run without
 * a server; without a token only what needs none is answered.
 */
export function createCoreClient(
  url: string,
  options: {
    readonly token?: string
    readonly fetch?: (
      input: string | URL | Request,
      init?: RequestInit,
    ) => Response | Promise<Response>
  } = {},
): CoreClient {
  const { token, fetch } = options
  return hc<CoreRoutes>(url, {
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    ...(fetch === undefined ? {} : { fetch }),
  })
}
