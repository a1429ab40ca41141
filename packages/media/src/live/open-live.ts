import { timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { openRing } from '../ring/ring.ts'
import type { RingBounds } from '../ring/ring-disk.ts'
import { listenRtmp } from '../rtmp/rtmp-listener.ts'
import { LiveStream } from './live-stream.ts'
import { PublisherDesk, type IngestStatus } from './publisher-desk.ts'

/** What an edge's picture is opened with. */
export interface LiveOptions {
  /** Where the recording goes. */
  readonly folder: string
  /** The hashes of the stream keys, one a line, read at each attempt: `show key` writes it. */
  readonly keysFile: string
  readonly hashKey: (key: string) => string
  /** 0 takes a free one. */
  readonly rtmpPort: number
  readonly hostname: string
  readonly nowMs: () => number
  readonly bounds?: RingBounds
  readonly onTrouble: (facts: object, message: string) => void
  readonly onDefect: (error: unknown) => void
}

/** The picture of one edge, from the encoder to the players and the recording. */
export interface Live extends AsyncDisposable {
  readonly stream: LiveStream
  readonly desk: PublisherDesk
  readonly rtmpPort: number
  status(): IngestStatus
}

/** Open the recording, and listen for the encoder. */
export async function openLive(options: LiveOptions): Promise<Live> {
  const { folder, rtmpPort, hostname, nowMs, bounds, onTrouble, onDefect } = options
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
  const stream = new LiveStream({ ring, nowMs })
  const desk = new PublisherDesk({ live: stream, nowMs, identify: identifyBy(options) })
  const listener = opened.use(await listenRtmp({ port: rtmpPort, hostname, admit: desk.admit }))
  const parts = opened.move()
  return {
    stream,
    desk,
    rtmpPort: listener.port,
    status: () => desk.status(),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}

function identifyBy({ keysFile, hashKey }: LiveOptions): (key: string) => string | null {
  return (key) => {
    const shown = Buffer.from(hashKey(key))
    return readKeys(keysFile).find((each) => isSame(Buffer.from(each), shown)) ?? null
  }
}

function isSame(known: Buffer, shown: Buffer): boolean {
  return known.length === shown.length && timingSafeEqual(known, shown)
}

function readKeys(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
