import { CACHE, createValidate, describe } from '@nightmarket/http'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'

import type { ClipAsk } from './clip-window.ts'
import type { ClipDesk, ClipSales } from './clip-desk.ts'
import { CLIP_PROBLEMS } from './clip-problem.ts'
import {
  changeClipBody,
  clipView,
  makeClipBody,
  markBody,
  reelBody,
  reelView,
  viewClip,
} from './clip-schema.ts'
import type { ClipShelf } from './clip-shelf.ts'

/** What the routes of clips need. */
export interface ClipRouteDeps {
  readonly desk: ClipDesk
  readonly shelf: ClipShelf
  readonly sales: ClipSales
  readonly nowMs: () => number
  readonly isOperator: (authorization: string | null) => boolean
}

const TAG = 'Clips'
const clipId = z.strictObject({ clipId: z.string().min(1).max(64) })

/** Clips over HTTP: made and published by an operator, seen by everybody. [CL10] */
export function clipRoutes(deps: ClipRouteDeps) {
  const { desk, shelf, nowMs, isOperator } = deps
  const validate = createValidate(CLIP_PROBLEMS)
  const isFrom = (c: Context) => isOperator(c.req.header('authorization') ?? null)
  const refuse = () => CLIP_PROBLEMS.respond({ code: 'unauthorized' })
  return new Hono()
    .get(
      '/v1/clips',
      describe(CLIP_PROBLEMS, {
        summary: 'The clips there are',
        description: 'The newest first. An operator also sees those that are not published.',
        tag: TAG,
        answers: { 200: { description: 'Clips.', schema: z.object({ clips: z.array(clipView) }) } },
        problems: [],
      }),
      (c) => {
        const isAll = isFrom(c)
        const clips = shelf.clips.filter(({ publishedAtMs }) => isAll || publishedAtMs !== null)
        c.header('Cache-Control', isAll ? CACHE.never : CACHE.brief)
        return c.json({ clips: clips.toReversed().slice(0, 200).map(viewClip) }, 200)
      },
    )
    .post(
      '/v1/clips',
      describe(CLIP_PROBLEMS, {
        summary: 'Cut a clip of the show',
        description: 'By its time, or around an order; then it is that order’s video receipt.',
        tag: TAG,
        security: 'bearer',
        answers: { 201: { description: 'The clip.', schema: clipView } },
        problems: ['unauthorized', 'clip_length_invalid', 'not_recorded', 'order_unknown'],
      }),
      validate('json', makeClipBody),
      async (c) => {
        if (!isFrom(c)) return refuse()
        const { title, isPublished, ...what } = c.req.valid('json')
        const isSpan = 'startAtMs' in what
        const ask: ClipAsk | null = isSpan ? { kind: 'span', ...what } : aroundOrder(deps, what)
        if (ask === null) return CLIP_PROBLEMS.respond({ code: 'order_unknown' })
        const made = await desk.make({ ask, title, isPublished })
        return made.ok ? c.json(viewClip(made.value), 201) : CLIP_PROBLEMS.respond(made.error)
      },
    )
    .post(
      '/v1/marks',
      describe(CLIP_PROBLEMS, {
        summary: 'Mark a moment of the show',
        description:
          'A clip of what led to it and what follows is published within seconds after its end. ' +
          'The answer does not wait for it.',
        tag: TAG,
        security: 'bearer',
        answers: { 202: { description: 'The moment.', schema: z.object({ atMs: z.int() }) } },
        problems: ['unauthorized'],
      }),
      validate('json', markBody),
      (c) => {
        if (!isFrom(c)) return refuse()
        const { atMs = nowMs(), title, isPublished } = c.req.valid('json')
        desk.mark(atMs, { title, isPublished })
        return c.json({ atMs }, 202)
      },
    )
    .patch(
      '/v1/clips/:clipId',
      describe(CLIP_PROBLEMS, {
        summary: 'Publish a clip, or take it back',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'The clip.', schema: clipView } },
        problems: ['unauthorized', 'clip_unknown'],
      }),
      validate('param', clipId),
      validate('json', changeClipBody),
      async (c) => {
        if (!isFrom(c)) return refuse()
        const id = c.req.valid('param').clipId
        const clip = await desk.publish(id, c.req.valid('json').isPublished)
        if (clip === null) return CLIP_PROBLEMS.respond({ code: 'clip_unknown', clipId: id })
        return c.json(viewClip(clip), 200)
      },
    )
    .post(
      '/v1/reels',
      describe(CLIP_PROBLEMS, {
        summary: 'Make a reel of clips',
        description: 'Copied when their settings match, else encoded again at a low priority.',
        tag: TAG,
        security: 'bearer',
        answers: { 202: { description: 'How far it is.', schema: reelView } },
        problems: ['unauthorized', 'clip_unknown'],
      }),
      validate('json', reelBody),
      (c) => {
        if (!isFrom(c)) return refuse()
        const { clipIds, title } = c.req.valid('json')
        const begun = desk.reel(clipIds ?? publishedOf(shelf), title)
        return begun.ok ? c.json(begun.value, 202) : CLIP_PROBLEMS.respond(begun.error)
      },
    )
    .get(
      '/v1/reels/:reelId',
      describe(CLIP_PROBLEMS, {
        summary: 'How far a reel is',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'How far it is.', schema: reelView } },
        problems: ['unauthorized', 'reel_unknown'],
      }),
      validate('param', z.strictObject({ reelId: z.string().min(1).max(64) })),
      (c) => {
        if (!isFrom(c)) return refuse()
        const progress = desk.reelProgress(c.req.valid('param').reelId)
        if (progress === null) return CLIP_PROBLEMS.respond({ code: 'reel_unknown' })
        return c.json(progress, 200)
      },
    )
}

/** What the typed client knows of clips. */
export type ClipApp = ReturnType<typeof clipRoutes>

function aroundOrder(
  { sales }: ClipRouteDeps,
  { aroundOrderId }: { readonly aroundOrderId: string },
): ClipAsk | null {
  const sale = sales.order(aroundOrderId)
  return sale === null ? null : { kind: 'order', orderId: sale.orderId, atMs: sale.atMs }
}

/** A reel of a show: its published clips, in the order of the show. */
function publishedOf(shelf: ClipShelf): readonly string[] {
  return shelf.clips
    .filter(({ publishedAtMs, origin }) => publishedAtMs !== null && origin !== 'reel')
    .sort((a, b) => a.startAtMs - b.startAtMs)
    .map(({ clipId }) => clipId)
}
