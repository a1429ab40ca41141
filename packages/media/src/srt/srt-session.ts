import { createSocket } from 'node:dgram'
import { once } from 'node:events'

import { startFlvFfmpeg, type FfmpegEnd, type RunningFfmpeg } from '../ffmpeg/flv-ffmpeg.ts'
import { unsupported, type FlvContent } from '../flv/read-tag.ts'
import type { Publication } from '../rtmp/rtmp-session.ts'
import type { StreamRefusal } from '../rtmp/stream-refusal.ts'

/** How long a listener waits for the caller it was started for. */
const LISTEN_MS = 6_000
/** A caller that says nothing for so long is gone. */
const SILENT_MS = 5_000

/** How a session ended, before a caller had it or after. */
export interface SrtEnd {
  readonly wasUsed: boolean
  readonly isFfmpegMissing: boolean
}

type OnEnd = (session: SrtSession, end: SrtEnd) => void

/**
 * One ffmpeg that listens for one caller on this machine's own address, and unpacks what it sends.
 * It ends by itself when no caller comes, so that none is left behind whatever happens to us.
 */
export class SrtSession {
  readonly port: number
  readonly #ffmpeg: RunningFfmpeg
  #publication: Publication | null = null
  #isStopped = false

  private constructor(port: number, program: string, onEnd: OnEnd) {
    this.port = port
    this.#ffmpeg = startFlvFfmpeg(wordsOf(port), {
      program,
      onContent: (content: FlvContent) => this.#publication?.take(content),
      onEnd: (end) => onEnd(this, this.#end(end)),
    })
  }

  /** Start listening on a free port. */
  static async open(program: string, onEnd: OnEnd): Promise<SrtSession> {
    return new SrtSession(await findPort(), program, onEnd)
  }

  /** A caller was let in: what it sends goes there. */
  serve(publication: Publication): void {
    this.#publication = publication
  }

  /** Send the caller away. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#ffmpeg.stop()
  }

  #end({ code, told, refusal }: FfmpegEnd): SrtEnd {
    const publication = this.#publication
    this.#publication = null
    const reason = refusal ?? (this.#isStopped ? null : refusalOf(told))
    publication?.end(reason)
    const wasUsed = publication !== null
    return { wasUsed, isFfmpegMissing: code === 'missing' }
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

function wordsOf(port: number): readonly string[] {
  const times = `listen_timeout=${LISTEN_MS * 1_000}&timeout=${SILENT_MS * 1_000}`
  // What is late is waited for, as over TCP: a hole would be seen until the next keyframe.
  const address = `srt://127.0.0.1:${port}?mode=listener&tlpktdrop=0&${times}`
  const fast = ['-probesize', '500000', '-analyzeduration', '1000000']
  const tracks = ['-map', '0:v:0', '-map', '0:a:0?', '-c', 'copy']
  return [...fast, '-f', 'mpegts', '-i', address, ...tracks]
}

async function findPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
