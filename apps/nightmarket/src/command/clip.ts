import { setTimeout as delay } from 'node:timers/promises'

import type { ClipView } from '@nightmarket/media/clip'

import { defineCommand, type Report } from '../command-line/command.ts'
import { flag, integerOr, text } from '../command-line/option.ts'
import { about, ask } from '../market/ask.ts'
import { connectMedia } from '../market/media-client.ts'
import { Problem, usageProblem } from '../problem.ts'
import { shortId, time } from '../terminal/format.ts'
import { clean, table, type Column } from '../terminal/table.ts'
import { marketOptions } from './server-options.ts'

const SECONDS = { min: 2, max: 180 } as const

/** `clip list`: the clips of the edge that runs here. */
export const clipListCommand = defineCommand({
  name: 'clip list',
  summary: 'List the clips of the show, the newest first',
  options: marketOptions,
  examples: ['clip list'],
  async run({ values, terminal }) {
    const { client, edgeUrl } = connectMedia(values)
    const { clips } = await ask(client.v1.clips.$get())
    if (clips.length === 0) {
      return { json: { clips }, text: 'No clips yet. nightmarket clip make cuts one.' }
    }
    return { json: { clips }, text: table(clips, clipColumns(edgeUrl), terminal) }
  },
})

function clipColumns(edgeUrl: string): readonly Column<ClipView>[] {
  return [
    { title: 'CLIP', cell: ({ clipId }) => shortId(clipId) },
    { title: 'TITLE', cell: ({ title }) => title, shortens: true },
    { title: 'SECONDS', cell: (clip) => (clip.durationMs / 1_000).toFixed(0), align: 'right' },
    { title: 'OF A', cell: ({ origin }) => origin, leavesAs: 1 },
    { title: 'SHOWS', cell: ({ startAtMs }) => time(startAtMs) },
    {
      title: 'PAGE',
      cell: (clip) => (clip.publishedAtMs === null ? 'draft' : edgeUrl + clip.pagePath),
    },
  ]
}

/** `clip make`: cut a clip now, by its time or around an order. */
export const clipMakeCommand = defineCommand({
  name: 'clip make',
  summary: 'Cut a clip of the show, and publish it',
  details:
    'Without --at and --order it is of what just happened. --at takes a time such as ' +
    '2026-11-24T20:15:00Z; --order makes the clip that order’s video receipt.',
  options: {
    ...marketOptions,
    at: text('TIME', 'When it begins'),
    seconds: integerOr('N', 30, SECONDS, 'How long it is'),
    order: text('ORDER', 'Around the moment of this order'),
    title: text('TITLE', 'What it is called'),
    draft: flag('Do not publish it yet'),
  },
  examples: ['clip make', 'clip make --at 2026-11-24T20:15:00Z --seconds 20 --title "Mugs"'],
  async run({ values }) {
    const { client, edgeUrl } = connectMedia(values)
    const title = values.title === null ? {} : { title: values.title }
    const durationMs = values.seconds * 1_000
    const startAtMs = values.at === null ? Date.now() - durationMs : parseTime(values.at)
    const what = values.order === null ? { startAtMs, durationMs } : { aroundOrderId: values.order }
    const json = { ...what, ...title, isPublished: !values.draft }
    return report(await ask(client.v1.clips.$post({ json })), edgeUrl)
  },
})

/** `clip mark`: what just happened is worth a clip. */
export const clipMarkCommand = defineCommand({
  name: 'clip mark',
  summary: 'Mark a moment: its clip is published seconds after its end',
  options: { ...marketOptions, title: text('TITLE', 'What its clip is called') },
  examples: ['clip mark', 'clip mark --title "Ada drops the lamp"'],
  async run({ values }) {
    const { client } = connectMedia(values)
    const json = values.title === null ? {} : { title: values.title }
    const { atMs } = await ask(client.v1.marks.$post({ json }))
    return { json: { atMs }, text: `Marked ${time(atMs)}. See nightmarket clip list in a moment.` }
  },
})

/** `clip publish`: show a clip to everybody, or take it back. */
export const clipPublishCommand = defineCommand({
  name: 'clip publish',
  summary: 'Publish a clip, or take it back',
  arguments: [{ name: 'CLIP', about: 'the clip’s id, or the beginning of it' }],
  options: { ...marketOptions, undo: flag('Take it back') },
  examples: ['clip publish 3f0c9a52', 'clip publish 3f0c9a52 --undo'],
  async run({ values, arguments: [typed] }) {
    const { client, edgeUrl } = connectMedia(values)
    const { clips } = await ask(client.v1.clips.$get())
    const { clipId } = findClip(clips, typed ?? '')
    const change = { param: { clipId }, json: { isPublished: !values.undo } }
    return report(await ask(client.v1.clips[':clipId'].$patch(change), about(clipId)), edgeUrl)
  },
})

/** `clip reel`: the show in a few minutes. */
export const clipReelCommand = defineCommand({
  name: 'clip reel',
  summary: 'Make a reel of the published clips, in the order of the show',
  details:
    'Copied within a second when the clips were recorded with the same settings; otherwise they ' +
    'are encoded again at a low priority. The reel is a draft: clip publish shows it.',
  options: { ...marketOptions, title: text('TITLE', 'What it is called') },
  examples: ['clip reel --title "The evening in three minutes"'],
  async run({ values, terminal }) {
    const { client } = connectMedia(values)
    const title = values.title ?? 'The show'
    let reel = await ask(client.v1.reels.$post({ json: { title } }))
    while (reel.state !== 'done' && reel.state !== 'failed') {
      terminal.progress(`${reel.state} ${Math.round(reel.share * 100)} %`)
      await delay(250)
      reel = await ask(client.v1.reels[':reelId'].$get({ param: { reelId: reel.reelId } }))
    }
    if (reel.state === 'done') {
      return { json: reel, text: `The reel is clip ${shortId(reel.reelId)}, not yet published.` }
    }
    throw new Problem({
      code: 'reel_failed',
      title: `The reel could not be made: ${reel.reason ?? 'no reason was told'}.`,
      wayOut: 'See nightmarket clip list for the clips there are.',
    })
  },
})

function report(clip: ClipView, edgeUrl: string): Report {
  const seconds = (clip.durationMs / 1_000).toFixed(1)
  const where = clip.publishedAtMs === null ? 'a draft' : `at ${edgeUrl}${clip.pagePath}`
  const ready = (clip.readyInMs / 1_000).toFixed(1)
  const name = `“${clean(clip.title)}”, ${seconds} s`
  return { json: clip, text: `Clip ${shortId(clip.clipId)}: ${name}, ${where}. Cut in ${ready} s.` }
}

function findClip(clips: readonly ClipView[], typed: string): ClipView {
  const found = clips.filter(({ clipId }) => clipId.startsWith(typed))
  if (found.length === 1 && found[0] !== undefined) return found[0]
  throw usageProblem({
    code: 'clip_unknown',
    title: `${found.length === 0 ? 'No clip begins' : 'Clips begin'} with "${clean(typed)}".`,
    wayOut: 'See nightmarket clip list for the clips there are.',
  })
}

function parseTime(typed: string): number {
  const ms = Date.parse(typed)
  if (Number.isFinite(ms)) return ms
  throw usageProblem({
    code: 'option_invalid',
    title: `--at does not know the time "${clean(typed)}".`,
    wayOut: 'Give one such as 2026-11-24T20:15:00Z.',
  })
}
