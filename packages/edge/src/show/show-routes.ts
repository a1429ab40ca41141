import type { AppliedRelease, DropId } from '@nightmarket/kernel'
import { CACHE, cached, createValidate, describe, entityTag } from '@nightmarket/http'
import { Hono } from 'hono'
import type { TypedResponse } from 'hono'
import { z } from 'zod'

import { knownId } from '../contract/id-schema.ts'
import { dropView, showView, type DropView, type ShowView } from '../contract/show-schema.ts'
import type { EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS } from '../edge-problem.ts'
import { viewDrop, viewShow } from './show-view.ts'

const TAG = 'Show'

type Cached<View> = Response & TypedResponse<View, 200, 'json'>

/** What everybody may see: the show, and each drop as it is now. */
export function showRoutes(deps: Pick<EdgeDeps, 'stall' | 'now' | 'digest'>) {
  const { stall, now, digest } = deps
  const validate = createValidate(EDGE_PROBLEMS)
  const readShow = createShowReader(digest)
  return new Hono()
    .get(
      '/v1/show',
      describe(EDGE_PROBLEMS, {
        summary: 'The show that is on',
        description:
          'The public part of the active release. Changes only when another release is activated.',
        tag: TAG,
        answers: { 200: { description: 'The show and its drops.', schema: showView } },
        problems: ['not_selling'],
      }),
      (c) => {
        const { active } = stall.state
        if (active === null) return refuseUnreleased()
        return cached(c, readShow(active), CACHE.brief) as Cached<ShowView>
      },
    )
    .get(
      '/v1/drops/:dropId',
      describe(EDGE_PROBLEMS, {
        summary: 'A drop as it is now',
        description: 'Phase, prices of the moment, units at this edge and how many wait in line.',
        tag: TAG,
        answers: { 200: { description: 'The drop.', schema: dropView } },
        problems: ['not_selling', 'drop_unknown', 'invalid_request'],
      }),
      validate('param', z.strictObject({ dropId: knownId('drop', 'midnight') })),
      (c) => {
        const { active } = stall.state
        if (active === null) return refuseUnreleased()
        const dropId: DropId = c.req.valid('param').dropId
        const drop = active.index.drops.get(dropId)
        if (drop === undefined) return EDGE_PROBLEMS.respond({ code: 'drop_unknown', dropId })
        const text = JSON.stringify(viewDrop(stall.state, active, drop, now()))
        const content = { text, contentType: 'application/json', etag: entityTag(text, digest) }
        return cached(c, content, CACHE.brief) as Cached<DropView>
      },
    )
}

function refuseUnreleased() {
  const refusal = { code: 'not_selling', reason: 'no_release' } as const
  return EDGE_PROBLEMS.respond(refusal, { 'Retry-After': '1' })
}

/** A release is written and tagged once, however often it is read. */
function createShowReader(digest: EdgeDeps['digest']) {
  const contents = new WeakMap<AppliedRelease, ReturnType<typeof writeShow>>()
  return (active: AppliedRelease) => {
    const content = contents.get(active) ?? writeShow(active, digest)
    contents.set(active, content)
    return content
  }
}

function writeShow(active: AppliedRelease, digest: EdgeDeps['digest']) {
  const text = JSON.stringify(viewShow(active))
  return { text, contentType: 'application/json', etag: entityTag(text, digest) }
}
