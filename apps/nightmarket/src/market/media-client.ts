import type { ClipApp } from '@nightmarket/media/clip'
import type { CueApp } from '@nightmarket/media/cue'
import { hc } from 'hono/client'

import type { MarketValues } from './connect.ts'
import { openKnownMarket } from './market-folder.ts'
import type { IngestApp } from '../role/ingest-routes.ts'
import { findRunning } from './running.ts'
import { Problem } from '../problem.ts'

/** Ask an edge about captions, as anybody may. */
export function connectCaptions(edgeUrl: string) {
  return hc<CueApp>(edgeUrl)
}

/** Reach the media of the edge that runs on a market's folder, as its operator. */
export function connectMedia({ data }: Pick<MarketValues, 'data'>) {
  const edgeUrl = findRunning(data)?.edge ?? null
  if (edgeUrl === null) {
    throw new Problem({
      code: 'edge_not_running',
      title: `No edge runs on the market in ${data}.`,
      wayOut: 'Start it with nightmarket up, or name its folder with --data.',
    })
  }
  const { adminToken } = openKnownMarket(data, 'any')
  const headers = { authorization: `Bearer ${adminToken}` }
  const client = hc<ClipApp>(edgeUrl, { headers })
  return { client, ingest: hc<IngestApp>(edgeUrl, { headers }), edgeUrl }
}
