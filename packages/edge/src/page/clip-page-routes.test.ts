import { equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { EVENING } from '@nightmarket/kernel/testing'

import { openEveningEdge } from '../testing/evening-edge.ts'
import type { PublishedClip } from './stage-parts.ts'

const { dropId, mug } = EVENING

const clip: PublishedClip = {
  clipId: 'clip-1',
  title: 'The last mug <b>',
  startAtMs: 1_790_000_000_000,
  durationMs: 12_400,
  publishedAtMs: 1_790_000_020_000,
  videoPath: '/media/clips/film.mp4',
  posterPath: null,
  width: 1_280,
  height: 720,
  captions: [{ language: 'de', path: '/media/clips/words.vtt' }],
  products: [
    { dropId, variantId: mug },
    { dropId: 'over', variantId: 'gone' },
  ],
}

test('[PF9] a clip’s page previews as a film and sells what the show still lists', async () => {
  await using edge = await openEveningEdge({ units: 7, hasStage: true, clips: [clip] })
  const response = await edge.request('/clips/clip-1')
  equal(response.status, 200)
  match(response.headers.get('content-security-policy') ?? '', /media-src 'self'/)
  const text = await response.text()
  match(text, /property="og:type" content="video.other"/)
  match(text, /property="og:video" content="http[^"]+\/media\/clips\/film.mp4"/)
  match(text, /"@type":"VideoObject"/)
  match(text, /"duration":"PT12.4S"/)
  match(text, /kind="captions"\s+src="\/media\/clips\/words.vtt"/)
  match(text, new RegExp(`href="/buy/${dropId}/`))
  match(text, /7 left/)
  ok(!text.includes('gone') && !text.includes('poster='))
  ok(!text.includes('mug <b>'), 'what a host writes is text')
})

test('[PF9] a clip that is not published has no page', async () => {
  await using edge = await openEveningEdge({ units: 7, hasStage: true })
  equal((await edge.request('/clips/clip-1')).status, 404)
})
