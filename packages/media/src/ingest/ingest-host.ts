import { Packager, type Part, type Timeline } from '../live/packager.ts'
import { listenRtmp, type RtmpListener } from '../rtmp/rtmp-listener.ts'
import type { IngestNews, IngestSettings, Rendition, ShowFacts } from './ingest-message.ts'
import { PublisherDesk } from './publisher-desk.ts'

const STATUS_EVERY_MS = 1_000

type Tell = (news: IngestNews) => void

/** What runs on the encoder's thread. */
export interface IngestHost extends AsyncDisposable {
  readonly rtmpPort: number
  setShow(show: ShowFacts | null): void
}

/** Listen for encoders, cut what they send, and tell of it. Throws Node's own error. [IG1] */
export async function openIngestHost(settings: IngestSettings, tell: Tell): Promise<IngestHost> {
  const packagers = settings.renditions.map((rendition) => createPackager(rendition, tell))
  let show: ShowFacts | null = null
  const tellStatus = () => tell({ kind: 'status', status: desk.status() })
  const desk = new PublisherDesk({
    nowMs: Date.now,
    keysFile: settings.keysFile,
    show: () => show,
    programme: {
      begin: () => tell({ kind: 'on_air', isOnAir: true }),
      take: (content) => packagers.forEach((packager) => packager.take(content)),
      end() {
        packagers.forEach((packager) => packager.flush())
        tell({ kind: 'on_air', isOnAir: false })
      },
    },
    onChange: tellStatus,
  })
  const listener = await listen(settings, desk, tell)
  const timer = setInterval(tellStatus, STATUS_EVERY_MS)
  return {
    rtmpPort: listener.port,
    setShow(next) {
      show = next
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await listener[Symbol.asyncDispose]()
    },
  }
}

function createPackager({ name, profile }: Rendition, tell: Tell): Packager {
  let told: Timeline | null = null
  const onPart = ({ timeline, ...part }: Part) => {
    if (timeline !== told) tell({ kind: 'timeline', rendition: name, timeline })
    told = timeline
    tell({ kind: 'part', rendition: name, part })
  }
  return new Packager({ profile, nowMs: Date.now, onPart })
}

/** A port that somebody else has does not keep the show from coming: a free one is as good. */
async function listen(
  { rtmpPort, hostname }: IngestSettings,
  { admit }: PublisherDesk,
  tell: Tell,
): Promise<RtmpListener> {
  try {
    return await listenRtmp({ port: rtmpPort, hostname, admit })
  } catch (error) {
    const isBusy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (!isBusy || rtmpPort === 0) throw error
    const message = 'the port for encoders is taken: using a free one'
    tell({ kind: 'trouble', facts: { port: rtmpPort }, message })
    return listenRtmp({ port: 0, hostname, admit })
  }
}
