import { spawn } from 'node:child_process'

import { FlvReader } from '../flv/flv-reader.ts'
import type { FlvContent } from '../flv/read-tag.ts'
import { StreamRefusal } from '../rtmp/stream-refusal.ts'

/** How an ffmpeg that wrote FLV ended. */
export interface FfmpegEnd {
  readonly code: 'missing' | 'ended'
  /** What it told of its input, and complained about. */
  readonly told: string
  /** Why what it wrote could not be taken. */
  readonly refusal: StreamRefusal | null
}

/** An ffmpeg that runs. */
export interface RunningFfmpeg {
  /** Give it more to read. */
  write(bytes: Buffer): void
  /** End it; resolves when it is gone. */
  stop(): Promise<void>
}

const TOLD_MAX = 8_000
/** What waits for a slow ffmpeg at most; the rest is dropped, as a late network would. */
const WAITING_BYTES_MAX = 2 ** 20

/**
 * Start an ffmpeg that writes FLV to its standard output, and hear of each frame. It ends with us:
 * what it writes has nobody to read it then. `onEnd` is called once.
 */
export function startFlvFfmpeg(
  words: readonly string[],
  options: {
    readonly onContent: (content: FlvContent) => void
    readonly onEnd: (end: FfmpegEnd) => void
    readonly program?: string
    /** All that it reads on its standard input; absent: what is written. */
    readonly input?: string
  },
): RunningFfmpeg {
  const { onContent, onEnd, program = 'ffmpeg', input } = options
  const output = ['-flvflags', 'no_duration_filesize', '-flush_packets', '1', '-f', 'flv', 'pipe:1']
  const quiet = ['-v', 'info', '-hide_banner', '-nostats', '-nostdin']
  const child = spawn(program, [...quiet, ...words, ...output])
  const reader = new FlvReader()
  const closed = Promise.withResolvers<void>()
  let told = ''
  let refusal: StreamRefusal | null = null
  const end = (code: FfmpegEnd['code']) => {
    onEnd({ code, told: told.trim(), refusal })
    closed.resolve()
  }
  child.stdout.on('data', (bytes: Buffer) => {
    if (refusal !== null) return
    try {
      reader.read(bytes).forEach(onContent)
    } catch (error) {
      if (!(error instanceof StreamRefusal)) throw error
      refusal = error
      child.kill('SIGKILL')
    }
  })
  child.stderr.on('data', (bytes: Buffer) => {
    if (told.length < TOLD_MAX) told += bytes.toString('utf8')
  })
  // Who writes to one that ended is told by its end.
  child.stdin.on('error', () => undefined)
  if (input !== undefined) child.stdin.end(input)
  child.once('error', (error: NodeJS.ErrnoException) => {
    told = error.message
    if (child.pid === undefined) end(error.code === 'ENOENT' ? 'missing' : 'ended')
  })
  child.once('close', () => {
    if (child.pid !== undefined) end('ended')
  })
  return {
    write(bytes) {
      if (child.stdin.writableLength < WAITING_BYTES_MAX) child.stdin.write(bytes)
    },
    async stop() {
      child.kill('SIGKILL')
      await closed.promise
    },
  }
}
