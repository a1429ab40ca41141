import { mkdir, open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { runFfmpeg } from '../ffmpeg/run-ffmpeg.ts'
import type { Clip } from './clip.ts'

/** What the pieces of a reel are made with. */
export interface PieceDeps {
  /** Where the films of clips lie. */
  readonly shelfFolder: string
  /** Where the pieces go: what is there already is not made again. */
  readonly folder: string
  readonly signal: AbortSignal
  /** Hears how much is done, from 0 to 1. */
  readonly tell: (share: number) => void
}

/** How every piece looks, so that they can be copied behind each other. */
interface PieceForm {
  readonly width: number
  readonly height: number
  readonly hasSound: boolean
}

/** How long an encoder may take for each second of film: it yields to what sells. */
const ENCODE_SECONDS_PER_SECOND = 60

/** The shortest time that it is given. */
const ENCODE_MS_MIN = 60_000

/**
 * Encode clips in one form, a file for each. A file is there whole or not at all, so that after a
 * restart only what was not made is. Answers the files in order, or why there are none. [CL7, CL12]
 */
export async function encodePieces(
  clips: readonly Clip[],
  deps: PieceDeps,
): Promise<readonly string[] | string> {
  const [first] = clips
  if (first === undefined) return 'a reel needs a clip'
  const hasSound = clips.some(hasSoundOf)
  const form = { width: first.file.width, height: first.file.height, hasSound }
  const totalMs = clips.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const paths: string[] = []
  let doneMs = 0
  await mkdir(deps.folder, { recursive: true, mode: 0o700 })
  for (const clip of clips) {
    const path = join(deps.folder, `${nameOf(clip, form)}.mp4`)
    const tell = (ms: number) => deps.tell(Math.min(0.99, (doneMs + ms) / totalMs))
    const failure = (await isThere(path)) ? null : await encodePiece(clip, form, path, deps, tell)
    if (failure !== null) return failure
    paths.push(path)
    doneMs += clip.durationMs
    tell(0)
  }
  return paths
}

function nameOf({ file }: Clip, { width, height, hasSound }: PieceForm): string {
  return `${file.hash}-${width}x${height}${hasSound ? '-sound' : ''}`
}

async function encodePiece(
  clip: Clip,
  form: PieceForm,
  path: string,
  { shelfFolder, signal }: PieceDeps,
  tell: (ms: number) => void,
): Promise<string | null> {
  const film = join(shelfFolder, `${clip.file.hash}.mp4`)
  const run = await runFfmpeg(wordsOf(film, hasSoundOf(clip), form, `${path}.part`), {
    timeoutMs: Math.max(ENCODE_MS_MIN, clip.durationMs * ENCODE_SECONDS_PER_SECOND),
    signal,
    onLine(line) {
      const doneUs = Number(/^out_time_us=(\d+)$/.exec(line)?.[1] ?? NaN)
      if (Number.isFinite(doneUs)) tell(Math.min(clip.durationMs, doneUs / 1_000))
    },
  })
  if (!run.ok) return `${run.code}: ${run.reason}`
  await using file = await open(`${path}.part`, 'r+')
  await file.sync()
  await rename(`${path}.part`, path)
  return null
}

/** A clip without sound gets silence beside others that have some. */
function wordsOf(
  film: string,
  hasOwnSound: boolean,
  { width, height, hasSound }: PieceForm,
  output: string,
): readonly string[] {
  const silence = ['-f', 'lavfi', '-i', 'anullsrc=sample_rate=48000:channel_layout=stereo']
  const fit = `scale=${width}:${height}:force_original_aspect_ratio=decrease`
  const pad = `pad=${width}:${height}:-1:-1,setsar=1,fps=30,format=yuv420p`
  const video = ['-vf', `${fit},${pad}`, '-c:v', 'libx264', '-preset', 'veryfast', '-threads', '1']
  const from = hasOwnSound ? '0:a' : '1:a'
  const sound = ['-map', from, '-c:a', 'aac', '-ar', '48000', '-ac', '2', '-shortest']
  const inputs = ['-i', film, ...(hasSound && !hasOwnSound ? silence : [])]
  const form = ['-movflags', '+faststart', '-progress', 'pipe:1', '-f', 'mp4', output]
  return [...inputs, '-map', '0:v', ...video, ...(hasSound ? sound : []), ...form]
}

function hasSoundOf({ file }: Clip): boolean {
  return file.codecs.length > 1
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
