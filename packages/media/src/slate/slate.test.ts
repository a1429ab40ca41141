import { deepEqual, equal, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

import { readPictureSize } from '../cmaf/picture-size.ts'
import { openMediaFolder } from '../testing/fragmented-video.ts'
import { recordFlv } from '../testing/flv-recording.ts'
import { testShow } from '../testing/open-picture.ts'
import { renderSlate, SLATE_COLOURS } from './render-slate.ts'
import { SlateDesk } from './slate-desk.ts'
import { SlateLoop, slateOf } from './slate-loop.ts'

const HOUR_MS = 3_600_000

test('[SX1] a slate is encoded once, whatever its title says', async () => {
  using folder = openMediaFolder()
  const title = `%{localtime} 'Night: Quay', 100 % \\ [in] ${'very '.repeat(20)}long`
  const plan = { title, line: 'It begins: 8 o’clock', width: 320, height: 180 }
  const first = await renderSlate(folder.path, plan)
  ok(first.ok, first.ok ? '' : first.reason)
  deepEqual(readPictureSize(first.slate.video.record), { width: 320, height: 180 })
  equal(first.slate.frames.length, 60)
  ok(Math.abs(first.slate.loopMs - 2_000) < 20)
  deepEqual(readdirSync(folder.path).length, 1)
  const again = await renderSlate(folder.path, plan)
  deepEqual(again.ok && again.slate.video, first.slate.video)
})

test('[SX1] a slate has the colours of the page around it at night', () => {
  const tokens = readFileSync(new URL('../../../ui/src/tokens.css', import.meta.url), 'utf8')
  const token = (name: string) => new RegExp(`--${name}: #(\\w{6});`).exec(tokens)?.[1]
  const { paper, ink, soft } = SLATE_COLOURS
  deepEqual([paper, ink, soft], [token('paper'), token('ink'), token('ink-2')])
})

test('[SX2] a loop hands out every frame once, by the clock, without end', () => {
  const slate = slateOf(recordFlv('-an', '-t', '1'))
  ok(slate !== null)
  const loop = new SlateLoop(slate)
  const times = [100, 900, 2_000, 10_000].flatMap((ms) => loop.take(ms))
  equal(times.length, 301)
  const at = times.map(({ timestampMs }) => timestampMs)
  ok(at.every((ms, index) => index === 0 || ms > (at[index - 1] ?? 0)))
  equal(times.filter(({ isKeyframe }) => isKeyframe).length, 11)
  equal(slateOf([]), null)
})

test('[SX3] a show has its slate around its time when it has a key, and after a loss', async () => {
  using folder = openMediaFolder()
  const clock = { nowMs: 10 * HOUR_MS }
  const troubles: string[] = []
  const keys = new Set<string>()
  const desk = new SlateDesk({
    folder: folder.path,
    nowMs: () => clock.nowMs,
    hasKey: (showId) => keys.has(showId),
    onTrouble: (_, message) => void troubles.push(message),
  })
  equal(desk.due(), null)
  desk.setSize({ width: 160, height: 91 })
  desk.setShow(testShow(12 * HOUR_MS))
  await desk.settled()
  keys.add('quay')
  equal(desk.due(), null)
  clock.nowMs = 11.5 * HOUR_MS
  const before = desk.due()
  ok(before !== null)
  keys.clear()
  equal(desk.due(), null)
  desk.setLost()
  equal(desk.due(), before)
  keys.add('quay')
  clock.nowMs = 12.5 * HOUR_MS
  equal(desk.due(), before, 'the one that is there, until the next is')
  await desk.settled()
  const during = desk.due()
  ok(during !== null && during !== before)
  clock.nowMs = 13 * HOUR_MS
  equal(desk.due(), null)
  deepEqual(troubles, [])
})
