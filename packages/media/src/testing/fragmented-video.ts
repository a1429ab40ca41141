import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { Footage, FootageRun } from '../clip/footage.ts'

const execute = promisify(execFile)

/** A folder for one test, removed after it. */
export function openMediaFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'nightmarket-media-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Record a test picture with sound as fMP4 segments of a second, as a ring has them. */
export async function recordSegments(
  folder: string,
  options: {
    readonly seconds: number
    readonly startAtMs: number
    readonly size?: string
    readonly more?: readonly string[]
  },
): Promise<FootageRun> {
  const { seconds, startAtMs, size = '320x180', more = [] } = options
  const source = `testsrc2=size=${size}:rate=30:duration=${seconds}`
  const sound = `sine=frequency=440:duration=${seconds}`
  const inputs = ['-f', 'lavfi', '-i', source, '-f', 'lavfi', '-i', sound]
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p']
  const audio = ['-c:a', 'aac', '-b:a', '64k']
  const hls = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '0', '-hls_segment_type', 'fmp4']
  const names = ['-hls_segment_filename', 's%03d.m4s', 'list.m3u8']
  const words = ['-v', 'error', '-y', ...inputs, ...video, ...audio, ...more, ...hls, ...names]
  await execute('ffmpeg', words, { cwd: folder })
  const list = readFileSync(join(folder, 'list.m3u8'), 'utf8')
  const lengths = [...list.matchAll(/#EXTINF:([\d.]+)/g)].map(([, text]) => Number(text) * 1_000)
  let atMs = startAtMs
  const segments = readdirSync(folder)
    .filter((name) => name.endsWith('.m4s'))
    .sort()
    .map((name, index) => {
      const durationMs = lengths[index] ?? 1_000
      const segment = { content: join(folder, name), startAtMs: Math.round(atMs), durationMs }
      atMs += durationMs
      return segment
    })
  return { timelineId: 'test', init: join(folder, 'init.mp4'), segments }
}

/** What was recorded is all there, and nothing more comes. */
export function footageOf(...runs: readonly FootageRun[]): Footage & { readonly pins: string[] } {
  const pins: string[] = []
  const last = runs.at(-1)?.segments.at(-1)
  return {
    pins,
    withRuns: ({ fromMs, toMs }, use) =>
      use(
        runs
          .map((run) => ({
            ...run,
            segments: run.segments.filter(
              ({ startAtMs, durationMs }) => startAtMs < toMs && startAtMs + durationMs > fromMs,
            ),
          }))
          .filter(({ segments }) => segments.length > 0),
      ),
    recordedToMs: () => (last === undefined ? null : last.startAtMs + last.durationMs),
    nextSegment: async () => false,
    pin: async (name) => void pins.push(name),
  }
}

/** What ffprobe says of a file: it must be able to read every packet of it. */
export async function probe(path: string) {
  const words = ['-v', 'error', '-show_streams', '-show_format', '-count_packets', '-of', 'json']
  const { stdout, stderr } = await execute('ffprobe', [...words, path])
  const found = JSON.parse(stdout) as {
    readonly streams: readonly {
      readonly codec_type: string
      readonly codec_name: string
      readonly width?: number
      readonly height?: number
      readonly start_time: string
      readonly nb_read_packets: string
    }[]
    readonly format: { readonly duration: string; readonly format_name: string }
  }
  return { ...found, complaints: stderr }
}

/** Decode a whole file; what the decoder complains about. */
export async function decode(path: string): Promise<string> {
  const { stderr } = await execute('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-'])
  return stderr
}
