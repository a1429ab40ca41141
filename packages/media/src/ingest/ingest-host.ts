import { Packager, type Part, type Timeline } from '../live/packager.ts'
import { SlateDesk } from '../slate/slate-desk.ts'
import { measureLoudness } from '../probe/loudness.ts'
import type { WhipPort } from '../whip/whip-routes.ts'
import type {
  IngestNews,
  IngestPorts,
  IngestSettings,
  Rendition,
  ShowFacts,
} from './ingest-message.ts'
import { openDoors } from './open-doors.ts'
import { Programme } from './programme.ts'
import { PublisherDesk } from './publisher-desk.ts'
import { readStreamKeys } from './stream-keys.ts'

const STATUS_EVERY_MS = 1_000
/** How often the slate goes on. */
const LOOK_EVERY_MS = 50
/** How often it is listened to how loud the show is. */
const LISTEN_EVERY_MS = 12_000

type Tell = (news: IngestNews) => void

/** What runs on the encoder's thread. */
export interface IngestHost extends AsyncDisposable {
  readonly ports: IngestPorts
  readonly whip: WhipPort
  setShow(show: ShowFacts | null): void
}

/** Listen for encoders, cut what they send, and tell of it. Throws Node's own error. [IG1] */
export async function openIngestHost(settings: IngestSettings, tell: Tell): Promise<IngestHost> {
  const { keysFile, slateFolder, renditions } = settings
  let show: ShowFacts | null = null
  const onTrouble = (facts: object, message: string) => tell({ kind: 'trouble', facts, message })
  const hasKey = (showId: string) => readStreamKeys(keysFile).some((key) => key.showId === showId)
  const slates = new SlateDesk({ folder: slateFolder, nowMs: Date.now, hasKey, onTrouble })
  const programme = new Programme({
    packagers: renditions.map((rendition) => createPackager(rendition, tell)),
    nowMs: Date.now,
    slates,
    onAir: (isOnAir) => tell({ kind: 'on_air', isOnAir }),
  })
  const tellStatus = () => tell({ kind: 'status', status: desk.status() })
  const desk = new PublisherDesk({
    nowMs: Date.now,
    keysFile,
    show: () => show,
    programme,
    onChange: tellStatus,
  })
  const { admit, look, invite } = desk
  const doors = await openDoors({ ...settings, admit, look, invite, onTrouble })
  const timers = [
    setInterval(tellStatus, STATUS_EVERY_MS),
    setInterval(() => programme.look(), LOOK_EVERY_MS),
    setInterval(() => void desk.listen(measureLoudness), LISTEN_EVERY_MS),
  ]
  return {
    ports: doors.ports,
    whip: doors.whip,
    setShow(next) {
      show = next
      slates.setShow(next)
    },
    async [Symbol.asyncDispose]() {
      timers.forEach(clearInterval)
      await doors[Symbol.asyncDispose]()
      programme.close()
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
  return new Packager({ profile, onPart })
}
