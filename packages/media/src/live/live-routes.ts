import { Hono } from 'hono'

import type { LiveStream } from './live-stream.ts'

/** How long a question may wait: three target durations. */
const WAIT_MS_MAX = 12_000

/**
 * The live end of the show over HTTP. What is not in memory any more is left to whoever serves the
 * recording's files: mount it behind. [LH1, LH2]
 */
export function liveRoutes(live: LiveStream, path: string): Hono {
  return new Hono()
    .get(`${path}/index.m3u8`, async (c, next) => {
      if (live.isEmpty) return next()
      const wanted = readWanted(c.req.query('_HLS_msn'), c.req.query('_HLS_part'))
      if (wanted === 'invalid') return c.text('_HLS_msn and _HLS_part are whole numbers.\n', 400)
      const isDelta = c.req.query('_HLS_skip') === 'YES'
      const answer = await live.playlist(wanted, isDelta, patience(c.req.raw.signal))
      if (answer.kind === 'too_far') return c.text('That is too far ahead.\n', 400)
      return c.body(answer.text, 200, {
        'Content-Type': 'application/vnd.apple.mpegurl',
        'Cache-Control': wanted === null ? 'no-cache' : 'public, max-age=6',
      })
    })
    .get(`${path}/:name{[a-z0-9]+-[0-9]+\\.(?:m4s|mp4)}`, async (c, next) => {
      const name = c.req.param('name')
      const bytes = live.file(name) ?? (await live.promised(name, patience(c.req.raw.signal)))
      if (bytes === null) return next()
      const headers = {
        'Content-Type': 'video/mp4',
        'Cache-Control': 'public, max-age=3600, immutable',
      }
      const { buffer, byteOffset, length } = bytes
      return new Response(new Uint8Array(buffer as ArrayBuffer, byteOffset, length), { headers })
    })
}

function readWanted(msn: string | undefined, part: string | undefined) {
  if (msn === undefined) return part === undefined ? null : 'invalid'
  const isNumber = (text: string) => /^\d{1,9}$/.test(text)
  if (!isNumber(msn) || (part !== undefined && !isNumber(part))) return 'invalid'
  return { msn: Number(msn), part: part === undefined ? null : Number(part) }
}

function patience(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS_MAX)])
}
