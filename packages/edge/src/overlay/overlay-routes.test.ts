import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'

import { OPERATOR, openEveningEdge, type EveningEdge } from '../testing/evening-edge.ts'
import type { OverlayView } from './overlay-schema.ts'

const { dropId, mug } = EVENING

const overlays = [
  {
    templateId: 'card',
    content: { kind: 'buy_card', dropId, variantId: mug },
    forMs: 30_000,
  },
  { templateId: 'winner', content: { kind: 'winner', text: 'goes to' }, forMs: null },
] as const

const MEDIA_NOW = { timelineId: 'run-1', mediaTimeMs: 81_500 }

function openWithOverlays(): Promise<EveningEdge> {
  const release = { ...releaseOfEvening(), overlays }
  return openEveningEdge({ units: 1, release, deps: { mediaNow: () => MEDIA_NOW } })
}

async function show(evening: EveningEdge, body: object, authorization = OPERATOR) {
  const response = await evening.post('/v1/overlays', body, { authorization })
  return { status: response.status, body: (await response.json()) as OverlayView }
}

test('[OV2] a template is shown from the frame that is being made now, for its time', async () => {
  await using evening = await openWithOverlays()
  const { status, body } = await show(evening, { overlayId: 'card' })
  equal(status, 201)
  deepEqual(body, {
    overlayId: 'card',
    content: { kind: 'buy_card', dropId, variantId: mug },
    from: MEDIA_NOW,
    shownAtMs: EVENING.startMs,
    untilMs: EVENING.startMs + 30_000,
  })
  const answer = await (await evening.request('/v1/overlays')).json()
  deepEqual(answer, { shown: [body], templates: ['card', 'winner'] })
  evening.host.pass(30_000)
  deepEqual(await (await evening.request('/v1/overlays')).json(), {
    shown: [],
    templates: ['card', 'winner'],
  })
})

test('[OV2] the operator brings a name, a frame or content; nobody else anything', async () => {
  await using evening = await openWithOverlays()
  const unknown = await show(evening, { overlayId: 'none' })
  deepEqual([unknown.status, (unknown.body as object as { code: string }).code], [
    404,
    'overlay_unknown',
  ])
  equal((await show(evening, { overlayId: 'winner' })).status, 422)
  const won = await show(evening, { overlayId: 'winner', name: '<b>Ann</b>', from: null })
  deepEqual(won.body.content, { kind: 'winner', text: 'goes to', name: '<b>Ann</b>' })
  equal(won.body.from, null)
  const content = { kind: 'banner', text: 'x'.repeat(141) }
  equal((await show(evening, { overlayId: 'long', content })).status, 422)
  equal((await show(evening, { overlayId: 'card' }, 'Bearer eve')).status, 401)
  const remove = (id: string, authorization: string) =>
    evening.request(`/v1/overlays/${id}`, { method: 'DELETE', headers: { authorization } })
  equal((await remove('winner', 'Bearer eve')).status, 401)
  equal((await remove('winner', OPERATOR)).status, 204)
  equal((await remove('winner', OPERATOR)).status, 404)
})
