import type { IngestPorts, ShowFacts } from '../ingest/ingest-message.ts'
import { openIngest } from '../ingest/open-ingest.ts'
import type { IngestStatus } from '../ingest/publisher-desk.ts'
import type { IceServer } from '../whip/ice-server.ts'
import type { WhipPort } from '../whip/whip-routes.ts'
import { openRing } from '../ring/ring.ts'
import type { RingBounds } from '../ring/ring-disk.ts'
import type { LiveStream } from './live-stream.ts'
import { openRenditions, RENDITIONS, type LiveRenditions } from './renditions.ts'

/** What an edge's picture is opened with. */
export interface LiveOptions {
  /** Where the recording goes. */
  readonly folder: string
  /** The hashes of the stream keys, read at each attempt: `show key` writes it. */
  readonly keysFile: string
  /** Where slates are kept that were rendered. */
  readonly slateFolder: string
  /** 0 takes a free one. */
  readonly rtmpPort: number
  /** `null`: nobody calls over SRT. */
  readonly srtPort: number | null
  readonly hostname: string
  /** What helps phones to reach this edge. */
  readonly iceServers: readonly IceServer[]
  readonly nowMs: () => number
  readonly bounds?: RingBounds
  readonly onTrouble: (facts: object, message: string) => void
  readonly onDefect: (error: unknown) => void
}

/** The picture of one edge, from the encoder to the players and the recording. */
export interface Live extends AsyncDisposable {
  /** What everybody gets, and what is recorded. */
  readonly stream: LiveStream
  readonly renditions: LiveRenditions
  readonly ports: IngestPorts
  /** Where offers of phones and browsers go. */
  readonly whip: WhipPort
  status(): IngestStatus
  /** Tell which show is on: its key lets encoders in. */
  setShow(show: ShowFacts | null): void
}

/** Open the recording, and listen for the encoder. */
export async function openLive(options: LiveOptions): Promise<Live> {
  const { folder, keysFile, slateFolder, rtmpPort, srtPort, hostname, nowMs } = options
  const { iceServers } = options
  const { bounds, onTrouble, onDefect } = options
  await using opened = new AsyncDisposableStack()
  const ring = opened.use(
    await openRing({
      folder,
      onDefect,
      ...(bounds === undefined ? {} : { bounds }),
      onKept({ droppedForDisk, failure }) {
        if (failure !== null) onTrouble({ failure }, 'a segment could not be recorded')
        if (droppedForDisk > 0) onTrouble({ droppedForDisk }, 'the disk is full: oldest dropped')
      },
    }),
  )
  const renditions = openRenditions({ ring, recovered: ring.recovered, nowMs })
  const cuts = (['wan', 'venue', 'sound'] as const).map((name) => {
    return { name, profile: RENDITIONS[name].profile, sink: renditions[name] }
  })
  const place = { keysFile, slateFolder, rtmpPort, srtPort, hostname, iceServers, renditions: cuts }
  const ingest = opened.use(await openIngest({ ...place, onTrouble, onDefect }))
  const parts = opened.move()
  return {
    stream: renditions.wan,
    renditions,
    ports: ingest.ports,
    whip: ingest.whip,
    status: () => ingest.status(),
    setShow: (show) => ingest.setShow(show),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
