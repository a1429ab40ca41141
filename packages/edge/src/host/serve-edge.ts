import { serve, type RunningServer } from '@nightmarket/http/host'

import type { Edge } from '../edge-app.ts'

/** Serve an edge with its hot path straight from the socket. Throws `ServeFault`. */
export function serveEdge(
  edge: Edge,
  options: { readonly port: number; readonly hostname: string },
): Promise<RunningServer> {
  return serve(edge.app, { ...options, textRoutes: edge.textRoutes, border: edge.border })
}
