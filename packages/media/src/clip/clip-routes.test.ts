import assert from 'node:assert/strict'
import { test } from 'node:test'

import { openDesk, SHOW_BEGAN_MS } from '../testing/open-desk.ts'
import { steadyTimeline } from '../testing/steady-timeline.ts'
import { cueRoutes } from '../cue/cue-routes.ts'
import { BurstWatch } from './burst-watch.ts'
import { clipFiles, parseRange } from './clip-files.ts'
import { clipRoutes } from './clip-routes.ts'
import type { Burst } from './find-burst.ts'
import type { ClipView } from './clip-schema.ts'

const operator = { authorization: 'Bearer host', 'content-type': 'application/json' }
const isOperator = (authorization: string | null) => authorization === 'Bearer host'

async function openApp() {
  const made = await openDesk({ seconds: 12 })
  const { desk, shelf } = made
  const nowMs = () => SHOW_BEGAN_MS + 200_000
  const clips = clipRoutes({ desk, shelf, sales: made.sales, nowMs, isOperator })
  const send = (method: string, path: string, body: unknown, headers: object = operator) =>
    clips.request(path, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  const close = () => made[Symbol.asyncDispose]()
  return { made, clips, send, files: clipFiles(shelf), [Symbol.asyncDispose]: close }
}

test('[CL10] only an operator makes and publishes clips, or sees drafts', async () => {
  await using app = await openApp()
  const wish = { startAtMs: SHOW_BEGAN_MS, durationMs: 3_000, isPublished: false }
  for (const headers of [{}, { authorization: 'Bearer viewer' }]) {
    assert.equal((await app.send('POST', '/v1/clips', wish, headers)).status, 401)
    assert.equal((await app.send('POST', '/v1/marks', {}, headers)).status, 401)
    assert.equal((await app.send('POST', '/v1/reels', { title: 'x' }, headers)).status, 401)
    const change = { isPublished: true }
    assert.equal((await app.send('PATCH', '/v1/clips/any', change, headers)).status, 401)
  }
  const answer = await app.send('POST', '/v1/clips', wish)
  assert.equal(answer.status, 201)
  const { clipId } = (await answer.json()) as ClipView
  const listed = async (headers: object) => {
    const list = await app.clips.request('/v1/clips', { headers: { ...headers } })
    return ((await list.json()) as { clips: ClipView[] }).clips.length
  }
  assert.deepEqual([await listed({}), await listed(operator)], [0, 1])
  await app.send('PATCH', `/v1/clips/${clipId}`, { isPublished: true })
  assert.deepEqual([await listed({}), await listed(operator)], [1, 1])
})

test('[CL10] a receipt’s order is in no list', async () => {
  await using app = await openApp()
  app.made.sell('secret-order', 5_000, 'mug', 1)
  const answer = await app.send('POST', '/v1/clips', { aroundOrderId: 'secret-order' })
  assert.equal(answer.status, 201)
  assert.ok(!(await answer.text()).includes('secret-order'))
  const list = await app.clips.request('/v1/clips', { headers: operator })
  assert.ok(!(await list.text()).includes('secret-order'))
  const unknown = await app.send('POST', '/v1/clips', { aroundOrderId: 'nobody' })
  assert.equal(unknown.status, 404)
})

test('[CL11] a film is sent in ranges, and only what a clip needs is sent at all', async () => {
  await using app = await openApp()
  const wish = { startAtMs: SHOW_BEGAN_MS, durationMs: 3_000 }
  const answer = await app.send('POST', '/v1/clips', wish)
  const { videoPath, bytes } = (await answer.json()) as ClipView
  const whole = await app.files.request(videoPath)
  assert.equal((await whole.arrayBuffer()).byteLength, bytes)
  const part = await app.files.request(videoPath, { headers: { range: 'bytes=10-19' } })
  assert.equal(part.status, 206)
  assert.equal(part.headers.get('content-range'), `bytes 10-19/${bytes}`)
  assert.equal((await part.arrayBuffer()).byteLength, 10)
  assert.equal((await app.files.request('/media/clips/..%2Fcues.jsonl')).status, 404)
  assert.equal((await app.files.request(`/media/clips/${'0'.repeat(64)}.mp4`)).status, 404)
})

test('[CL11] ranges are those of RFC 9110', () => {
  assert.deepEqual(parseRange('bytes=0-', 100), [0, 99])
  assert.deepEqual(parseRange('bytes=-10', 100), [90, 99])
  assert.deepEqual(parseRange('bytes=90-500', 100), [90, 99])
  assert.equal(parseRange('bytes=100-', 100), 'unsatisfiable')
  assert.equal(parseRange('bytes=5-1', 100), 'unsatisfiable')
  for (const other of [undefined, 'bytes=-', 'items=0-1', 'bytes=0-1,3-4']) {
    assert.equal(parseRange(other, 100), null)
  }
})

test('[CL5] a burst is told once, also when it is looked at again', () => {
  const told: Burst[] = []
  const watch = new BurstWatch({ burst: (burst) => void told.push(burst) }, 0)
  const sales = Array.from({ length: 12 }, (_, at) => ({
    orderId: `o-${at}`,
    atMs: 200_000 + at * 500,
    dropId: 'drop',
    lines: [{ variantId: 'mug', quantity: 1 }],
  }))
  for (const nowMs of [206_000, 216_000, 217_000, 300_000]) watch.look(sales, nowMs)
  assert.equal(told.length, 1)
})

test('[CP5] words come as WebVTT or JSON from a captioner, and from nobody else', async () => {
  await using app = await openApp()
  const segments = [{ startAtMs: SHOW_BEGAN_MS + 6_000, durationMs: 1_000 }]
  const runs = [{ timelineId: 'run-1', segments }]
  const timeline = {
    ...steadyTimeline(SHOW_BEGAN_MS, () => SHOW_BEGAN_MS + 200_000),
    playlist: { mediaSequence: 6, discontinuitySequence: 0, runs },
  }
  const captions = cueRoutes({ cues: app.made.cues, timeline, isCaptioner: isOperator })
  const send = (language: string, type: string, body: string, authorization = 'Bearer host') =>
    captions.request(`/v1/captions/${language}`, {
      method: 'POST',
      body,
      headers: { 'content-type': type, authorization },
    })
  const vtt = 'WEBVTT\n\n00:06.000 --> 00:07.000\nSechs\n'
  assert.equal((await send('de', 'text/vtt', vtt, 'Bearer viewer')).status, 401)
  assert.equal((await send('de', 'text/vtt', vtt)).status, 202)
  const json = JSON.stringify({
    clock: 'edge',
    cues: [{ startMs: SHOW_BEGAN_MS + 8_000, endMs: SHOW_BEGAN_MS + 9_000, text: 'Acht' }],
  })
  assert.equal((await send('de', 'application/json', json)).status, 202)
  assert.equal((await send('de', 'text/vtt', 'WEBVTT\n\nbroken')).status, 422)
  assert.equal((await send('not a language', 'text/vtt', vtt)).status, 422)
  assert.equal((await send('de', 'application/json', '{"cues":[]}')).status, 422)
  const said = app.made.cues.cues('de').map(({ startMs, text }) => [startMs, text])
  assert.deepEqual(said, [[6_000, 'Sechs'], [8_000, 'Acht']])
  const [from, to] = [SHOW_BEGAN_MS + 5_500, SHOW_BEGAN_MS + 7_500]
  const late = await captions.request(`/v1/captions/cues?fromMs=${from}&toMs=${to}`)
  const told = (await late.json()) as { readonly cues: readonly { readonly startAtMs: number }[] }
  assert.deepEqual(told.cues.map(({ startAtMs }) => startAtMs - SHOW_BEGAN_MS), [6_000])
  const list = await captions.request('/media/captions/de/live.m3u8')
  assert.equal(list.headers.get('content-type'), 'application/vnd.apple.mpegurl')
  const name = /^run.*\.vtt$/m.exec(await list.text())?.[0] ?? ''
  const part = await captions.request(`/media/captions/de/${name}`)
  assert.match(await part.text(), /00:00:06\.000 --> 00:00:07\.000\nSechs/)
  assert.equal((await captions.request('/media/captions/fr/live.m3u8')).status, 404)
})
