import { CACHE, createValidate, describe, parseJson, readText } from '@nightmarket/http'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'

import { languageTag } from '../clip/clip.ts'
import { CLIP_PROBLEMS } from '../clip/clip-problem.ts'
import {
  captionPart,
  captionPlaylist,
  parseCaptionPart,
  type CaptionedStream,
} from './caption-playlist.ts'
import type { MediaTimeline, SentCue } from './cue.ts'
import type { CueLog } from './cue-log.ts'
import { parseWebVtt, sentCues } from './parse-cues.ts'

/** What the routes of captions need. */
export interface CueRouteDeps {
  readonly cues: CueLog
  readonly timeline: MediaTimeline & { readonly playlist: CaptionedStream }
  /** An operator, or somebody with the captioner's key: who may give words. */
  readonly isCaptioner: (authorization: string | null) => boolean
}

const TAG = 'Captions'

/** How many words a stretch has at most: some minutes in a few languages. */
const CUES_TOLD_MAX = 500

/** Where caption renditions are served. */
export const CAPTION_FILES = '/media/captions'

const language = z.strictObject({ language: languageTag })
const origin = z.strictObject({
  /** WebVTT only: which moment of the edge's clock its 00:00 is. */
  originAtMs: z.coerce.number().int().min(0).optional(),
  timelineId: z.string().min(1).max(128).optional(),
})
const span = z.strictObject({
  fromMs: z.coerce.number().int().min(0),
  toMs: z.coerce.number().int().min(0),
})
const placed = z.object({
  cues: z.array(
    z.object({
      cueId: z.string(),
      language: z.string(),
      startAtMs: z.int(),
      endAtMs: z.int(),
      text: z.string(),
    }),
  ),
})
const taken = z.object({ cueIds: z.array(z.string()) })
const status = z.object({
  languages: z.array(
    z.object({
      language: z.string(),
      cues: z.int(),
      latenessMs: z.object({ median: z.int(), worst: z.int() }).nullable(),
      lastReceivedAtMs: z.int(),
    }),
  ),
})

/** Captions over HTTP: given by captioners, and served as a rendition of the stream. [CP4, CP5] */
export function cueRoutes(deps: CueRouteDeps) {
  const { cues, timeline, isCaptioner } = deps
  const validate = createValidate(CLIP_PROBLEMS)
  return new Hono()
    .post(
      '/v1/captions/:language',
      describe(CLIP_PROBLEMS, {
        summary: 'Give words of the show in a language',
        description:
          'JSON, or WebVTT with the type text/vtt. Times are the stream’s own; or the edge’s ' +
          'clock, with `clock: edge` in JSON and `originAtMs` for WebVTT. A cue with a known id ' +
          'replaces its words.',
        tag: TAG,
        security: 'bearer',
        answers: { 202: { description: 'Taken.', schema: taken } },
        problems: ['unauthorized', 'cues_malformed', 'stream_unknown', 'languages_full'],
      }),
      validate('param', language),
      validate('query', origin),
      async (c) => {
        if (!isCaptioner(c.req.header('authorization') ?? null)) {
          return CLIP_PROBLEMS.respond({ code: 'unauthorized' })
        }
        const text = await readText(c.req.raw)
        if (!text.ok) return CLIP_PROBLEMS.respond(text.error)
        const { originAtMs, timelineId } = c.req.valid('query')
        const sent = readCues(c, text.value)
        if (!sent.ok) return CLIP_PROBLEMS.respond(sent.error)
        const result = await cues.take({
          language: c.req.valid('param').language,
          ...(timelineId === undefined ? {} : { timelineId }),
          ...sent.value,
          ...(originAtMs === undefined ? {} : { clock: 'edge', originMs: originAtMs }),
        })
        if (!result.ok) return CLIP_PROBLEMS.respond(result.error)
        return c.json({ cueIds: result.value.map(({ cueId }) => cueId) }, 202)
      },
    )
    .get(
      '/v1/captions',
      describe(CLIP_PROBLEMS, {
        summary: 'The languages there are, and how late their words come',
        tag: TAG,
        answers: { 200: { description: 'Languages.', schema: status } },
        problems: [],
      }),
      (c) => {
        c.header('Cache-Control', CACHE.brief)
        const languages = cues.status().map((each) => ({ ...each }))
        return c.json({ languages }, 200)
      },
    )
    .get(
      '/v1/captions/cues',
      describe(CLIP_PROBLEMS, {
        summary: 'The words of a stretch of the show, in every language',
        description: 'By the edge’s clock: what a page needs that comes late, or goes back.',
        tag: TAG,
        answers: { 200: { description: 'Words, in order.', schema: placed } },
        problems: [],
      }),
      validate('query', span),
      (c) => {
        c.header('Cache-Control', CACHE.brief)
        return c.json({ cues: cuesBetween(deps, c.req.valid('query')) }, 200)
      },
    )
    .get(`${CAPTION_FILES}/:language/:playlist{(?:live|replay)\\.m3u8}`, (c) => {
      const { language: wanted, playlist } = c.req.param()
      if (!cues.languages.includes(wanted)) return CLIP_PROBLEMS.respond({ code: 'not_found' })
      const isReplay = playlist === 'replay.m3u8'
      const beganAtMs = (timelineId: string) => timeline.beganAtMs(timelineId)
      return c.body(captionPlaylist(timeline.playlist, { isReplay, beganAtMs }), 200, {
        'Content-Type': 'application/vnd.apple.mpegurl',
        'Cache-Control': CACHE.brief,
      })
    })
    .get(`${CAPTION_FILES}/:language/:timelineId/:part`, (c) => {
      const { language: wanted, timelineId, part } = c.req.param()
      const stretch = parseCaptionPart(part)
      const isKnown = cues.languages.includes(wanted) && timeline.beganAtMs(timelineId) !== null
      if (stretch === null || !isKnown) return CLIP_PROBLEMS.respond({ code: 'not_found' })
      return c.body(captionPart(cues.cues(wanted, timelineId), stretch), 200, {
        'Content-Type': 'text/vtt; charset=utf-8',
        'Cache-Control': CACHE.brief,
      })
    })
}

/** The newest words of a stretch, by the edge's clock. */
function cuesBetween(
  { cues, timeline }: CueRouteDeps,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
) {
  const all = cues.all.flatMap(({ cueId, language: spoken, timelineId, startMs, endMs, text }) => {
    const beganAtMs = timeline.beganAtMs(timelineId)
    if (beganAtMs === null) return []
    const [startAtMs, endAtMs] = [beganAtMs + startMs, beganAtMs + endMs]
    if (startAtMs >= toMs || endAtMs <= fromMs) return []
    return [{ cueId, language: spoken, startAtMs, endAtMs, text }]
  })
  return all.toSorted((a, b) => a.startAtMs - b.startAtMs).slice(-CUES_TOLD_MAX)
}

/** What the typed client knows of captions. */
export type CueApp = ReturnType<typeof cueRoutes>

function readCues(c: Context, text: string) {
  const isVtt = /^text\/vtt\b/i.test(c.req.header('content-type') ?? '')
  if (isVtt) {
    const parsed = parseWebVtt(text)
    return parsed.ok
      ? { ok: true as const, value: { cues: parsed.value, clock: 'media' as const } }
      : parsed
  }
  const parsed = parseJson(text, sentCues)
  if (!parsed.ok) return parsed
  const { cues: list, clock, timelineId } = parsed.value
  const sent = list.map(({ cueId = null, ...cue }): SentCue => ({ cueId, ...cue }))
  return {
    ok: true as const,
    value: { cues: sent, clock, ...(timelineId === undefined ? {} : { timelineId }) },
  }
}
