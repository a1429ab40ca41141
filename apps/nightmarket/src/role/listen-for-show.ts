import { join } from 'node:path'

import type { Log } from '@nightmarket/http'
import type { Show } from '@nightmarket/kernel'
import type { ShowFacts } from '@nightmarket/media/ingest'
import { openLive, type Live } from '@nightmarket/media/live'
import type { IceServer } from '@nightmarket/media/whip'
import type { Stall } from '@nightmarket/stall'
import { slateLinesOf } from '@nightmarket/ui'

import { EDGE_FILES } from '../market/edge-folder.ts'

/** How often it is looked which show is on. */
const SHOW_LOOK_MS = 1_000

/** Where encoders send the show. Over SRT the key goes behind, as `?streamid=KEY`. */
export interface EncoderUrls {
  readonly rtmp: string
  readonly srt: string | null
}

/** The live picture of an edge, and where its encoder sends to. */
export interface ShowListener extends Live {
  /** Where encoders send to, without the key. */
  readonly urls: EncoderUrls
}

/** Listen for the encoder of the show that a stall has on. */
export async function listenForShow(options: {
  /** The edge's own folder. */
  readonly folder: string
  readonly mediaFolder: string
  readonly hostname: string
  readonly rtmpPort: number
  /** `null`: nobody calls over SRT. */
  readonly srtPort: number | null
  readonly iceServers: readonly IceServer[]
  readonly stall: Stall
  readonly log: Log
  readonly onDefect: (error: unknown) => void
}): Promise<ShowListener> {
  const { folder, mediaFolder, hostname, rtmpPort, srtPort, iceServers } = options
  const { stall, log, onDefect } = options
  const live = await openLive({
    folder: join(mediaFolder, 'stream'),
    keysFile: EDGE_FILES.streamKeys(folder),
    slateFolder: join(mediaFolder, 'slates'),
    rtmpPort,
    srtPort,
    hostname,
    iceServers,
    nowMs: Date.now,
    onTrouble: (facts, message) => log.warn(facts, message),
    onDefect,
  })
  const timer = tellOfShows(stall, live)
  const { ports } = live
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return {
    ...live,
    urls: {
      rtmp: `rtmp://${host}:${ports.rtmp}/live`,
      srt: ports.srt === null ? null : `srt://${host}:${ports.srt}`,
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await live[Symbol.asyncDispose]()
    },
  }
}

/** The way in for encoders learns of each release: the show's key is what lets them in. */
function tellOfShows(stall: Stall, live: Live): NodeJS.Timeout {
  let told: unknown = null
  const tell = () => {
    const show = stall.state.active?.index.release.show ?? null
    if (show === told) return
    told = show
    live.setShow(show === null ? null : showFacts(show))
  }
  tell()
  return setInterval(tell, SHOW_LOOK_MS)
}

function showFacts({ showId, title, ...show }: Show): ShowFacts {
  const { startsAtMs, endsAtMs } = show
  return { showId, title, startsAtMs, endsAtMs, slateLines: slateLinesOf(show, Date.now()) }
}
