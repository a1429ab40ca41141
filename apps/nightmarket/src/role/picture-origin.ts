import type { CaptionCue, LiveMessage } from '@nightmarket/edge'
import type { Log } from '@nightmarket/http'
import type { CueLog } from '@nightmarket/media/cue'
import type { Live } from '@nightmarket/media/live'
import {
  followOrigin,
  OriginFinder,
  PulledFootage,
  pullRoutes,
  SOURCE_PATH,
  type PictureSource,
} from '@nightmarket/media/pull'
import type { StreamFolder } from '@nightmarket/media/stream'
import { Hono } from 'hono'

/** An encoder that was here so lately comes back here. */
const ENCODER_MS = 10 * 60_000

/** Where an edge's picture comes from when the encoder is at another one. */
export interface PictureOrigin extends AsyncDisposable {
  /** To be mounted before the routes of the edge's own picture. */
  readonly app: Hono
  readonly isPulling: () => boolean
  /** What clips are cut from while it is pulled. */
  readonly footage: PulledFootage
}

/** Look for the edge that has the encoder, for as long as this one has none. */
export function openPictureOrigin(options: {
  readonly live: Pick<Live, 'status'>
  /** The edges that may have it. */
  readonly origins: () => readonly string[]
  readonly log: Log
  /** Hears the words of the show that come from there. */
  readonly onCaption: (cue: CaptionCue) => void
}): PictureOrigin {
  const { live, origins, log, onCaption } = options
  const isOrigin = () => {
    const { isPublishing, sinceMs } = live.status()
    return isPublishing || (sinceMs !== null && Date.now() - sinceMs < ENCODER_MS)
  }
  const finder = new OriginFinder({
    candidates: origins,
    isOrigin,
    nowMs: Date.now,
    onChange: ({ origin }) =>
      log.info({ origin }, origin === null ? 'no picture is pulled' : 'the picture is pulled'),
  })
  const words = followOrigin(finder, (message) => {
    const said = message as LiveMessage
    if (said.type === 'caption') onCaption(said.cue)
  })
  const source = (): PictureSource => {
    if (isOrigin()) return { source: 'encoder', isLost: false }
    return { source: finder.origin === null ? 'none' : 'origin', isLost: finder.isLost }
  }
  const app = new Hono()
    .get(SOURCE_PATH, (c) => c.json(source(), 200, { 'Cache-Control': 'no-store' }))
    .route('/', pullRoutes(finder))
  return {
    app,
    isPulling: () => finder.origin !== null,
    footage: new PulledFootage(finder),
    async [Symbol.asyncDispose]() {
      await words[Symbol.asyncDispose]()
      await finder[Symbol.asyncDispose]()
    },
  }
}

/** Hear the words that are given to this edge, by the clock that playlists name. */
export function hearCues(
  cues: CueLog,
  stream: Pick<StreamFolder, 'beganAtMs'>,
  hear: (cue: CaptionCue) => void,
): () => void {
  return cues.onCues((taken) => {
    for (const { cueId, language, timelineId, startMs, endMs, text } of taken) {
      const beganAtMs = stream.beganAtMs(timelineId)
      if (beganAtMs === null) continue
      const [startAtMs, endAtMs] = [beganAtMs + startMs, beganAtMs + endMs]
      hear({ cueId, language, startAtMs, endAtMs, text })
    }
  })
}
