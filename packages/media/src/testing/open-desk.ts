import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { ClipCutter } from '../clip/clip-cutter.ts'
import { ClipDesk, type ClipDeskDeps } from '../clip/clip-desk.ts'
import { ClipShelf, type ShelfLimits } from '../clip/clip-shelf.ts'
import type { ClipSale } from '../clip/sale.ts'
import { CueLog } from '../cue/cue-log.ts'
import { wordsOfLog } from '../cue/said-words.ts'
import { footageOf, recordSegments } from './fragmented-video.ts'
import { steadyTimeline } from './steady-timeline.ts'

/** When the show of these tests begins. */
export const SHOW_BEGAN_MS = 1_700_000_000_000

/** A desk with a real recording, a real shelf, and words said at its fourth second. */
export async function openDesk(options: {
  readonly seconds: number
  /** Another run of the stream, 100 s later. */
  readonly other?: { readonly seconds: number; readonly size: string }
  readonly limits?: ShelfLimits
  readonly posterMsMax?: number
}) {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-desk-'))
  const place = (name: string) => {
    mkdirSync(join(folder, name))
    return join(folder, name)
  }
  const runs = [
    await recordSegments(place('one'), { seconds: options.seconds, startAtMs: SHOW_BEGAN_MS }),
  ]
  if (options.other !== undefined) {
    const startAtMs = SHOW_BEGAN_MS + 100_000
    const run = await recordSegments(place('two'), { ...options.other, startAtMs })
    runs.push({ ...run, timelineId: 'run-2' })
  }
  const footage = footageOf(...runs.map((run, at) => ({ ...run, timelineId: `run-${at + 1}` })))
  const nowMs = () => SHOW_BEGAN_MS + 200_000
  const timeline = steadyTimeline(SHOW_BEGAN_MS, nowMs)
  const cues = await CueLog.open(place('cues'), { timeline, nowMs })
  const said = { cueId: null, startMs: 4_000, endMs: 5_500, text: 'Two mugs left' }
  await cues.take({ language: 'en', clock: 'media', cues: [said] })
  const shelf = await ClipShelf.open(join(folder, 'clips'), options.limits)
  const cutter = new ClipCutter(shelf.folder)
  const sales = new Map<string, ClipSale>()
  const closing = new AbortController()
  const known = {
    between: (fromMs: number, toMs: number) =>
      [...sales.values()].filter(({ atMs }) => atMs >= fromMs && atMs < toMs),
    order: (orderId: string) => sales.get(orderId) ?? null,
  }
  let trouble = Promise.withResolvers<string>()
  const deps: ClipDeskDeps = {
    footage,
    sales: known,
    words: wordsOfLog(cues, timeline),
    shelf,
    cutter,
    nowMs,
    newId: randomUUID,
    show: () => ({ showId: 'evening', title: 'An evening' }),
    titleOf: (variantId) => `Thing ${variantId}`,
    closing: closing.signal,
    onTrouble: (_, message) => trouble.resolve(message),
    ...(options.posterMsMax === undefined ? {} : { posterMsMax: options.posterMsMax }),
  }
  const desk = new ClipDesk(deps)
  return {
    desk,
    /** A desk on the same shelf, as after a restart. */
    again: (more: Partial<ClipDeskDeps> = {}) =>
      new ClipDesk({ ...deps, closing: new AbortController().signal, ...more }),
    /** The server closes. */
    close: () => closing.abort(),
    shelf,
    sales: known,
    cues,
    footage,
    folder,
    sell(orderId: string, offsetMs: number, variantId: string, quantity: number) {
      const lines = [{ variantId, quantity }]
      sales.set(orderId, { orderId, atMs: SHOW_BEGAN_MS + offsetMs, dropId: 'drop', lines })
    },
    /** From the second second of the show on: its windows reach back before it. */
    around(orderId: string) {
      const atMs = (sales.get(orderId)?.atMs ?? 0) + 11_000
      return { kind: 'order', orderId, atMs } as const
    },
    async nextTrouble() {
      const message = await trouble.promise
      trouble = Promise.withResolvers<string>()
      return message
    },
    /** Its poster comes after the clip, or does not. */
    async posterOf(clipId: string) {
      await desk.postersSettled()
      return shelf.get(clipId)?.posterHash ?? null
    },
    /** Make a reel to its end. */
    async reel(clipIds: readonly string[]) {
      const begun = desk.reel(clipIds, 'The evening')
      if (!begun.ok) throw new Error(begun.error.code)
      const states: string[] = ['queued']
      for (;;) {
        const progress = desk.reelProgress(begun.value.reelId)
        if (progress === null) throw new Error('the reel is gone')
        if (states.at(-1) !== progress.state) states.push(progress.state)
        if (progress.state === 'failed') throw new Error(progress.reason ?? 'failed')
        const clip = shelf.get(progress.clipId ?? '')
        if (clip !== null) return { states, clip }
        await delay(20)
      }
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await desk[Symbol.asyncDispose]()
      await cutter[Symbol.asyncDispose]()
      await cues[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
