import type { DropView, EdgeClient, ShowView } from '@nightmarket/edge'
import type { CaptionStatus } from '@nightmarket/media/cue'
import type { IngestStatus } from '@nightmarket/media/ingest'
import type { PictureSource } from '@nightmarket/media/pull'

import { defineCommand } from '../command-line/command.ts'
import { ask } from '../market/ask.ts'
import { connectCore, type MarketValues } from '../market/connect.ts'
import { connectCaptions, connectMedia } from '../market/media-client.ts'
import { findRunning } from '../market/running.ts'
import { count, money, relativeTime, shortId, time } from '../terminal/format.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { encoderStatusText } from '../view/encoder-view.ts'
import { marketOptions } from './server-options.ts'

/** `show status`: what is on now, as an edge tells it to its viewers. */
export const showStatusCommand = defineCommand({
  name: 'show status',
  summary: 'Show what is on: the current release, its drops, prices and units',
  details:
    'Drops are shown as the market’s own edge tells them to its viewers, so they need a market ' +
    'that runs.',
  options: marketOptions,
  examples: ['show status'],
  async run({ values, terminal }) {
    await using connection = await connectCore(values)
    const { releases } = await ask(connection.client.v1.releases.$get())
    const release = releases.find(({ isActive }) => isActive) ?? null
    const edgeUrl = findRunning(values.data)?.edge ?? null
    const seen = release === null || edgeUrl === null ? null : await look(edgeUrl, values)
    const tipsMinor = releases
      .filter(({ showId }) => showId === release?.showId)
      .reduce((sum, each) => sum + each.tipsMinor, 0)
    const { show = null, drops = [], captions = [], encoder = null, picture = null } = seen ?? {}
    const json = { release, tipsMinor, show, drops, captions, encoder, picture }
    if (release === null) {
      return { json, text: 'Nothing is on. nightmarket show apply FILE makes a show current.' }
    }
    const number = release.activations.at(-1)?.number ?? 0
    const name = `release ${shortId(release.releaseId)}, number ${number}`
    const title = `${terminal.paint('bold', release.title)}  ${name}`
    if (seen === null) return { json, text: `${title}\n  No edge runs here to tell of its drops.` }
    const parts = seen.drops.map((drop) => dropText(drop, seen.show, terminal))
    const words = seen.captions.length === 0 ? [] : [captionsText(seen.captions)]
    const { encoder: sender, picture: shown } = seen
    const isPulled = shown.source === 'origin'
    const stream = isPulled ? pulledText(shown) : encoderStatusText(sender, Date.now())
    const head = [title, placeText(seen.show), ...tipsText(seen.show, tipsMinor)].join('\n')
    const whole = [head, ...parts, stream, ...words]
    return { json, text: whole.join('\n\n') }
  },
})

interface Seen {
  readonly show: ShowView
  readonly drops: readonly DropView[]
  readonly captions: readonly Omit<CaptionStatus, 'lastReceivedAtMs'>[]
  readonly encoder: IngestStatus
  readonly picture: PictureSource
}

/** Ask the edge; before it has heard of the release it has nothing to tell. */
async function look(edgeUrl: string, values: MarketValues): Promise<Seen | null> {
  const { createEdgeClient } = await import('@nightmarket/edge')
  const client: EdgeClient = createEdgeClient(edgeUrl)
  const shown = await client.v1.show.$get()
  if (!shown.ok) return null
  const show = await shown.json()
  const drops = show.drops.map(({ dropId }) =>
    ask(client.v1.drops[':dropId'].$get({ param: { dropId } })),
  )
  const { languages: captions } = await ask(connectCaptions(edgeUrl).v1.captions.$get())
  const encoder = await ask(connectMedia(values).ingest.v1.ingest.$get())
  const picture = await lookForPicture(edgeUrl)
  return { show, drops: await Promise.all(drops), captions, encoder, picture }
}

async function lookForPicture(edgeUrl: string): Promise<PictureSource> {
  const { pictureSource, SOURCE_PATH } = await import('@nightmarket/media/pull')
  return pictureSource.parse(await (await fetch(edgeUrl + SOURCE_PATH)).json())
}

function pulledText({ isLost }: PictureSource): string {
  return isLost
    ? 'Picture: lost, the edge that has the encoder does not answer. Selling goes on.'
    : 'Picture: pulled from the edge that has the encoder.'
}

/** How late the words of each language come, from their first frame to their arrival. */
function captionsText(captions: Seen['captions']): string {
  const lines = captions.map(({ language, cues, latenessMs }) => {
    const seconds = latenessMs === null ? 'unknown' : `${(latenessMs.median / 1_000).toFixed(1)} s`
    return `  ${language}: ${count(cues)} cues, ${seconds} late`
  })
  return ['Captions', ...lines].join('\n')
}

function placeText({ show }: ShowView): string {
  const { place, startsAtMs, endsAtMs, timeZone } = show
  return `  ${place}, ${time(startsAtMs, timeZone)} to ${time(endsAtMs, timeZone)} (${timeZone})`
}

/** Told once there is one; the amounts that they come from are in the show file. */
function tipsText({ currency }: ShowView, tipsMinor: number): readonly string[] {
  return tipsMinor === 0 ? [] : [`  ${money(tipsMinor, currency)} in tips`]
}

function dropText(drop: DropView, { drops, currency }: ShowView, terminal: Terminal): string {
  const listed = drops.find(({ dropId }) => dropId === drop.dropId)
  const titles = new Map(listed?.listings.map(({ variantId, title }) => [variantId, title]))
  const rows = table(
    drop.listings,
    [
      { title: 'VARIANT', cell: ({ variantId }) => variantId },
      {
        title: 'TITLE',
        shortens: true,
        leavesAs: 1,
        cell: ({ variantId }) => titles.get(variantId) ?? '',
      },
      { title: 'PRICE', align: 'right', cell: ({ priceMinor }) => money(priceMinor, currency) },
      { title: 'UNITS HERE', align: 'right', cell: ({ unitsHere }) => count(unitsHere) },
      { title: 'STOCK', cell: ({ stock }) => (drop.phase === 'closed' ? '' : STOCK_TEXTS[stock]) },
    ],
    terminal,
  )
  return `${terminal.paint('bold', listed?.title ?? drop.dropId)}  ${phaseText(drop)}\n${rows}`
}

const STOCK_TEXTS = { here: 'in stock', line: 'a line', sold_out: 'sold out' } as const

function phaseText({ phase, opensAtMs, closesAtMs, nowMs, lineLength }: DropView): string {
  const line = lineLength === 0 ? '' : `, ${count(lineLength)} in line`
  if (phase === 'upcoming') return `opens ${relativeTime(opensAtMs, nowMs)}`
  if (phase === 'closed') return `closed ${relativeTime(closesAtMs, nowMs)}`
  return `open, closes ${relativeTime(closesAtMs, nowMs)}${line}`
}
