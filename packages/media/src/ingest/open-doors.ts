import type { Admit, Look } from '../rtmp/rtmp-session.ts'
import { listenRtmp } from '../rtmp/rtmp-listener.ts'
import { listenSrt } from '../srt/srt-listener.ts'
import type { Invite } from '../srt/srt-session.ts'
import type { IceServer } from '../whip/ice-server.ts'
import { WhipDoor } from '../whip/whip-door.ts'
import type { WhipPort } from '../whip/whip-routes.ts'
import type { IngestPorts } from './ingest-message.ts'

/** What the ports for encoders are opened with. */
export interface DoorOptions {
  /** 0 takes a free one. */
  readonly rtmpPort: number
  /** `null`: nobody calls over SRT. */
  readonly srtPort: number | null
  readonly hostname: string
  readonly iceServers: readonly IceServer[]
  readonly admit: Admit
  readonly look: Look
  readonly invite: Invite
  readonly onTrouble: (facts: object, message: string) => void
}

/** The ports that encoders come in by. */
export interface Doors extends AsyncDisposable {
  readonly ports: IngestPorts
  /** Where offers of phones go; they come in over HTTP. */
  readonly whip: WhipPort
}

/** Open the ports for encoders. Throws Node's own error when that is not possible. [IG1] */
export async function openDoors(options: DoorOptions): Promise<Doors> {
  const { rtmpPort, srtPort, hostname, iceServers, admit, look, invite, onTrouble } = options
  await using opened = new AsyncDisposableStack()
  const openRtmp = (port: number) => listenRtmp({ port, hostname, admit })
  const openSrt = (port: number) =>
    listenSrt({ port, hostname, invite, nowMs: Date.now, onTrouble })
  const rtmp = opened.use(await openNear(rtmpPort, openRtmp, onTrouble))
  const srt = srtPort === null ? null : opened.use(await openNear(srtPort, openSrt, onTrouble))
  const address = /^(0\.0\.0\.0|::)$/.test(hostname) ? null : hostname
  const whip = opened.use(new WhipDoor({ look, address, iceServers, onTrouble }))
  const doors = opened.move()
  return {
    ports: { rtmp: rtmp.port, srt: srt?.port ?? null },
    whip,
    [Symbol.asyncDispose]: () => doors.disposeAsync(),
  }
}

/** A port that somebody else has does not keep the show from coming: a free one is as good. */
async function openNear<Door>(
  port: number,
  open: (port: number) => Promise<Door>,
  onTrouble: DoorOptions['onTrouble'],
): Promise<Door> {
  try {
    return await open(port)
  } catch (error) {
    const isBusy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (!isBusy || port === 0) throw error
    onTrouble({ port }, 'the port for encoders is taken: using a free one')
    return open(0)
  }
}
