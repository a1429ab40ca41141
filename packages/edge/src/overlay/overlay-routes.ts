import { CACHE, createValidate, describe } from '@nightmarket/http'
import type { AppliedRelease, OverlayTemplate } from '@nightmarket/kernel'
import { Hono } from 'hono'
import { z } from 'zod'

import { knownId } from '../contract/id-schema.ts'
import type { EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS } from '../edge-problem.ts'
import type { LiveChannel } from '../live/live-channel.ts'
import {
  mediaMoment,
  overlayContent,
  overlayView,
  type OverlayContent,
  type OverlayView,
} from './overlay-schema.ts'

const TAG = 'Overlays'

/** The longest that an overlay stays by itself, in milliseconds. */
const SHOWN_MS_MAX = 86_400_000

const overlayId = knownId('overlay', 'moon-card')

const showRequest = z
  .strictObject({
    overlayId: overlayId.meta({ description: 'Of the template, unless `content` is given.' }),
    content: overlayContent.optional(),
    name: z
      .string()
      .trim()
      .min(1)
      .max(60)
      .optional()
      .meta({ description: 'Who won, as that person wants to be called.' }),
    forMs: z.int().min(1_000).max(SHOWN_MS_MAX).nullable().optional(),
    from: mediaMoment.nullable().optional().meta({
      description: 'From which frame on. Absent: the one being made now. `null`: at once.',
    }),
  })
  .meta({ ref: 'OverlayRequest' })

const listAnswer = z.strictObject({
  shown: z.array(overlayView),
  templates: z.array(z.string()).meta({ description: 'What the release has ready.' }),
})

type Deps = Pick<EdgeDeps, 'stall' | 'now' | 'isOperator' | 'mediaNow'>

/** Showing and hiding what stands over the picture, by the operator’s token. [OV2] */
export function overlayRoutes(deps: Deps, live: LiveChannel) {
  return new Hono().route('/', listRoute(deps, live)).route('/', changeRoutes(deps, live))
}

function listRoute({ stall }: Deps, live: LiveChannel) {
  return new Hono().get(
    '/v1/overlays',
    describe(EDGE_PROBLEMS, {
      summary: 'What is shown over the picture',
      tag: TAG,
      answers: { 200: { description: 'Shown now, and ready to be.', schema: listAnswer } },
      problems: [],
    }),
    (c) => {
      const templates = stall.state.active?.index.release.overlays ?? []
      const names = templates.map(({ templateId }) => templateId)
      const answer = { shown: [...live.overlays()], templates: names }
      return c.json(answer, 200, { 'Cache-Control': CACHE.never })
    },
  )
}

function changeRoutes(deps: Deps, live: LiveChannel) {
  const validate = createValidate(EDGE_PROBLEMS)
  const isRefused = (authorization: string | undefined) => !deps.isOperator(authorization ?? null)
  return new Hono()
    .post(
      '/v1/overlays',
      describe(EDGE_PROBLEMS, {
        summary: 'Show an overlay',
        description: 'On every page and browser source of this edge, in the place of its id.',
        tag: TAG,
        answers: { 201: { description: 'As it is shown.', schema: overlayView } },
        problems: [
          'unauthorized',
          'overlay_unknown',
          'name_missing',
          'invalid_request',
          'malformed_json',
          'body_too_large',
          'unsupported_media_type',
        ],
      }),
      validate('json', showRequest),
      (c) => {
        if (isRefused(c.req.header('authorization'))) {
          return EDGE_PROBLEMS.respond({ code: 'unauthorized' })
        }
        const request = c.req.valid('json')
        const template = findTemplate(deps.stall.state.active, request.overlayId)
        const drawn = request.content ?? template?.content
        if (drawn === undefined) {
          return EDGE_PROBLEMS.respond({ code: 'overlay_unknown', overlayId: request.overlayId })
        }
        const content = contentOf(drawn, request.name)
        if (content === null) return EDGE_PROBLEMS.respond({ code: 'name_missing' })
        const overlay = overlayOf(deps, { ...request, content }, template)
        live.show(overlay)
        return c.json(overlay, 201, { 'Cache-Control': CACHE.never })
      },
    )
    .delete(
      '/v1/overlays/:overlayId',
      describe(EDGE_PROBLEMS, {
        summary: 'Take an overlay away',
        tag: TAG,
        answers: { 204: { description: 'It is gone.' } },
        problems: ['unauthorized', 'overlay_unknown', 'invalid_request'],
      }),
      validate('param', z.strictObject({ overlayId })),
      (c) => {
        if (isRefused(c.req.header('authorization'))) {
          return EDGE_PROBLEMS.respond({ code: 'unauthorized' })
        }
        const { overlayId: id } = c.req.valid('param')
        if (live.hide(id)) return c.body(null, 204)
        return EDGE_PROBLEMS.respond({ code: 'overlay_unknown', overlayId: id })
      },
    )
}

function findTemplate(active: AppliedRelease | null, id: string): OverlayTemplate | undefined {
  return active?.index.release.overlays?.find(({ templateId }) => templateId === id)
}

/** A winner has a name, which no template knows. */
function contentOf(
  drawn: OverlayContent | OverlayTemplate['content'],
  name: string | undefined,
): OverlayContent | null {
  if (drawn.kind !== 'winner') return drawn
  const known = name ?? ('name' in drawn ? drawn.name : undefined)
  return known === undefined ? null : { ...drawn, name: known }
}

/** An overlay with its times: of the frame being made now, unless the operator names another. */
function overlayOf(
  { now, mediaNow }: Deps,
  request: z.output<typeof showRequest> & { readonly content: OverlayContent },
  template: OverlayTemplate | undefined,
): OverlayView {
  const shownAtMs = now().atMs
  const forMs = request.forMs === undefined ? (template?.forMs ?? null) : request.forMs
  const from = request.from === undefined ? (mediaNow?.() ?? null) : request.from
  return {
    overlayId: request.overlayId,
    content: request.content,
    from,
    shownAtMs,
    untilMs: forMs === null ? null : shownAtMs + forMs,
  }
}
