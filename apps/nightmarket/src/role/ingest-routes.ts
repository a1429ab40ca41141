import type { IngestStatus } from '@nightmarket/media/ingest'
import type { Live } from '@nightmarket/media/live'
import { Hono } from 'hono'

/** The routes, for a client. */
export type IngestApp = ReturnType<typeof ingestRoutes>

/** How an encoder stands with its edge, told to the operator only. */
export function ingestRoutes(
  live: Pick<Live, 'status'>,
  isOperator: (authorization: string | null) => boolean,
) {
  return new Hono().get('/v1/ingest', (c) => {
    if (!isOperator(c.req.header('authorization') ?? null)) {
      return c.json({ title: 'Only the operator is told.' }, 401)
    }
    return c.json(live.status() satisfies IngestStatus, 200)
  })
}
