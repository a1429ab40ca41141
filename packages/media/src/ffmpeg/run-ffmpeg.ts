import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'

/** How a run of ffmpeg ended. */
export type FfmpegRun =
  | { readonly ok: true; readonly output: Buffer }
  | {
      readonly ok: false
      readonly code: 'ffmpeg_missing' | 'ffmpeg_failed'
      readonly reason: string
    }

/** The most that ffmpeg may answer with: a poster. */
const OUTPUT_BYTES_MAX = 8 * 2 ** 20

/**
 * Run ffmpeg, at the lowest priority unless viewers wait for it: selling comes first. `onLine`
 * hears each line of its standard output instead of keeping it.
 */
export function runFfmpeg(
  words: readonly string[],
  options: {
    readonly onLine?: (line: string) => void
    readonly timeoutMs: number
    /** Viewers wait for what it makes. */
    readonly isUrgent?: boolean
    /** Where it runs, so that names of files need no path. */
    readonly folder?: string
  },
): Promise<FfmpegRun> {
  return new Promise((resolve) => {
    const command = ['-v', 'error', '-nostdin', '-y', ...words]
    const child = spawn('ffmpeg', command, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: options.folder,
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs)
    const chunks: Buffer[] = []
    let [bytes, complaints, line] = [0, '', '']
    child.stdout.on('data', (chunk: Buffer) => {
      if (options.onLine === undefined) {
        bytes += chunk.length
        if (bytes > OUTPUT_BYTES_MAX) child.kill('SIGKILL')
        else chunks.push(chunk)
        return
      }
      const lines = (line + chunk.toString('utf8')).split('\n')
      line = lines.pop() ?? ''
      for (const each of lines) options.onLine(each)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      complaints = (complaints + chunk.toString('utf8')).slice(-2_000)
    })
    if (options.isUrgent !== true) child.once('spawn', () => lowerPriority(child.pid))
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      const code = error.code === 'ENOENT' ? 'ffmpeg_missing' : 'ffmpeg_failed'
      resolve({ ok: false, code, reason: error.message })
    })
    child.once('close', (exitCode) => {
      clearTimeout(timer)
      if (exitCode === 0) resolve({ ok: true, output: Buffer.concat(chunks) })
      else resolve({ ok: false, code: 'ffmpeg_failed', reason: complaints.trim() })
    })
  })
}

/** A run that ended at once has no priority to lower. */
function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error
  }
}

/** A picture from the middle of a film, as JPEG. */
export function takePoster(path: string, durationMs: number): Promise<FfmpegRun> {
  const at = (durationMs / 2_000).toFixed(3)
  const scale = "scale='min(1280,iw)':-2"
  const picture = ['-frames:v', '1', '-vf', scale, '-q:v', '4', '-f', 'image2', '-c:v', 'mjpeg']
  return runFfmpeg(['-ss', at, '-i', path, ...picture, 'pipe:1'], { timeoutMs: 20_000 })
}
