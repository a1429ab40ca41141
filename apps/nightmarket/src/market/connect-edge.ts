import type { EdgeClient } from '@nightmarket/edge'

import { Problem } from '../problem.ts'
import { openKnownMarket } from './market-folder.ts'
import { findRunning } from './running.ts'

/** The edge of a market on this machine, asked as its operator. */
export async function connectEdge({ data }: { readonly data: string }): Promise<EdgeClient> {
  const url = findRunning(data)?.edge ?? null
  if (url === null) {
    throw new Problem({
      code: 'edge_not_running',
      title: 'No edge of this market runs on this machine.',
      wayOut: 'Start it with nightmarket up, or name its folder with --data.',
    })
  }
  const { adminToken } = openKnownMarket(data, 'any')
  const { createEdgeClient } = await import('@nightmarket/edge')
  return createEdgeClient(url, {
    fetch(input, init) {
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${adminToken}`)
      return fetch(input, { ...init, headers })
    },
  })
}
