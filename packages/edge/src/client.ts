import { hc } from 'hono/client'

import type { EdgeApp } from './edge-app.ts'

/** Calls an edge with the types of its own routes. */
export type EdgeClient = ReturnType<typeof hc<EdgeApp>>

/**
 * Make a client of an edge. `fetch` may be an app's own `request`, so that a command can run
 * without a server.
 */
export function createEdgeClient(
  url: string,
  options: {
    readonly fetch?: (
      input: string | URL | Request,
      init?: RequestInit,
    ) => Response | Promise<Response>
  } = {},
): EdgeClient {
  const { fetch } = options
  return hc<EdgeApp>(url, fetch === undefined ? {} : { fetch })
}
