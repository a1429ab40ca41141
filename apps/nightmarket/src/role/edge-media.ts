import { randomUUID } from 'node:crypto'
import { join } from 'node:path'

import type { CaptionCue, MediaMoment, PublishedClip, StageParts } from '@nightmarket/edge'
import { isBearer, type GaugeSource, type Log } from '@nightmarket/http'
import type { VariantId } from '@nightmarket/kernel'
import {
  BurstWatch,
  ClipCutter,
  ClipDesk,
  clipFiles,
  footageFrom,
  clipRoutes,
  ClipShelf,
  viewClip,
  type Clip,
} from '@nightmarket/media/clip'
import { CAPTION_FILES, CueLog, cueRoutes, wordsOfLog } from '@nightmarket/media/cue'
import { LiveFootage, renditionRoutes, type Live, type SubtitlesOf } from '@nightmarket/media/live'
import {
  PINNED_BYTES_MAX,
  STREAM_FILES,
  StreamFolder,
  streamFiles,
} from '@nightmarket/media/stream'
import { whipRoutes, type IceServer } from '@nightmarket/media/whip'
import type { Stall } from '@nightmarket/stall'
import type { PlayerAddresses } from '@nightmarket/ui'
import { Hono } from 'hono'

import { hashText, sha256 } from '../host/crypto.ts'
import { EDGE_FILES } from '../market/edge-folder.ts'
import { createSecret } from '../market/market-folder.ts'
import { ensureFolder, readOrCreate } from '../market/secure-file.ts'
import { ingestRoutes } from './ingest-routes.ts'
import { JournalSales } from './journal-sales.ts'
import { listenForShow, type EncoderUrls } from './listen-for-show.ts'
import { hearCues, openPictureOrigin, type PictureOrigin } from './picture-origin.ts'

/** How often bursts of sales are looked for. */
const BURST_LOOK_MS = 1_000

/** What an edge's media is opened with. */
export interface EdgeMediaOptions {
  /** The edge's own folder; media has one in it. */
  readonly folder: string
  readonly stall: Stall
  readonly isOperator: (authorization: string | null) => boolean
  readonly log: Log
  readonly onDefect: (error: unknown) => void
  readonly closing: AbortSignal
  readonly hostname: string
  /** Where encoders send the show; 0 takes a free port. */
  readonly rtmpPort: number
  /** `null`: nobody calls over SRT. */
  readonly srtPort: number | null
  /** What helps phones to reach this edge. */
  readonly iceServers: readonly IceServer[]
  /** Other edges, one of which may have the encoder. */
  readonly origins: () => readonly string[]
}

/** The show's picture, clips and captions at one edge. */
export interface EdgeMedia extends AsyncDisposable {
  /** To be mounted beside the edge's own routes. */
  readonly app: Hono
  /** What the viewer's pages need of it. */
  readonly pages: Required<Pick<StageParts, 'clips' | 'picture'>>
  /** Which frame is being made now; `null`: none. */
  readonly mediaNow: () => MediaMoment | null
  /** Hear words of the show as they come. The returned function ends it. */
  onCaption(listener: (cue: CaptionCue) => void): () => void
  readonly gauges: readonly GaugeSource[]
  /** Where encoders send the show, without the key. */
  readonly encoderUrls: EncoderUrls
}

/** Open what an edge shows beside what it sells. It never keeps a sale waiting. */
export async function openEdgeMedia(options: EdgeMediaOptions): Promise<EdgeMedia> {
  const { stall, log, isOperator, closing } = options
  const folder = join(options.folder, 'media')
  ensureFolder(folder)
  const nowMs = () => Date.now()
  await using opened = new AsyncDisposableStack()
  const live = opened.use(await listenForShow({ ...options, mediaFolder: folder }))
  const onFull = (facts: object) =>
    log.warn(facts, 'pinned footage takes all that it may: the clips stay, their footage ages')
  const pins = { bytesMax: PINNED_BYTES_MAX, onFull }
  const stream = opened.use(await StreamFolder.open(join(folder, 'stream'), nowMs, pins))
  const cues = opened.use(await CueLog.open(join(folder, 'cues'), { timeline: stream, nowMs }))
  const shelf = await ClipShelf.open(join(folder, 'clips'))
  for (const { name } of shelf.damaged) log.warn({ name }, 'a clip is damaged and is not shown')
  const cutter = opened.use(new ClipCutter(shelf.folder))
  const onTrouble = (facts: object, message: string) => log.warn(facts, message)
  const sales = opened.use(
    new JournalSales(stall, (error) => onTrouble({ err: error }, 'sales could not be read')),
  )
  const listeners = new Set<(cue: CaptionCue) => void>()
  const onCaption = (cue: CaptionCue) => listeners.forEach((listener) => listener(cue))
  const { origins } = options
  const origin = opened.use(openPictureOrigin({ live, origins, log, onCaption }))
  const here = new LiveFootage(stream, live.stream)
  const words = wordsOfLog(cues, stream)
  const desk = opened.use(
    new ClipDesk({
      footage: footageFrom(() => (origin.isPulling() ? origin.footage : here)),
      sales,
      words: {
        said: (...of) => (origin.isPulling() ? origin.footage : words).said(...of),
      },
      shelf,
      cutter,
      nowMs,
      newId: randomUUID,
      show: () => stall.state.active?.index.release.show ?? null,
      titleOf: (variantId) =>
        stall.state.active?.index.variants.get(variantId as VariantId)?.title ?? variantId,
      closing,
      onTrouble,
    }),
  )
  const isLive = () => stream.isLive || origin.isPulling()
  opened.defer(watchBursts(desk, sales, isLive, nowMs))
  const isCaptioner = captionerOf(options)
  opened.defer(hearCues(cues, stream, onCaption))
  const app = new Hono()
    .route('/', origin.app)
    .route('/', clipRoutes({ desk, shelf, sales, nowMs, isOperator }))
    .route('/', clipFiles(shelf))
    .route('/', cueRoutes({ cues, timeline: stream, isCaptioner }))
    .route('/', ingestRoutes(live, isOperator))
    .route('/', whipRoutes(live.whip, '/v1/whip', () => live.status()))
    .route('/', renditionRoutes(live.renditions, STREAM_FILES, subtitlesOf(cues)))
    .route('/', streamFiles(stream))
  const parts = opened.move()
  const show = () => stall.state.active?.index.release.show ?? null
  const picture = () => pictureOf(stream, live, origin, show()?.endsAtMs ?? null)
  return {
    app,
    pages: { clips: clipsOf(shelf), picture },
    onCaption(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    mediaNow() {
      // Of another edge's runs nothing is known but the clock, which is enough for a page.
      if (origin.isPulling()) return { timelineId: 'origin', mediaTimeMs: nowMs() }
      return stream.isLive ? stream.locate(nowMs()) : null
    },
    gauges: gaugesOf({ shelf, desk, cues, stream }),
    encoderUrls: live.urls,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}

/** The words of each language, as the master playlists name them. */
function subtitlesOf(cues: CueLog): SubtitlesOf {
  return (playlist) =>
    cues.languages.map((language) => {
      return { language, uri: `${CAPTION_FILES}/${language}/${playlist}.m3u8` }
    })
}

function watchBursts(
  desk: ClipDesk,
  sales: JournalSales,
  isLive: () => boolean,
  nowMs: () => number,
): () => void {
  const watch = new BurstWatch(desk, nowMs())
  const timer = setInterval(() => {
    const atMs = nowMs()
    if (isLive()) watch.look(sales.between(atMs - watch.memoryMs, atMs + 1), atMs)
  }, BURST_LOOK_MS)
  return () => clearInterval(timer)
}

/** Whoever has the key of captioners, or the operator. */
function captionerOf({ folder, isOperator }: EdgeMediaOptions) {
  const key = readOrCreate(EDGE_FILES.captionerKey(folder), createSecret).trim()
  const hash = hashText(key)
  return (authorization: string | null) =>
    isOperator(authorization) || isBearer(authorization, hash, sha256)
}

function clipsOf(shelf: ClipShelf): StageParts['clips'] & object {
  return {
    published: (clipId) => {
      const clip = shelf.get(clipId)
      return clip === null ? null : publishedOf(clip)
    },
    pageOfOrder: (orderId) => {
      const clip = shelf.ofOrder(orderId)
      return clip === null || clip.publishedAtMs === null ? null : viewClip(clip).pagePath
    },
  }
}

function publishedOf(clip: Clip): PublishedClip | null {
  const { publishedAtMs } = clip
  return publishedAtMs === null ? null : { ...viewClip(clip), publishedAtMs }
}

function pictureOf(
  recorded: StreamFolder,
  live: Pick<Live, 'stream'>,
  origin: PictureOrigin,
  endsAtMs: number | null,
): PlayerAddresses | null {
  const isHere = !live.stream.isEmpty || recorded.recordedToMs() !== null
  if (!isHere && !origin.isPulling()) return null
  const isCut = !live.stream.isEmpty || origin.isPulling()
  const path = (name: string) => `${STREAM_FILES}/${isCut ? name : 'index.m3u8'}`
  return {
    livePath: path('index.m3u8'),
    venuePath: path('venue/index.m3u8'),
    masterPath: path('master.m3u8'),
    replayPath: `${STREAM_FILES}/replay.m3u8`,
    endsAtMs,
  }
}

function gaugesOf(parts: {
  readonly shelf: ClipShelf
  readonly desk: ClipDesk
  readonly cues: CueLog
  readonly stream: StreamFolder
}): readonly GaugeSource[] {
  const { shelf, desk, cues, stream } = parts
  const late = (which: 'median' | 'worst') => () =>
    cues.status().flatMap(({ language, latenessMs }) => {
      if (latenessMs === null) return []
      return [{ labels: { language }, value: latenessMs[which] / 1_000 }]
    })
  const labelNames = ['language']
  return [
    {
      name: 'media_stream_is_live',
      help: '1 while pictures are coming.',
      read: () => (stream.isLive ? 1 : 0),
    },
    { name: 'media_clips', help: 'Clips on the shelf.', read: () => shelf.clips.length },
    { name: 'media_clips_bytes', help: 'What films take on disk.', read: () => shelf.bytes },
    { name: 'media_clips_in_making', help: 'Clips in the making.', read: () => desk.making },
    {
      name: 'media_caption_lateness_seconds',
      help: 'From the first frame of words to their arrival, the median of late.',
      labelNames,
      read: late('median'),
    },
    {
      name: 'media_caption_lateness_worst_seconds',
      help: 'From the first frame of words to their arrival, the worst of late.',
      labelNames,
      read: late('worst'),
    },
  ]
}
