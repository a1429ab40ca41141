import { Hono } from 'hono'

import type { LiveStream } from './live-stream.ts'
import { writeMasterPlaylist, type SubtitleRendition, type Variant } from './master-playlist.ts'
import { RENDITIONS, type LiveRenditions, type RenditionName } from './renditions.ts'

/** How long a question may wait: three target durations. */
const WAIT_MS_MAX = 12_000

const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl'

/** The playlists that name the others, and what they begin with. */
const MASTERS: Readonly<Record<string, readonly RenditionName[]>> = {
  'master.m3u8': ['wan', 'sound'],
  'venue.m3u8': ['venue', 'sound'],
}

/** Where the words of the show in a language are, from the stream's folder. */
export type SubtitlesOf = (playlist: 'live' | 'replay') => readonly SubtitleRendition[]

/** The live end of the show in all its renditions, and the playlists that name them. [RN1, RN2] */
export function renditionRoutes(live: LiveRenditions, path: string, subtitles: SubtitlesOf): Hono {
  const app = new Hono()
  const master = (text: string) =>
    new Response(text, { headers: { 'Content-Type': PLAYLIST_TYPE, 'Cache-Control': 'no-cache' } })
  for (const [name, renditions] of Object.entries(MASTERS)) {
    app.get(`${path}/${name}`, (_, next) => {
      const variants = variantsOf(live, renditions)
      if (variants.length === 0) return next()
      return Promise.resolve(master(writeMasterPlaylist(variants, subtitles('live'))))
    })
  }
  app.get(`${path}/replay-master.m3u8`, (_, next) => {
    const variants = variantsOf(live, ['wan']).map((each) => ({ ...each, uri: 'replay.m3u8' }))
    if (variants.length === 0) return next()
    return Promise.resolve(master(writeMasterPlaylist(variants, subtitles('replay'))))
  })
  for (const name of ['venue', 'sound', 'wan'] as const) {
    const folder = `${path}/${RENDITIONS[name].folder}`.replace(/\/$/, '')
    app.route('/', liveRoutes(live[name], folder))
  }
  return app
}

function variantsOf(
  live: LiveRenditions,
  names: readonly RenditionName[],
): readonly Variant[] {
  return names.flatMap((name) => {
    const { encoding } = live[name]
    if (encoding === null || encoding.codecs === '') return []
    return [{ uri: `${RENDITIONS[name].folder}index.m3u8`, ...encoding }]
  })
}

/**
 * The live end of a rendition over HTTP. What is not in memory any more is left to whoever serves
 * the recording's files: mount it behind. [LH1, LH2]
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
        'Content-Type': PLAYLIST_TYPE,
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
