import { createSocket } from 'node:dgram'
import { once } from 'node:events'

import { startFlvFfmpeg, type FfmpegEnd, type RunningFfmpeg } from '../ffmpeg/flv-ffmpeg.ts'
import { unsupported, type FlvContent } from '../flv/read-tag.ts'
import type { ArrivingPublisher, Publication } from '../rtmp/rtmp-session.ts'
import type { StreamRefusal } from '../rtmp/stream-refusal.ts'

/** How long a listener waits for the caller it was started for. */
const LISTEN_MS = 6_000
/** A caller that says nothing for so long is gone. */
const SILENT_MS = 5_000

/** How a session ended. */
export interface SrtEnd {
  readonly isFfmpegMissing: boolean
}

/** What a caller may do who named a key, or a show whose passphrase it has still to prove. */
export interface SrtInvitation {
  /** What the caller has to encrypt with; `null`: nothing is encrypted. */
  readonly passphrase: string | null
  /** The first frame is there: the caller is who it said. Throws `StreamRefusal`. */
  enter(publisher: ArrivingPublisher): Publication
  /** What the caller sends cannot be taken. */
  refuse(refusal: StreamRefusal): void
}

/** Looks at what a caller named, and lets nobody in yet. Throws `StreamRefusal`. */
export type Invite = (named: string) => SrtInvitation

type OnEnd = (end: SrtEnd) => void

/**
 * One ffmpeg that listens for one caller on this machine's own address, and unpacks what it sends.
 * It ends by itself when no caller comes, so that none is left behind whatever happens to us.
 */
export class SrtSession {
  readonly port: number
  readonly #ffmpeg: RunningFfmpeg
  readonly #invitation: SrtInvitation
  #publication: Publication | null = null
  #isStopped = false

  /** Start listening on a port; `onEnd` is called once, never before this returns. */
  constructor(port: number, invitation: SrtInvitation, program: string, onEnd: OnEnd) {
    this.port = port
    this.#invitation = invitation
    const { words, input } = readingOf(port, invitation.passphrase)
    this.#ffmpeg = startFlvFfmpeg(words, {
      program,
      input,
      onContent: (content) => this.#take(content),
      onEnd: (end) => onEnd(this.#end(end)),
    })
  }

  /** Send the caller away. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#ffmpeg.stop()
  }

  #take(content: FlvContent): void {
    const close = () => void this.stop()
    this.#publication ??= this.#invitation.enter({ close, via: 'srt' })
    this.#publication.take(content)
  }

  #end({ code, told, refusal }: FfmpegEnd): SrtEnd {
    const publication = this.#publication
    this.#publication = null
    const reason = refusal ?? (this.#isStopped ? null : refusalOf(told))
    if (publication !== null) publication.end(reason)
    else if (reason !== null) this.#invitation.refuse(reason)
    return { isFfmpegMissing: code === 'missing' }
  }
}

/** What ffmpeg tells of a stream that cannot be packed, in words for the creator. [SR3] */
export function refusalOf(told: string): StreamRefusal | null {
  for (const [, what, codec] of told.matchAll(/Stream #0:\d.*: (Video|Audio): (\w+)/g)) {
    const wanted = what === 'Video' ? 'h264' : 'aac'
    if (codec !== undefined && codec !== wanted) {
      return unsupported(what === 'Video' ? 'video' : 'audio', codec)
    }
  }
  return null
}

/** What is read, and how: an ffmpeg's words, and what it is told on its standard input. */
function readingOf(port: number, passphrase: string | null): FfmpegReading {
  const times = `listen_timeout=${LISTEN_MS * 1_000}&timeout=${SILENT_MS * 1_000}`
  // What is late is waited for, as over TCP: a hole would be seen until the next keyframe.
  const address = `srt://127.0.0.1:${port}?mode=listener&tlpktdrop=0&${times}`
  const tracks = ['-map', '0:v:0', '-map', '0:a:0?', '-c', 'copy']
  if (passphrase === null) {
    const fast = Object.entries(PROBING).flatMap(([name, value]) => [`-${name}`, value])
    return { words: [...fast, '-f', 'mpegts', '-i', address, ...tracks], input: '' }
  }
  // A command line is for everybody on the machine to read: a passphrase comes in a list.
  const list = ['-f', 'concat', '-safe', '0', '-protocol_whitelist', 'pipe,srt,udp', '-i', 'pipe:0']
  const file = `file '${address}&passphrase=${passphrase}&enforced_encryption=1'`
  const options = Object.entries(PROBING).map(([name, value]) => `option ${name} ${value}`)
  const input = ['ffconcat version 1.0', file, ...options].map((line) => `${line}\n`).join('')
  return { words: [...list, ...tracks], input }
}

const PROBING = { probesize: '500000', analyzeduration: '1000000' } as const

interface FfmpegReading {
  readonly words: readonly string[]
  readonly input: string
}

/** A port of this machine's own address that nobody has. */
export async function findSrtPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
