import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { CueLog } from '../cue/cue-log.ts'
import { openMediaFolder, recordSegments } from '../testing/fragmented-video.ts'
import { steadyTimeline } from '../testing/steady-timeline.ts'
import { ClipCutter } from './clip-cutter.ts'

const execute = promisify(execFile)

/** How long it took to cut the same half minute, by us and by ffmpeg. */
export interface ClipFigures {
  readonly copyMs: readonly number[]
  readonly ffmpegMs: readonly number[]
}

/** Cut 30 s out of 40 s of recording: our worker beside `ffmpeg -c copy`, in turns. */
export async function measureClips(rounds: number): Promise<ClipFigures> {
  using folder = openMediaFolder()
  const { path } = folder
  const run = await recordSegments(path, { seconds: 40, startAtMs: 0, size: '640x360' })
  const contents = [run.init, ...run.segments.map((each) => each.content)]
  await using cutter = new ClipCutter(path)
  const piece = { contents, fromSeconds: 5, toSeconds: 35 }
  const copyMs: number[] = []
  const ffmpegMs: number[] = []
  await cutter.cut([piece])
  for (let round = 0; round < rounds; round++) {
    copyMs.push(await timed(() => cutter.cut([piece])))
    ffmpegMs.push(await timed(() => cutByFfmpeg(path)))
  }
  return { copyMs, ffmpegMs }
}

/** How long words take from the request to disk and to whoever listens, one cue at a time. */
export async function measureCues(cues: number): Promise<readonly number[]> {
  using folder = openMediaFolder()
  const timeline = steadyTimeline(0, () => 1_000)
  await using log = await CueLog.open(folder.path, { timeline, nowMs: () => 1_000 })
  const toldMs: number[] = []
  for (let at = 0; at < cues; at++) {
    const cue = { cueId: null, startMs: at * 100, endMs: at * 100 + 90, text: 'Three mugs left' }
    toldMs.push(await timed(() => log.take({ language: 'en', clock: 'media', cues: [cue] })))
  }
  return toldMs
}

async function cutByFfmpeg(folder: string): Promise<void> {
  const out = join(folder, 'by-ffmpeg.mp4')
  const from = ['-ss', '5', '-i', 'list.m3u8', '-t', '30']
  const words = ['-v', 'error', '-y', ...from, '-c', 'copy', '-movflags', '+faststart', out]
  await execute('ffmpeg', words, { cwd: folder })
  rmSync(out)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now()
  await work()
  return performance.now() - beganMs
}
