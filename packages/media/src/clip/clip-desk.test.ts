import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'

import { decode, probe } from '../testing/fragmented-video.ts'
import { openDesk, SHOW_BEGAN_MS } from '../testing/open-desk.ts'
import { ClipShelf } from './clip-shelf.ts'
import { ReelWishes } from './reel-wishes.ts'

test('[CL3] a clip around an order has its film, poster, words and products', async () => {
  await using desk = await openDesk({ seconds: 12 })
  desk.sell('order-1', 6_000, 'mug', 2)
  desk.sell('order-2', 6_500, 'lamp', 1)
  const made = await desk.desk.make({ ask: desk.around('order-1'), isPublished: true })
  assert.ok(made.ok, JSON.stringify(made))
  const clip = made.value
  const path = desk.shelf.pathOf(`${clip.file.hash}.mp4`) ?? ''
  const { streams, complaints } = await probe(path)
  assert.equal(complaints, '')
  assert.deepEqual(streams.map(({ codec_name }) => codec_name), ['h264', 'aac'])
  assert.equal(await decode(path), '')
  assert.equal(clip.title, 'Thing mug')
  assert.deepEqual(clip.products.map(({ variantId, quantity }) => [variantId, quantity]), [
    ['mug', 2],
    ['lamp', 1],
  ])
  const [captions] = clip.captions
  const words = readFileSync(desk.shelf.pathOf(`${captions?.hash}.vtt`) ?? '', 'utf8')
  assert.match(words, /^WEBVTT\n\n00:00:02\.000 --> 00:00:03\.500\nTwo mugs left\n/)
  const posterHash = await desk.posterOf(clip.clipId)
  const poster = readFileSync(desk.shelf.pathOf(`${posterHash}.jpg`) ?? '')
  assert.deepEqual([...poster.subarray(0, 2)], [0xff, 0xd8])
  await desk.desk.pinsSettled()
  assert.deepEqual(desk.footage.pins, ['order order-1'])
  const again = await desk.desk.make({ ask: desk.around('order-1'), isPublished: true })
  assert.equal(again.ok && again.value.clipId, clip.clipId)
})

test('[CL4] the clip of an order has its things, even if its moment was lost', async () => {
  await using desk = await openDesk({ seconds: 4 })
  desk.sell('order-1', 9_000, 'mug', 2)
  const ask = { kind: 'order', orderId: 'order-1', atMs: SHOW_BEGAN_MS + 9_000 } as const
  const made = await desk.desk.make({ ask, isPublished: true })
  assert.ok(made.ok, JSON.stringify(made))
  assert.deepEqual(made.value.products.map(({ quantity }) => quantity), [2])
})

test('[CL3] what was not recorded is refused with the window', async () => {
  await using desk = await openDesk({ seconds: 3 })
  const ask = { kind: 'span', startAtMs: SHOW_BEGAN_MS - 60_000, durationMs: 5_000 } as const
  const refused = await desk.desk.make({ ask, isPublished: false })
  assert.equal(!refused.ok && refused.error.code, 'not_recorded')
})

test('[CL3] without ffmpeg a clip is cut and published as well, with no poster', async () => {
  await using desk = await openDesk({ seconds: 4 })
  const path = process.env['PATH']
  process.env['PATH'] = desk.folder
  try {
    const ask = { kind: 'span', startAtMs: SHOW_BEGAN_MS, durationMs: 3_000 } as const
    const made = await desk.desk.make({ ask, isPublished: true })
    assert.ok(made.ok)
    assert.match(await desk.nextTrouble(), /no poster: ffmpeg_missing/)
    assert.equal(desk.shelf.get(made.value.clipId)?.posterHash, null)
    assert.notEqual(made.value.publishedAtMs, null)
  } finally {
    process.env['PATH'] = path
  }
})

test('[CL3] a poster that ran out of time keeps nobody waiting, and is made later', async () => {
  await using desk = await openDesk({ seconds: 7, posterMsMax: 300 })
  const path = process.env['PATH']
  const span = (offsetMs: number) =>
    ({ kind: 'span', startAtMs: SHOW_BEGAN_MS + offsetMs, durationMs: 2_000 }) as const
  const slow = join(desk.folder, 'ffmpeg')
  writeFileSync(slow, `#!${process.execPath}\nsetInterval(() => {}, 1e6)\n`, { mode: 0o755 })
  process.env['PATH'] = desk.folder
  try {
    const made = await desk.desk.make({ ask: span(0), isPublished: true })
    assert.ok(made.ok)
    assert.equal(await desk.posterOf(made.value.clipId), null)
    assert.match(await desk.nextTrouble(), /no poster: ffmpeg_late/)
  } finally {
    process.env['PATH'] = path
  }
  await using again = desk.again({ posterMsMax: 60_000 })
  await again.postersSettled()
  assert.deepEqual(desk.shelf.clips.map(({ posterHash }) => typeof posterHash), ['string'])
})

test('[CL7] a reel is copied when parameters match, else encoded again', async () => {
  await using desk = await openDesk({ seconds: 6, other: { seconds: 3, size: '640x360' } })
  const spans = [0, 3_000, 100_000].map((offsetMs) => ({
    ask: { kind: 'span', startAtMs: SHOW_BEGAN_MS + offsetMs, durationMs: 2_000 } as const,
    isPublished: false,
  }))
  const ids: string[] = []
  for (const wish of spans) {
    const made = await desk.desk.make(wish)
    assert.ok(made.ok, JSON.stringify(made))
    ids.push(made.value.clipId)
  }
  const copied = await desk.reel(ids.slice(0, 2))
  assert.ok(!copied.states.includes('encoding'), copied.states.join())
  const encoded = await desk.reel(ids)
  assert.ok(encoded.states.includes('encoding'), encoded.states.join())
  for (const [reel, seconds] of [
    [copied, 4],
    [encoded, 6],
  ] as const) {
    const path = desk.shelf.pathOf(`${reel.clip.file.hash}.mp4`) ?? ''
    const { format } = await probe(path)
    assert.ok(Math.abs(Number(format.duration) - seconds) < 0.3, format.duration)
    assert.equal(await decode(path), '')
  }
  assert.equal(desk.desk.reel(['nothing'], 'x').ok, false)
})

test('[CL12] a reel of before a restart is made after it, with its words', async () => {
  await using desk = await openDesk({ seconds: 8 })
  const clipIds: string[] = []
  for (const offsetMs of [0, 3_000]) {
    const startAtMs = SHOW_BEGAN_MS + offsetMs
    const ask = { kind: 'span', startAtMs, durationMs: 3_000 } as const
    const made = await desk.desk.make({ ask, isPublished: false })
    assert.ok(made.ok)
    clipIds.push(made.value.clipId)
  }
  const reelId = 'reel-of-yesterday'
  const wishes = new ReelWishes(join(desk.shelf.folder, 'reels'))
  wishes.keep({ reelId, clipIds, title: 'The evening' })
  await using again = desk.again()
  while (again.reelProgress(reelId)?.state !== 'done') await delay(20)
  const reel = desk.shelf.get(reelId)
  const words = readFileSync(desk.shelf.pathOf(`${reel?.captions[0]?.hash}.vtt`) ?? '', 'utf8')
  const secondAtMs = desk.shelf.get(clipIds[0] ?? '')?.durationMs ?? 0
  assert.match(words, new RegExp(`00:00:0${Math.floor((secondAtMs + 1_000) / 1_000)}`))
  while (wishes.all.length > 0) await delay(20)
  assert.equal(desk.desk.reelProgress(reelId)?.state, 'done')
})

test('[CL12] a reel that is encoded goes on after a restart with the pieces it has', async () => {
  await using desk = await openDesk({ seconds: 5, other: { seconds: 3, size: '640x360' } })
  const clipIds: string[] = []
  for (const offsetMs of [0, 100_000]) {
    const startAtMs = SHOW_BEGAN_MS + offsetMs
    const ask = { kind: 'span', startAtMs, durationMs: 3_000 } as const
    const made = await desk.desk.make({ ask, isPublished: false })
    assert.ok(made.ok)
    clipIds.push(made.value.clipId)
  }
  const begun = desk.desk.reel(clipIds, 'The evening')
  assert.ok(begun.ok)
  const { reelId } = begun.value
  const place = join(desk.shelf.folder, 'reels', reelId)
  const pieces = () => (existsSync(place) ? readdirSync(place) : []).filter(isWhole)
  while (pieces().length === 0) await delay(20)
  desk.close()
  await desk.desk[Symbol.asyncDispose]()
  const [first = ''] = pieces()
  const { ino } = statSync(join(place, first))
  await using again = desk.again()
  const shares: number[] = []
  let inode = ino
  while (again.reelProgress(reelId)?.state !== 'done') {
    const { state, share = 0 } = again.reelProgress(reelId) ?? {}
    if (state === 'encoding') shares.push(share)
    inode = statSync(join(place, first), { throwIfNoEntry: false })?.ino ?? inode
    await delay(20)
  }
  assert.equal(inode, ino)
  assert.ok((shares[0] ?? 0) >= 0.45, `it began again at ${shares[0]}`)
  const reel = desk.shelf.get(reelId)
  assert.ok(Math.abs((reel?.durationMs ?? 0) - 6_000) < 300, String(reel?.durationMs))
  assert.equal(await decode(desk.shelf.pathOf(`${reel?.file.hash}.mp4`) ?? ''), '')
  while (existsSync(place)) await delay(20)
})

const isWhole = (name: string) => name.endsWith('.mp4')

test('[CL8] a shelf comes back after a crash without what was half done', async () => {
  await using desk = await openDesk({ seconds: 4 })
  const ask = { kind: 'span', startAtMs: SHOW_BEGAN_MS, durationMs: 3_000 } as const
  const made = await desk.desk.make({ ask, isPublished: true })
  assert.ok(made.ok)
  await desk.posterOf(made.value.clipId)
  const folder = desk.shelf.folder
  writeFileSync(join(folder, `${'a'.repeat(64)}.mp4`), 'an orphan')
  writeFileSync(join(folder, `${'b'.repeat(64)}.mp4.part`), 'half a film')
  writeFileSync(join(folder, 'notes.txt'), 'somebody else’s')
  const again = await ClipShelf.open(folder)
  assert.deepEqual(again.clips, desk.shelf.clips)
  assert.equal(readdirSync(folder).filter((name) => /^[ab]{64}/.test(name)).length, 0)
  assert.ok(readdirSync(folder).includes('notes.txt'))
  const broken = `${randomUUID()}.json`
  writeFileSync(join(folder, broken), '{"clipId":')
  const damaged = await ClipShelf.open(folder)
  assert.deepEqual(damaged.damaged, [{ name: broken }])
  assert.equal(damaged.clips.length, 1)
})

test('[CL9] a full shelf lets go of the oldest drafts, and never of receipts', async () => {
  await using desk = await openDesk({ seconds: 12, limits: { clipsMax: 2, bytesMax: 1e9 } })
  desk.sell('order-1', 5_000, 'mug', 1)
  const receipt = await desk.desk.make({ ask: desk.around('order-1'), isPublished: false })
  const span = (offsetMs: number) =>
    ({ kind: 'span', startAtMs: SHOW_BEGAN_MS + offsetMs, durationMs: 2_000 }) as const
  const draft = await desk.desk.make({ ask: span(0), isPublished: false })
  const newer = await desk.desk.make({ ask: span(2_000), isPublished: true })
  assert.ok(receipt.ok && draft.ok && newer.ok)
  assert.deepEqual(
    desk.shelf.clips.map(({ clipId }) => clipId),
    [receipt.value.clipId, newer.value.clipId],
  )
  const over = await desk.desk.make({ ask: span(4_000), isPublished: false })
  assert.equal(!over.ok && over.error.code, 'shelf_full')
})
