import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'

/** Why ffmpeg made nothing. */
export interface FfmpegFailure {
  readonly ok: false
  readonly code: 'ffmpeg_missing' | 'ffmpeg_failed' | 'ffmpeg_late' | 'ffmpeg_stopped'
  readonly reason: string
}

/** How a run of ffmpeg ended. */
export type FfmpegRun = { readonly ok: true; readonly output: Buffer } | FfmpegFailure

/** The most that ffmpeg may answer with: a poster. */
const OUTPUT_BYTES_MAX = 8 * 2 ** 20

/**
 * Selling comes first, ten times over. At the very lowest priority a picture would never come on a
 * machine that something else keeps busy.
 */
const NICENESS = constants.priority.PRIORITY_BELOW_NORMAL

/** How an ffmpeg is run. */
export interface FfmpegOptions {
  readonly timeoutMs: number
  /** Viewers wait for what it makes: it yields to nothing. */
  readonly isUrgent?: boolean
  /** Hears each line of its standard output, which is not kept then. */
  readonly onLine?: (line: string) => void
  /** Where it runs, so that names of files need no path. */
  readonly folder?: string
  /** Ends it: it never outlives who wants what it makes. */
  readonly signal?: AbortSignal
}

/** Run ffmpeg to its end, or to the end of its time. Never throws for what ffmpeg does. */
export function runFfmpeg(words: readonly string[], options: FfmpegOptions): Promise<FfmpegRun> {
  const { timeoutMs, isUrgent = false, onLine, folder, signal } = options
  if (signal?.aborted === true) return Promise.resolve(STOPPED)
  return new Promise((resolve) => {
    const command = ['-v', 'error', '-nostdin', '-y', ...words]
    const child = spawn('ffmpeg', command, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: folder,
    })
    let cutOff: FfmpegFailure | null = null
    const cut = (why: FfmpegFailure) => {
      cutOff = why
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => cut(lateAfter(timeoutMs)), timeoutMs)
    const stop = () => cut(STOPPED)
    signal?.addEventListener('abort', stop, { once: true })
    const end = (run: FfmpegRun) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      resolve(cutOff ?? run)
    }
    const chunks: Buffer[] = []
    let [bytes, complaints, line] = [0, '', '']
    child.stdout.on('data', (chunk: Buffer) => {
      if (onLine === undefined) {
        bytes += chunk.length
        if (bytes > OUTPUT_BYTES_MAX) child.kill('SIGKILL')
        else chunks.push(chunk)
        return
      }
      const lines = (line + chunk.toString('utf8')).split('\n')
      line = lines.pop() ?? ''
      for (const each of lines) onLine(each)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      complaints = (complaints + chunk.toString('utf8')).slice(-2_000)
    })
    if (!isUrgent) child.once('spawn', () => yieldToSelling(child.pid))
    child.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code === 'ENOENT' ? 'ffmpeg_missing' : 'ffmpeg_failed'
      end({ ok: false, code, reason: error.message })
    })
    child.once('close', (exitCode) => {
      if (exitCode === 0) end({ ok: true, output: Buffer.concat(chunks) })
      else end({ ok: false, code: 'ffmpeg_failed', reason: complaints.trim() })
    })
  })
}

const STOPPED: FfmpegFailure = { ok: false, code: 'ffmpeg_stopped', reason: 'the edge closes' }

function lateAfter(timeoutMs: number): FfmpegFailure {
  const reason = `it was not done after ${timeoutMs / 1_000} s`
  return { ok: false, code: 'ffmpeg_late', reason }
}

/** A run that ended at once has no priority to lower. */
function yieldToSelling(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, NICENESS)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error
  }
}

/** A picture from the middle of a film, as JPEG. */
export function takePoster(
  path: string,
  durationMs: number,
  options: Pick<FfmpegOptions, 'timeoutMs' | 'signal'>,
): Promise<FfmpegRun> {
  const at = (durationMs / 2_000).toFixed(3)
  const scale = "scale='min(1280,iw)':-2"
  const picture = ['-frames:v', '1', '-vf', scale, '-q:v', '4', '-f', 'image2', '-c:v', 'mjpeg']
  const words = ['-threads', '1', '-ss', at, '-i', path, ...picture, 'pipe:1']
  return runFfmpeg(words, options)
}
