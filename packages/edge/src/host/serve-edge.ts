import { serve, type RunningServer } from '@nightmarket/http/host'

import type { Edge } from '../edge-app.ts'
import { createLiveSockets } from './live-socket.ts'

/** Serve an edge, hot path and live channel straight from the socket. Throws `ServeFault`. */
export async function serveEdge(
  edge: Edge,
  options: { readonly port: number; readonly hostname: string },
): Promise<RunningServer> {
  const { app, border, live, prepared, textRoutes } = edge
  const upgrade = createLiveSockets(live, edge.addressOf)
  const { port, hostname } = options
  const server = await serve(app, { port, hostname, textRoutes, prepared, border, upgrade })
  const close = () => {
    live.close()
    return server.close()
  }
  return { ...server, close, [Symbol.asyncDispose]: close }
}
